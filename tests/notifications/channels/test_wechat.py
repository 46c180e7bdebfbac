"""H10: WeChat subscription messages; the access token is asked for once and renewed when WeChat says so."""

import datetime as dt

import pytest
from django.core.cache import cache

from notifications.accounts import WechatApp
from notifications.channels.wechat import WechatChannel
from notifications.errors import ChannelRefused, ChannelUnavailable, OutcomeUnknown
from notifications.wording import Wording
from tests.fixtures.channels import WECHAT, Company
from tests.fixtures.local_server import Told

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
TOKEN, RENEWED = {"access_token": "T1", "expires_in": 7200}, {"access_token": "T2", "expires_in": 7200}
OK = {"errcode": 0, "errmsg": "ok"}
READY = Wording(
    "到货了，等你来取，记得带上取货码和袋子，谢谢你", "自提点：东门\n每天 16:00", "order_ready", "/orders/G1/"
)


def send():
    WechatChannel().send(address="o-alice", wording=READY, now=NOW)


def test_a_message_fills_the_fields_of_its_template(wechat: Company, settings):
    settings.SITE_URL = "https://shop.example"
    wechat.will_say(TOKEN, OK)
    send()
    token, message = wechat.asked
    assert token.path == "/cgi-bin/stable_token"
    assert wechat.read(0) == {
        "grant_type": "client_credential",
        "appid": "wx8888888888888888",
        "secret": "an-app-secret",
        "force_refresh": False,
    }
    assert (message.path, message.query) == ("/cgi-bin/message/subscribe/bizsend", {"access_token": "T1"})
    assert wechat.read(1) == {
        "touser": "o-alice",
        "template_id": "TEMPLATE-1",
        "page": "https://shop.example/orders/G1/",
        "data": {
            "thing1": {"value": "到货了，等你来取，记得带上取货码和袋子…"},
            "thing2": {"value": "自提点：东门 每天 16:00"},
            "time3": {"value": "2026-11-22 12:00"},
        },
    }
    assert len(wechat.read(1)["data"]["thing1"]["value"]) == 20


def test_the_token_is_asked_for_once_and_kept_encrypted(wechat: Company):
    wechat.will_say(TOKEN, OK, OK)
    send()
    send()
    assert [asked.path.rpartition("/")[2] for asked in wechat.asked] == ["stable_token", "bizsend", "bizsend"]
    assert "T1" not in cache.get(f"wechat-token:{WECHAT.app_id}")


@pytest.mark.parametrize("code", [40001, 42001, 40014])
def test_an_old_token_is_renewed_once(wechat: Company, code):
    wechat.will_say(TOKEN, {"errcode": code}, RENEWED, OK)
    send()
    assert wechat.read(2)["force_refresh"] is True
    assert wechat.asked[3].query == {"access_token": "T2"}


def test_a_token_that_stays_refused_waits(wechat: Company):
    wechat.will_say(TOKEN, {"errcode": 40001}, RENEWED, {"errcode": 40001})
    with pytest.raises(ChannelUnavailable) as caught:
        send()
    assert caught.value.reason == "wechat_40001"
    assert len(wechat.asked) == 4


@pytest.mark.parametrize(
    ("code", "failure", "seconds"),
    [
        (45009, ChannelUnavailable, 3600),
        (-1, ChannelUnavailable, 30),
        (40164, ChannelUnavailable, 600),
        (43101, ChannelRefused, 0),
        (40003, ChannelRefused, 0),
        (47003, ChannelRefused, 0),
    ],
)
def test_who_has_not_subscribed_is_left_alone_and_a_full_day_waits(wechat: Company, code, failure, seconds):
    """43101: the person said no to WeChat."""
    wechat.will_say(TOKEN, {"errcode": code})
    with pytest.raises(failure) as caught:
        send()
    assert caught.value.reason == f"wechat_{code}"
    assert getattr(caught.value, "seconds", 0) == seconds


def test_a_lost_token_is_no_lost_message_but_a_lost_message_may_have_arrived(wechat: Company):
    wechat.will_say(Told(502))
    with pytest.raises(ChannelUnavailable):
        send()
    wechat.will_say({"errcode": 40125, "errmsg": "invalid appsecret"})
    with pytest.raises(ChannelUnavailable) as caught:
        send()
    assert caught.value.reason == "wechat_40125"
    wechat.will_say(TOKEN, Told(502))
    with pytest.raises(OutcomeUnknown):
        send()


def test_a_mini_program_gets_a_page_of_its_own(wechat: Company, settings):
    templates = {"order_ready": {"id": "T", "title": "thing9"}}
    settings.WECHAT_APP = WechatApp("wx1", "s", templates, call="send", api_url=wechat.url)
    wechat.will_say(TOKEN, OK)
    send()
    assert wechat.asked[1].path == "/cgi-bin/message/subscribe/send"
    assert (wechat.read(1)["page"], list(wechat.read(1)["data"])) == ("/orders/G1/", ["thing9"])


def test_a_kind_without_a_template_is_refused_before_anybody_is_asked(wechat: Company, settings):
    settings.WECHAT_APP = WechatApp("wx1", "s", {}, api_url=wechat.url)
    with pytest.raises(ChannelRefused):
        send()
    assert wechat.asked == []

"""H10: the robot of a WeCom group; only the official address is ever called."""

import datetime as dt

import pytest

from notifications.channels.wecom import WecomChannel, check_robot_url
from notifications.errors import BadRobot, ChannelRefused, ChannelUnavailable
from notifications.wording import Wording
from tests.fixtures.channels import KEY, Company
from tests.fixtures.local_server import Told

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
PAID = Wording("新订单，已付 ¥29.90", "葡萄 2 斤 × 1", "merchant_order_paid", "/backoffice/A/orders/G1/")


def send(settings, key=KEY):
    WecomChannel().send(address=settings.WECOM_ROBOT_PREFIX + key, wording=PAID, now=NOW)


def test_a_group_reads_title_body_and_address(wecom: Company, settings):
    settings.SITE_URL = "https://shop.example"
    wecom.will_say({"errcode": 0, "errmsg": "ok"})
    send(settings)
    (asked,) = wecom.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "/cgi-bin/webhook/send", {"key": KEY})
    content = "新订单，已付 ¥29.90\n葡萄 2 斤 × 1\nhttps://shop.example/backoffice/A/orders/G1/"
    assert wecom.read() == {"msgtype": "text", "text": {"content": content}}


@pytest.mark.parametrize(
    ("answer", "failure", "reason"),
    [
        ({"errcode": 45009}, ChannelUnavailable, "wecom_45009"),
        ({"errcode": -1}, ChannelUnavailable, "wecom_-1"),
        ({"errcode": 93000}, ChannelRefused, "wecom_93000"),
        (Told(302, headers={"Location": "http://169.254.169.254/"}), ChannelRefused, "http_302"),
    ],
)
def test_a_robot_that_was_removed_is_not_asked_again(wecom: Company, settings, answer, failure, reason):
    wecom.will_say(answer)
    with pytest.raises(failure) as caught:
        send(settings)
    assert caught.value.reason == reason
    assert len(wecom.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + KEY,
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=" + KEY,
        "https://evil.example/?https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + KEY,
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + KEY + "&next=http://10.0.0.1",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + KEY + "@10.0.0.1",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + KEY + "\nHost: x",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=short",
    ],
)
def test_only_the_official_address_is_accepted(url):
    """Nobody makes our server call a server of theirs (SSRF)."""
    with pytest.raises(BadRobot):
        check_robot_url(url)


def test_a_kept_address_is_checked_again_before_it_is_called(wecom: Company):
    with pytest.raises(ChannelRefused) as caught:
        WecomChannel().send(address="http://127.0.0.1/?key=" + KEY, wording=PAID, now=NOW)
    assert caught.value.reason == "bad_robot"
    assert wecom.asked == []

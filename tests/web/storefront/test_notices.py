"""K2: the page on which people say what they hear, where, and when not; and the link that ends advertising."""

import re

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client

from accounts.models import Contact
from notifications.links import unsubscribe_link
from notifications.models import Preference
from notifications.selectors.preferences import quiet_hours_of
from notifications.services.robots import try_robot
from notifications.services.sending import send_due
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.notifications import NOON, give_email, give_wechat, make_robot, tell_payee
from tests.web.storefront.pages import browser_of, says, text_of

pytestmark = pytest.mark.django_db
PAGE = "/me/notifications/"


def off(user):
    return set(Preference.objects.filter(user=user, wanted=False).values_list("topic", "channel"))


def boxes(page):
    """The names of the boxes that are ticked and may be changed."""
    return re.findall(r'name="([a-z]+:[a-z]+)" checked>', text_of(page))


def test_alice_switches_wechat_off_for_campaigns_and_sleeps_from_nine():
    alice = make_user(name="Alice")
    browser = browser_of(alice)
    page = browser.get(PAGE)
    assert "storefront:notices" not in text_of(page)
    assert "店铺经营" not in says(page)
    ticked = [name for name in boxes(page) if name != "campaigns:wechat"]
    assert "money:inbox" not in ticked
    answer = browser.post(PAGE, dict.fromkeys(ticked, "on") | {"begins": "21:00", "ends": "09:00"}, follow=True)
    assert "已保存" in says(answer)
    assert off(alice) == {("campaigns", "wechat")}
    assert str(quiet_hours_of(alice.pk)) == "21:00–09:00"


def test_who_has_a_shop_is_asked_about_it_and_nobody_else_loses_a_word_of_it():
    merchant = make_merchant()
    mary, alice = owner_of(merchant), make_user(name="Alice")
    assert "店铺经营" in says(browser_of(mary).get(PAGE))
    browser_of(alice).post(PAGE, {"begins": "22:00", "ends": "08:00"})
    assert "shop" not in {topic for topic, _channel in off(alice)}
    assert ("money", "inbox") not in off(alice)
    assert ("orders", "email") in off(alice)


def test_one_touch_ends_advertising():
    alice = make_user()
    answer = browser_of(alice).post(f"{PAGE}marketing/stop/", follow=True)
    assert "不会再给你发优惠和活动消息" in says(answer)
    assert {topic for topic, _channel in off(alice)} == {"marketing"}


def test_the_link_in_a_mail_ends_advertising_without_signing_in_and_only_by_a_post():
    """RFC 8058: programs open links; what posts means it."""
    alice = make_user()
    path = unsubscribe_link(alice.pk).removeprefix(django_settings.SITE_URL)
    stranger = Client(enforce_csrf_checks=True)
    assert "退订" in says(stranger.get(path))
    assert off(alice) == set()
    assert "已退订" in says(stranger.post(path, {"List-Unsubscribe": "One-Click"}))
    assert {topic for topic, _channel in off(alice)} == {"marketing"}
    gone = stranger.post("/unsubscribe/MQ:forged/")
    assert (gone.status_code, Preference.objects.count()) == (410, len(off(alice)))


def test_a_mail_address_is_proven_by_the_link_that_was_sent_there(settings):
    alice = make_user()
    browser = browser_of(alice)
    settings.ALLOW_HTTP_IN_TRANSACTION = True
    assert "写成邮箱地址" in says(browser.post(f"{PAGE}email/", {"address": "alice"}))
    browser.post(f"{PAGE}email/", {"address": "alice@example.com"})
    found = re.search(r"/me/notifications/email/confirm/\?token=\S+", str(mail.outbox[0].body))
    assert found
    path, _question, token = found[0].partition("?token=")
    assert "这是你的邮箱吗" in says(browser.get(found[0]))
    assert Contact.objects.get().verified_at is None
    stranger = browser_of(make_user(name="Mallory"))
    assert "失效了" in says(stranger.post(path, {"token": token}, follow=True))
    assert "邮箱已确认" in says(browser.post(path, {"token": token}, follow=True))
    assert Contact.objects.get().verified_at is not None
    browser.post(f"{PAGE}email/forget/")
    assert not Contact.objects.exists()


def test_wechat_is_bound_in_the_demo_and_let_go_again():
    alice = make_user()
    browser = browser_of(alice)
    browser.post(f"{PAGE}wechat/")
    assert Contact.objects.get(user=alice).address == f"sandbox-{alice.code}"
    browser.post(f"{PAGE}wechat/forget/")
    assert not Contact.objects.exists()


def test_nobody_reads_another_persons_address():
    """A5."""
    give_email(make_user(name="Alice"))
    assert "alice@example.com" not in text_of(browser_of(make_user(name="Bob")).get(PAGE))
    assert Client().get(PAGE).status_code == 302


def test_the_demo_phone_shows_texts_mails_wechat_and_the_group_of_the_shop(settings, client):
    """K2: everything works, and can be looked at, without any configuration."""
    settings.EMAIL_BACKEND = "notifications.channels.sandbox.SandboxEmailBackend"
    merchant = make_merchant()
    mary = owner_of(merchant)
    give_email(mary, "mary@example.com")
    give_wechat(mary)
    make_robot(f"merchant:{merchant.code}", actor_id=mary.pk)
    tell_payee(mary)
    send_due(now=NOON)
    try_robot(owner=f"merchant:{merchant.code}", now=NOON)
    shown = says(client.get("/sandbox/phone/", {"phone": mary.phone}))
    assert shown.count("添加了收款账户 建设银行 8888") == 3
    for word in ("短信 ·", "邮件 ·", "微信 ·", "企业微信群 ·", "群机器人接好了"):
        assert word in shown

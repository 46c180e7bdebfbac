"""K2: mail by Django's backend; a real server's numbers say whether to try again."""

import datetime as dt
import smtplib
import socket

import pytest
from django.core import mail

from accounts.models.user import hash_phone
from notifications.channels import channel_named
from notifications.channels.email import EmailChannel
from notifications.channels.sandbox import hash_address
from notifications.errors import ChannelRefused, ChannelUnavailable, OutcomeUnknown
from notifications.selectors.sms import last_kept, last_texts
from notifications.wording import Wording

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
READY = Wording("到货了，等你来取", "自提点：东门", "order_ready", "/orders/G1/")
FAILURE: Exception = OSError()


class FailingBackend:
    """A server that answers as the test says."""

    def __init__(self, **_options):
        pass

    def send_messages(self, messages):
        assert FAILURE is not None
        raise FAILURE


def test_a_mail_has_title_body_and_address_and_the_same_id_each_time(settings):
    settings.SITE_URL = "https://shop.example"
    for _again in range(2):
        EmailChannel().send(address="alice@example.com", wording=READY, now=NOW)
    first, second = mail.outbox
    assert (first.subject, first.to, first.from_email) == (
        "到货了，等你来取",
        ["alice@example.com"],
        settings.DEFAULT_FROM_EMAIL,
    )
    assert first.body == "自提点：东门\n\nhttps://shop.example/orders/G1/"
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert first.extra_headers["Message-ID"].endswith("@groupbuy.example>")
    assert "List-Unsubscribe" not in first.extra_headers


def test_advertising_carries_the_headers_that_mailboxes_offer_as_a_button():
    """RFC 8058."""
    link = "https://shop.example/unsubscribe/x/"
    wording = Wording("满 50 减 5", "周末有效", "coupon_issued", "", unsubscribe=link)
    EmailChannel().send(address="alice@example.com", wording=wording, now=NOW)
    (sent,) = mail.outbox
    assert sent.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.body.endswith(link)


@pytest.mark.parametrize(
    ("failure", "expected", "reason"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"no such user")}), ChannelRefused, "smtp_550"),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (450, b"greylisted")}), ChannelUnavailable, "smtp_450"),
        (smtplib.SMTPDataError(554, b"spam"), ChannelRefused, "smtp_554"),
        (smtplib.SMTPDataError(451, b"later"), ChannelUnavailable, "smtp_451"),
        (smtplib.SMTPAuthenticationError(535, b"bad"), ChannelUnavailable, "smtp_sign_in"),
        (ConnectionRefusedError(), ChannelUnavailable, "no_answer"),
        (socket.gaierror(), ChannelUnavailable, "no_answer"),
        (smtplib.SMTPServerDisconnected("gone"), OutcomeUnknown, "no_answer"),
        (TimeoutError(), OutcomeUnknown, "no_answer"),
    ],
)
def test_what_a_mail_server_says(settings, monkeypatch, failure, expected, reason):
    settings.EMAIL_BACKEND = f"{__name__}.FailingBackend"
    monkeypatch.setattr(f"{__name__}.FAILURE", failure)
    with pytest.raises(expected) as caught:
        EmailChannel().send(address="alice@example.com", wording=READY, now=NOW)
    assert caught.value.reason == reason


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("sms", "13812345678"),
        ("email", "alice@example.com"),
        ("wechat", "o-alice"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4-97a0-0ec2sifa5aaa"),
    ],
)
def test_without_any_configuration_every_channel_keeps_what_it_is_handed(settings, channel, address):
    """K2: a built-in sandbox for each."""
    settings.EMAIL_BACKEND = "notifications.channels.sandbox.SandboxEmailBackend"
    channel_named(channel).send(address=address, wording=READY, now=NOW)
    (kept,) = last_kept([hash_address(channel, address)])
    assert "到货了，等你来取" in kept.text
    assert kept.channel == channel
    assert len(last_texts(hash_phone("13812345678"))) == (channel == "sms")

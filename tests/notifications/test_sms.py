"""Text messages leave through the provider that the settings name; the built-in one keeps them."""

import datetime as dt

import pytest
from django.db import connection

from accounts.models.user import hash_phone
from notifications.models import TextMessage
from notifications.selectors.sms import last_texts
from notifications.services.cleaning import clean
from notifications.sms import provider
from notifications.sms.sandbox import SandboxSmsProvider

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


class Pigeon:
    """Another company."""


def test_the_settings_choose_the_provider(settings):
    assert isinstance(provider(), SandboxSmsProvider)
    settings.SMS_PROVIDER = "tests.notifications.test_sms.Pigeon"
    assert isinstance(provider(), Pigeon)


@pytest.mark.django_db
def test_the_sandbox_phone_shows_its_own_texts_newest_first():
    for text in ("一", "二"):
        provider().send(phone="13800000001", text=text, now=NOW)
    provider().send(phone="13800000002", text="三", now=NOW)
    assert [message.text for message in last_texts(hash_phone("13800000001"))] == ["二", "一"]


@pytest.mark.django_db
def test_neither_number_nor_text_stands_in_clear():
    provider().send(phone="13800000001", text="验证码 123456", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(notifications_textmessage)::text FROM notifications_textmessage")
        row = cursor.fetchone()[0]
    assert "13800000001" not in row
    assert "123456" not in row


@pytest.mark.django_db
def test_old_texts_are_dropped():
    provider().send(phone="13800000001", text="old", now=NOW - dt.timedelta(days=3))
    provider().send(phone="13800000001", text="new", now=NOW)
    clean(now=NOW)
    assert [message.text for message in TextMessage.objects.all()] == ["new"]

"""The rest of the toolbox: refusals, masking, logs, registries, the audit trail, the clock, cleaning."""

import datetime as dt
import json
import logging

import pytest
from django.utils.translation import gettext_lazy as _

from common import audit
from common.cleaning import clean
from common.clock import database_now
from common.errors import Conflict, InvalidField, Refusal
from common.logs import HidePersonalData, json_formatter
from common.masking import mask_name, mask_phone
from common.models import Budget, EventDelivery, IdempotencyKey, OutboxEvent
from common.registry import Registry
from tests.factories.accounts import make_user

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


class TooFew(Conflict):
    code = "too_few"
    message = _("只剩 %(left)s 件")


def test_a_refusal_says_its_sentence_and_carries_its_data():
    refusal = TooFew(left=2)
    assert (str(refusal), refusal.status, refusal.params) == ("只剩 2 件", 409, {"left": 2})
    assert str(Refusal()) == "这样不行"


def test_a_wrong_field_says_which_and_why():
    refusal = InvalidField("phone", "少一位 100%")
    assert str(refusal) == "少一位 100%"
    assert refusal.params["field"] == "phone"


def test_masks_show_enough_to_recognise_and_too_little_to_use():
    assert mask_phone("13812341234") == "138****1234"
    assert mask_phone("110") == "****"
    assert mask_name("王小明") == "王**"
    assert mask_name("王") == "王**"
    assert mask_name("") == ""


def test_no_number_gets_into_the_log_by_any_way():
    """Reliability 23: 0 plain phone numbers in logs."""
    try:
        raise ValueError("no user 13812341236")
    except ValueError as error:
        exception = (ValueError, error, error.__traceback__)
    record = logging.LogRecord("a", logging.ERROR, "", 1, "texted %s", ("13812341234",), exception)
    record.detail = {"phone": "13812341235"}
    HidePersonalData().filter(record)
    line = json_formatter().format(record)
    assert json.loads(line)["event"] == "texted 138****1234"
    assert "138****1235" in line
    assert "138****1236" in line
    assert "1381234123" not in line


def test_a_registry_keeps_its_order_and_its_names():
    rules = Registry[int]("rule")
    rules.register("b", 2)
    rules.register("a", 1)
    assert list(rules) == [2, 1]
    assert rules.items() == [("b", 2), ("a", 1)]
    assert "a" in rules
    with pytest.raises(LookupError, match="registered twice"):
        rules.register("a", 3)
    with pytest.raises(LookupError, match="there are"):
        rules["c"]


@pytest.mark.django_db
def test_the_trail_says_who_did_what():
    alice = make_user()
    entry = audit.record(actor_id=alice.pk, action="merchant.approve", subject="merchant:A", note=1)
    entry.refresh_from_db()
    assert (entry.actor, entry.detail) == (alice, {"note": 1})
    assert abs(entry.at - database_now()) < dt.timedelta(minutes=1)


@pytest.mark.django_db
def test_cleaning_keeps_what_still_counts():
    alice = make_user()
    OutboxEvent.objects.all().delete()
    old, new = NOW - dt.timedelta(days=31), NOW - dt.timedelta(days=1)
    for at in (old, new):
        Budget.objects.create(scope="s", key=str(at), window_starts_at=at)
        IdempotencyKey.objects.create(actor=alice, endpoint="e", key=str(at), request_hash="h", created_at=at)
    done, parked, waiting = (OutboxEvent.objects.create(name="n", payload={}, published_at=old) for _event in range(3))
    OutboxEvent.objects.exclude(pk=waiting.pk).update(relayed_at=old)
    EventDelivery.objects.create(event=parked, handler="h", status="parked", due_at=old)
    EventDelivery.objects.create(event=done, handler="h", status="done", due_at=old)
    clean(now=NOW)
    assert Budget.objects.get().window_starts_at == new
    assert IdempotencyKey.objects.get().created_at == new
    assert set(OutboxEvent.objects.values_list("pk", flat=True)) == {parked.pk, waiting.pk}

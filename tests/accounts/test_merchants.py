"""A2: somebody applies to sell, an operator decides, the back office opens."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts import licences
from accounts.errors import AlreadyApplied, AlreadyMerchant
from accounts.models import Merchant, User
from accounts.selectors.staff import application_of, merchants_of, role_in
from accounts.services import merchants
from common.errors import InvalidField
from common.events import drain
from common.models import AuditEntry, Transition
from common.statemachine import StateChanged
from notifications.selectors.inbox import messages_of
from tests.factories.accounts import (
    make_application,
    make_merchant,
    make_operator,
    make_picture,
    make_staff,
    make_user,
    owner_of,
)
from tests.parallel import at_once

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


def apply(user: User, **changes: Any) -> Merchant:
    fields: dict[str, Any] = {"licence": make_picture(), "now": NOW} | make_application(**changes)
    return merchants.apply(user=user, **fields)


def acts(merchant):
    trail = AuditEntry.objects.filter(subject=f"merchant:{merchant.code}").order_by("id")
    return list(trail.values_list("action", flat=True))


@pytest.mark.django_db
def test_olivia_applies_and_waits():
    """A2: apply as merchant with a licence."""
    olivia = make_user(name="Olivia")
    orchard = apply(olivia, contact_phone="139 0000 0001", licence_number="91310000ma1fl0a123")
    kept = Merchant.objects.get()
    assert (kept.name, kept.status, kept.applied_at) == ("果园直发", "applied", NOW)
    assert (kept.contact_phone, kept.licence_number) == ("13900000001", "91310000MA1FL0A123")
    assert owner_of(orchard) == olivia
    assert application_of(olivia) == orchard
    assert not kept.may_sell


@pytest.mark.django_db
def test_the_back_office_opens_with_the_approval_and_not_before():
    """A2: an operator approves; the back office opens; the applicant is told."""
    oscar, orchard = make_operator(), make_merchant(approved=False)
    olivia = owner_of(orchard)
    assert list(merchants_of(olivia)) == []
    assert role_in(olivia, orchard) is None

    merchants.approve(merchant=orchard, actor_id=oscar.pk, now=LATER)
    drain(now=LATER)
    assert list(merchants_of(olivia)) == [orchard]
    assert role_in(olivia, orchard) == "owner"
    kept = Merchant.objects.get(pk=orchard.pk)
    assert (kept.status, kept.decided_at, kept.may_sell) == ("approved", LATER, True)
    assert [message.title for message in messages_of(olivia.pk)] == ["「果园直发」已通过审核"]
    assert acts(orchard) == ["merchant.approve"]
    line = Transition.objects.get(entity="accounts.merchant", to_state="approved")
    assert (line.actor, line.at) == (oscar, LATER)


@pytest.mark.django_db
def test_a_rejection_says_why_and_each_one_is_told():
    oscar, orchard = make_operator(), make_merchant(approved=False)
    olivia = owner_of(orchard)
    for note in ("执照看不清", "名字不一致"):
        orchard.refresh_from_db()
        merchants.reject(merchant=orchard, actor_id=oscar.pk, note=note, now=NOW)
        drain(now=NOW)
        assert list(merchants_of(olivia)) == []
        assert apply(olivia, name="新名字").pk == orchard.pk
    told = list(messages_of(olivia.pk))
    assert [message.kind for message in told] == ["merchant_rejected"] * 2
    assert told[0].body == "原因：名字不一致\n改好后可以重新提交申请。"
    assert Merchant.objects.get().name == "新名字"
    assert Merchant.objects.get().status == "applied"


@pytest.mark.django_db
def test_a_rejection_without_a_reason_is_no_rejection():
    orchard = make_merchant(approved=False)
    with pytest.raises(InvalidField):
        merchants.reject(merchant=orchard, actor_id=make_operator().pk, note="  ", now=NOW)
    assert Merchant.objects.get().status == "applied"


@pytest.mark.django_db
def test_a_decision_is_made_once():
    oscar, orchard = make_operator(), make_merchant()
    with pytest.raises(StateChanged):
        merchants.approve(merchant=orchard, actor_id=oscar.pk, now=NOW)
    with pytest.raises(StateChanged):
        merchants.reject(merchant=orchard, actor_id=oscar.pk, note="迟了", now=NOW)
    with pytest.raises(StateChanged):
        merchants.restore(merchant=orchard, actor_id=oscar.pk, now=NOW)
    assert Merchant.objects.get().status == "approved"


@pytest.mark.django_db
def test_a_suspended_merchant_sells_nothing_new_and_still_hands_over():
    oscar, orchard = make_operator(), make_merchant()
    olivia = owner_of(orchard)
    merchants.suspend(merchant=orchard, actor_id=oscar.pk, note="投诉太多", now=NOW)
    assert not Merchant.objects.get().may_sell
    assert list(merchants_of(olivia)) == [orchard]
    with pytest.raises(StateChanged):
        merchants.approve(merchant=orchard, actor_id=oscar.pk, now=NOW)
    merchants.restore(merchant=orchard, actor_id=oscar.pk, now=NOW)
    assert Merchant.objects.get().may_sell
    assert acts(orchard) == ["merchant.approve", "merchant.suspend", "merchant.restore"]


@pytest.mark.django_db
def test_trust_is_given_and_taken_and_written_down_when_it_changes():
    oscar, orchard = make_operator(), make_merchant()
    for trusted in (True, True, False):
        merchants.set_trusted(merchant=orchard, actor_id=oscar.pk, trusted=trusted, now=NOW)
        assert Merchant.objects.get().trusted is trusted
    assert acts(orchard)[1:] == ["merchant.trust", "merchant.trust"]


@pytest.mark.django_db
def test_one_person_owns_one_shop():
    olivia = make_user(name="Olivia")
    apply(olivia)
    with pytest.raises(AlreadyApplied):
        apply(olivia)
    orchard = make_merchant()
    with pytest.raises(AlreadyMerchant):
        apply(owner_of(orchard), name="第二家")
    assert Merchant.objects.filter(name="第二家").count() == 0
    stan = make_staff(orchard)
    assert apply(stan).status == "applied"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "果" * 61),
        ("contact_name", ""),
        ("contact_phone", "110"),
        ("licence_number", "9131"),
        ("licence_number", "I1310000MA1FL0A123"),
    ],
)
def test_an_application_that_makes_no_sense_is_not_kept(field, value):
    with pytest.raises(InvalidField) as refusal:
        apply(make_user(), **{field: value})
    assert refusal.value.params["field"] == field
    assert not Merchant.objects.exists()


@pytest.mark.django_db
def test_a_licence_is_drawn_anew_under_a_name_nobody_guesses(settings):
    """Reliability 22: re-encoded, random name, outside the public media."""
    orchard = apply(make_user(), licence=make_picture(width=5000, height=100, name="../../my-licence.php.png"))
    assert re.fullmatch(r"licences/[0-9a-f]{32}\.webp", str(orchard.licence))
    with Image.open(orchard.licence) as drawn:
        assert (drawn.format, drawn.size) == ("WEBP", (2400, 48))
    assert Path(orchard.licence.path).is_relative_to(settings.PRIVATE_MEDIA_ROOT)


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", b"GIF89a" + b"\0" * 50, "half"])
def test_what_is_no_picture_is_refused(content):
    if content == "half":
        content = make_picture(width=500, height=500).read()[:200]
    with pytest.raises(InvalidField) as refusal:
        apply(make_user(), licence=SimpleUploadedFile("licence.png", content, content_type="image/png"))
    assert refusal.value.params["field"] == "licence"
    assert not Merchant.objects.exists()


@pytest.mark.django_db
def test_a_picture_that_is_too_heavy_or_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(licences, "MOST_PIXELS", 60 * 40 - 1)
    with pytest.raises(InvalidField, match="4000 万像素"):
        apply(make_user())
    monkeypatch.setattr(licences, "MOST_BYTES", 10)
    with pytest.raises(InvalidField, match="10 MB"):
        apply(make_user())


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_who_presses_apply_ten_times_at_once_has_one_shop():
    olivia = make_user(name="Olivia")
    outcomes = at_once(10, lambda _index: apply(olivia))
    assert sum(isinstance(outcome, Merchant) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AlreadyApplied) for outcome in outcomes) == 9
    assert Merchant.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_operators_decide_at_once_and_one_decision_stands():
    oscar, orchard = make_operator(), make_merchant(approved=False)

    def decide(index):
        mine = Merchant.objects.get(pk=orchard.pk)
        if index % 2:
            merchants.approve(merchant=mine, actor_id=oscar.pk, now=NOW)
        else:
            merchants.reject(merchant=mine, actor_id=oscar.pk, note="看不清", now=NOW)

    assert at_once(6, decide).count(None) == 1
    drain(now=LATER)
    assert messages_of(owner_of(orchard).pk).count() == 1
    assert len(acts(orchard)) == 1

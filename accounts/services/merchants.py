"""A2: somebody applies to sell, an operator decides, the back office opens."""

import datetime as dt

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import AlreadyApplied, AlreadyMerchant
from accounts.events import (
    MerchantApplied,
    MerchantApproved,
    MerchantRejected,
    MerchantRestored,
    MerchantSuspended,
)
from accounts.licences import clean_number, clean_picture
from accounts.models import Merchant, StaffMember, User
from accounts.names import clean_name
from accounts.phones import normalise
from accounts.services.contact import change_service_contact
from accounts.services.staff import add_staff, remove_staff
from accounts.states import MerchantStatus, StaffRole
from common import audit, events
from common.errors import InvalidField
from common.models import AuditEntry
from common.statemachine import StateChanged, begin, move

__all__ = [
    "add_staff",
    "apply",
    "approve",
    "change_service_contact",
    "reject",
    "remove_staff",
    "restore",
    "set_fee",
    "set_trusted",
    "suspend",
]

APPLIED, APPROVED = MerchantStatus.APPLIED, MerchantStatus.APPROVED
REJECTED, SUSPENDED = MerchantStatus.REJECTED, MerchantStatus.SUSPENDED
LONGEST_NOTE = 200
HIGHEST_FEE_BP = 3_000


def apply(
    *,
    user: User,
    name: str,
    contact_name: str,
    contact_phone: str,
    licence_number: str,
    licence: UploadedFile,
    now: dt.datetime,
) -> Merchant:
    """Ask to become a merchant; after a rejection, ask again with the same merchant.

    Raises InvalidField, AlreadyApplied and AlreadyMerchant: one person owns one shop.
    """
    fields = {
        "name": clean_name(name, longest=60, required=True),
        "contact_name": clean_name(contact_name, field="contact_name", required=True),
        "contact_phone": normalise(contact_phone, field="contact_phone"),
        "licence_number": clean_number(licence_number),
        "licence": clean_picture(licence),
        "applied_at": now,
    }
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        merchant = Merchant.objects.filter(staff__user=user, staff__role=StaffRole.OWNER).first()
        if merchant is None:
            merchant = _found(user, fields, now=now)
        else:
            _ask_again(merchant, user, fields, now=now)
        events.publish(MerchantApplied(merchant_id=merchant.pk))
    return merchant


def approve(*, merchant: Merchant, actor_id: int, now: dt.datetime, note: str = "") -> None:
    """Open the back office, at the platform's usual fee. Raises StateChanged unless it is waiting for a decision."""
    fee_bp = settings.PLATFORM_FEE_BP
    with transaction.atomic():
        _decide(
            merchant, APPLIED, to=APPROVED, actor_id=actor_id, note=_clean_note(note), now=now, platform_fee_bp=fee_bp
        )
        decision = _audit(merchant, "merchant.approve", actor_id)
        events.publish(MerchantApproved(merchant_id=merchant.pk, decision_id=decision.pk))


def reject(*, merchant: Merchant, actor_id: int, note: str, now: dt.datetime) -> None:
    """Send an application back; the note tells the applicant what to change. Raises InvalidField, StateChanged."""
    with transaction.atomic():
        _decide(merchant, APPLIED, to=REJECTED, actor_id=actor_id, note=_clean_note(note, required=True), now=now)
        decision = _audit(merchant, "merchant.reject", actor_id)
        events.publish(MerchantRejected(merchant_id=merchant.pk, decision_id=decision.pk))


def suspend(*, merchant: Merchant, actor_id: int, note: str, now: dt.datetime) -> None:
    """Let it sell nothing new; what is sold is still handed over. Raises InvalidField, StateChanged."""
    with transaction.atomic():
        _decide(merchant, APPROVED, to=SUSPENDED, actor_id=actor_id, note=_clean_note(note, required=True), now=now)
        _audit(merchant, "merchant.suspend", actor_id)
        events.publish(MerchantSuspended(merchant_id=merchant.pk))


def restore(*, merchant: Merchant, actor_id: int, now: dt.datetime, note: str = "") -> None:
    """Let a suspended merchant sell again. Raises StateChanged."""
    with transaction.atomic():
        _decide(merchant, SUSPENDED, to=APPROVED, actor_id=actor_id, note=_clean_note(note), now=now)
        _audit(merchant, "merchant.restore", actor_id)
        events.publish(MerchantRestored(merchant_id=merchant.pk))


def set_trusted(*, merchant: Merchant, actor_id: int, trusted: bool, now: dt.datetime) -> None:
    """Whether its campaigns open without an operator's review."""
    with transaction.atomic():
        if Merchant.objects.filter(pk=merchant.pk).exclude(trusted=trusted).update(trusted=trusted):
            _audit(merchant, "merchant.trust", actor_id, trusted=trusted)
    merchant.trusted = trusted


@transaction.atomic
def set_fee(*, merchant: Merchant, actor_id: int, fee_bp: int) -> None:
    """What the platform takes of the goods; orders that are placed keep their rate. Raises InvalidField."""
    if not 0 <= fee_bp <= HIGHEST_FEE_BP:
        raise InvalidField("platform_fee_bp", _("服务费在 0% 到 30% 之间"))
    was = Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk).platform_fee_bp
    if was != fee_bp:
        Merchant.objects.filter(pk=merchant.pk).update(platform_fee_bp=fee_bp)
        _audit(merchant, "merchant.fee", actor_id, was_bp=was, fee_bp=fee_bp)
    merchant.platform_fee_bp = fee_bp


def _found(user: User, fields: dict, *, now: dt.datetime) -> Merchant:
    merchant = Merchant.objects.create(**fields)
    StaffMember.objects.create(merchant=merchant, user=user, role=StaffRole.OWNER)
    begin(merchant, now=now, actor_id=user.pk)
    return merchant


def _ask_again(merchant: Merchant, user: User, fields: dict, *, now: dt.datetime) -> None:
    if merchant.status == APPLIED:
        raise AlreadyApplied
    if merchant.status != REJECTED:
        raise AlreadyMerchant
    move(merchant, APPLIED, now=now, actor_id=user.pk, decided_at=None)
    for field, value in fields.items():
        setattr(merchant, field, value)
    merchant.save(update_fields=list(fields))


def _decide(
    merchant: Merchant, was: str, *, to: str, actor_id: int, note: str, now: dt.datetime, **changes: int
) -> None:
    if merchant.status != was:
        raise StateChanged(entity=merchant._meta.label_lower, was=merchant.status, to=to)
    move(merchant, to, now=now, actor_id=actor_id, reason=note, decision_note=note, decided_at=now, **changes)


def _audit(merchant: Merchant, action: str, actor_id: int, **detail: int) -> AuditEntry:
    return audit.record(actor_id=actor_id, action=action, subject=f"merchant:{merchant.code}", **detail)


def _clean_note(note: str, *, required: bool = False) -> str:
    return clean_name(note, field="note", longest=LONGEST_NOTE, required=required)

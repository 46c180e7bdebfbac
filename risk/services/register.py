"""I6: operators keep the list of known risks, and look at each again before its time is over."""

import datetime as dt
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.names import clean_name
from common import audit
from common.errors import InvalidField
from risk.controls import check_controls
from risk.models import RiskItem
from risk.states import RiskCategory, RiskState

REVIEW_EVERY = dt.timedelta(days=90)


@dataclass(frozen=True)
class RiskDetails:
    """What somebody writes of a risk. One of the two owners answers for it."""

    code: str
    title: str
    category: str
    description: str
    state: str
    control: str = ""
    controlled_by: tuple[str, ...] = ()
    owner_group: str = ""
    owner_id: int | None = None


def add_item(*, details: RiskDetails, actor_id: int | None, now: dt.datetime) -> RiskItem:
    """A risk that was not known before; reviewed by whoever writes it. Raises InvalidField with the fix."""
    item = RiskItem(reviewed_at=now, next_review_at=now + REVIEW_EVERY)
    return _keep(item, details, action="risk_item.add", actor_id=actor_id)


def change_item(*, item: RiskItem, details: RiskDetails, actor_id: int | None) -> RiskItem:
    """Write a risk anew; that is no review of it. Raises InvalidField with the fix."""
    return _keep(item, details, action="risk_item.change", actor_id=actor_id)


@transaction.atomic
def review_item(*, item: RiskItem, state: str, note: str, actor_id: int, now: dt.datetime) -> RiskItem:
    """Somebody has looked whether it still stands as written; due again in 90 days. Raises InvalidField."""
    locked = RiskItem.objects.select_for_update().get(pk=item.pk)
    was, locked.state = locked.state, state
    _refuse_hollow(locked)
    locked.reviewed_at, locked.next_review_at = now, now + REVIEW_EVERY
    locked.save(update_fields=["state", "reviewed_at", "next_review_at"])
    said = clean_name(note, field="note", longest=200, required=True)
    _audit(locked, "risk_item.review", actor_id, was=was, state=state, note=said)
    return locked


@transaction.atomic
def remove_item(*, item: RiskItem, actor_id: int | None) -> None:
    """It is no risk any more; the audit trail remembers that it was one."""
    _audit(item, "risk_item.remove", actor_id, state=item.state)
    item.delete()


def check_details(details: RiskDetails) -> None:
    """Raise InvalidField at the first thing that is wrong; writes nothing."""
    _describe(RiskItem(), details)


@transaction.atomic
def _keep(item: RiskItem, details: RiskDetails, *, action: str, actor_id: int | None) -> RiskItem:
    _describe(item, details)
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError:
        raise InvalidField("code", _("已经有这个编号")) from None
    _audit(item, action, actor_id, state=item.state)
    return item


def _describe(item: RiskItem, details: RiskDetails) -> None:
    for name, value in asdict(details).items():
        setattr(item, name, value)
    item.title = clean_name(details.title, field="title", longest=60, required=True)
    item.description = clean_name(details.description, field="description", longest=300, required=True)
    item.control = clean_name(details.control, field="control", longest=300)
    item.controlled_by = check_controls(details.controlled_by)
    if details.category not in RiskCategory.values:
        raise InvalidField("category", _("没有这种风险类别"))
    if details.owner_group and details.owner_group not in settings.OPERATOR_GROUPS:
        raise InvalidField("owner_group", _("没有这个运营组"))
    if not details.owner_group and details.owner_id is None:
        raise InvalidField("owner_group", _("写明哪个运营组或哪个人负责"))
    _refuse_hollow(item)


def _refuse_hollow(item: RiskItem) -> None:
    """Nothing is under control by itself."""
    if item.state not in RiskState.values:
        raise InvalidField("state", _("没有这种状态"))
    if item.state == RiskState.CONTROLLED and not item.controlled_by:
        raise InvalidField("state", _("写明靠什么控制，才算已控制"))


def _audit(item: RiskItem, action: str, actor_id: int | None, **detail: str) -> None:
    audit.record(actor_id=actor_id, action=action, subject=f"risk_item:{item.code}", **detail)

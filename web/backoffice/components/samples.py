"""Things to draw: made up, and shaped like what the pages of the shop hand to the same templates."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.selectors.cards import CampaignCard, Ladder, Step
from campaigns.states import Basis, CampaignStatus
from orders.states import OrderStatus
from payments.states import RefundKind, RefundRoute, RefundStatus, WithdrawalStatus
from web.forms import Form

HOUR = dt.timedelta(hours=1)
STEPS = ((20, 3290), (50, 2990), (100, 2690), (200, 2390))


@dataclass(frozen=True)
class Rows:
    """What a template walks through as `rows.all`."""

    all: Sequence[Any]


@dataclass(frozen=True)
class Person:
    shown_name: str


@dataclass(frozen=True)
class Shop:
    name: str
    introduction: str
    service_phone: str
    service_hours: str


@dataclass(frozen=True)
class Point:
    name: str
    address: str
    hours: str


@dataclass(frozen=True)
class OrderLine:
    product_name: str
    specification: str
    quantity: int
    unit_price_fen: int


@dataclass(frozen=True)
class Order:
    """An order in some state."""

    status: OrderStatus
    pickup_code: str = "48210937"
    pickup_point: Point | None = None
    lines: Rows = field(default_factory=lambda: Rows([]))

    def get_status_display(self) -> str:
        return str(self.status.label)


@dataclass(frozen=True)
class Coupon:
    """What a ticket asks of its template."""

    name: str


@dataclass(frozen=True)
class Ticket:
    """A coupon in words."""

    template: Coupon
    worth: str
    condition: str
    validity: str
    owner: str
    scope: str = ""


@dataclass(frozen=True)
class Payment:
    gateway: str = "wechat"


@dataclass(frozen=True)
class Withdrawal:
    """What a badge asks of one."""

    status: WithdrawalStatus

    def get_status_display(self) -> str:
        return str(self.status.label)


@dataclass(frozen=True)
class Refund:
    number: str
    kind: RefundKind
    status: RefundStatus
    amount_fen: int
    requested_at: dt.datetime
    sent_at: dt.datetime | None = None
    done_at: dt.datetime | None = None
    route: RefundRoute = RefundRoute.ORIGINAL
    payment: Payment = Payment()

    def get_kind_display(self) -> str:
        return str(self.kind.label)


@dataclass(frozen=True)
class Said:
    """A sentence of a timeline, or a row of a price."""

    what: str
    at: dt.datetime | None = None
    more: str = ""
    amount_fen: int = 0
    why: str = ""


@dataclass(frozen=True)
class Drop:
    name: str
    unit_fen: int
    final_fen: int
    each_fen: int
    quantity: int


@dataclass(frozen=True)
class Opinion:
    """A review, or a question with `asked_at`."""

    text: str
    written_at: dt.datetime
    author: Person | None = None
    stars: int | None = None
    source: str = ""
    answer: str = ""
    order_line: OrderLine | None = None
    photos: Rows = field(default_factory=lambda: Rows([]))

    @property
    def asked_at(self) -> dt.datetime:
        return self.written_at


class SampleForm(Form):
    """A field as it stands, and one that was filled in wrong."""

    name = forms.CharField(label=gettext_lazy("店名"), max_length=20, help_text=gettext_lazy("邻居看到的名字"))
    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        min_length=11,
        error_messages={"min_length": gettext_lazy("手机号是 11 位数字，还差 8 位")},
    )
    note = forms.CharField(label=gettext_lazy("留言"), required=False)


def sample_form() -> SampleForm:
    """With an error at a field and one above the form."""
    form = SampleForm({"name": _("老周果园"), "phone": "138"}, auto_id="sample_%s")
    form.add_error(None, _("这页放得太久了，再提交一次"))
    return form


class SampleWithdrawal(Form):
    """What somebody with two purses and one account is asked."""

    purse = forms.ChoiceField(
        label=gettext_lazy("从哪里提"),
        choices=[("balance", gettext_lazy("余额")), ("commission", gettext_lazy("佣金"))],
        widget=forms.RadioSelect,
    )
    amount_fen = forms.CharField(label=gettext_lazy("提现金额"))
    payee = forms.ChoiceField(
        label=gettext_lazy("提到"), choices=[("1", gettext_lazy("招商银行 *7894"))], widget=forms.RadioSelect
    )


def sample_withdrawal() -> SampleWithdrawal:
    """More than there is."""
    form = SampleWithdrawal({"purse": "balance", "amount_fen": "200", "payee": "1"}, auto_id="withdrawal_%s")
    form.add_error("amount_fen", _("最多可以提现 %(most)s") % {"most": "¥128.50"})
    return form


def ladder(count: int, *, state: str = "open") -> Ladder:
    """Four steps, so many pieces paid."""
    reached = sum(count >= threshold for threshold, _price in STEPS)
    states = ["reached"] * max(reached - 1, 0) + ["current"] * bool(reached) + ["next"]
    steps = [Step(*step, state) for step, state in zip(STEPS, [*states, "locked", "locked", "locked"], strict=False)]
    following = STEPS[reached] if reached < len(STEPS) else None
    return Ladder(
        steps=tuple(steps),
        count=count,
        basis=Basis.PIECES,
        unit=_("箱"),
        state=state,
        to_next=following[0] - count if following else None,
        next_price_fen=following[1] if following else None,
        current_price_fen=STEPS[max(reached - 1, 0)][1],
    )


def card(code: str, count: int, *, now: dt.datetime, status: str = CampaignStatus.OPEN, **changes: Any) -> CampaignCard:
    """A campaign with so many pieces paid; the ladder's state follows from its own unless it is named."""
    state = changes.pop("state", "open")
    fields: dict[str, Any] = {
        "code": code,
        "title": _("赣南脐橙 5 斤装，树上熟现摘"),
        "status": status,
        "merchant_name": _("老周果园"),
        "image": "",
        "ladder": ladder(count, state=state),
        "regular_price_fen": 3990,
        "opens_at": now - 20 * HOUR,
        "closes_at": now + 3 * HOUR,
        "participants": count * 3 // 4,
        "pieces": count,
        "total_pieces": 200,
        "places_left": max(200 - count, 0),
        "is_extended": False,
        "is_subsidised": False,
    }
    return CampaignCard(**fields | changes)

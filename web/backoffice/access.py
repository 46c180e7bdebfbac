"""A5: which role may do what in a shop, said once. Strangers get a 404, the wrong role a 403."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, cast

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from accounts.selectors.staff import merchants_of, role_in
from accounts.states import StaffRole
from common.errors import Denied, NotFound
from community.states import ANSWERING
from payments.states import PAYING_OUT
from web.access import person, signed_in
from web.roles import COUNTING, EVERYBODY, REFUNDING, SELLING, STOCKING


class Right(StrEnum):
    """Something one may do here."""

    HOME = "home"
    ORDERS = "orders"
    REFUNDS = "refunds"
    FULFIL = "fulfil"
    STOCK = "stock"
    SELL = "sell"
    STAFF = "staff"
    HIRE = "hire"
    ANSWER = "answer"
    CUSTOMERS = "customers"
    NUMBERS = "numbers"
    MONEY = "money"
    PAYOUTS = "payouts"
    SETTINGS = "settings"


OWNER, FINANCE = StaffRole.OWNER, StaffRole.FINANCE
MAY: dict[Right, frozenset[StaffRole]] = {
    Right.HOME: EVERYBODY,
    Right.ORDERS: EVERYBODY,
    Right.REFUNDS: REFUNDING,
    Right.FULFIL: STOCKING,
    Right.STOCK: STOCKING,
    Right.SELL: SELLING,
    Right.STAFF: SELLING,
    Right.HIRE: frozenset({OWNER}),
    Right.ANSWER: ANSWERING,
    Right.CUSTOMERS: ANSWERING,
    Right.NUMBERS: COUNTING,
    Right.MONEY: frozenset({OWNER, FINANCE}),
    Right.PAYOUTS: PAYING_OUT,
    Right.SETTINGS: SELLING,
}


class NotYourJob(Denied):
    """Staff of this merchant, but in a role that does not do this."""

    code = "not_your_job"
    message = _("你的角色不能做这件事，需要的话请店主调整")


@dataclass(frozen=True)
class Shop:
    """The merchant somebody works for, and as what; the pages of the back office start from here."""

    merchant: Merchant
    user: User
    role: StaffRole

    @property
    def code(self) -> str:
        return self.merchant.code

    @property
    def actor_id(self) -> int:
        return self.user.pk

    @property
    def rights(self) -> frozenset[Right]:
        """What this person may do here; templates ask `"sell" in shop.rights`."""
        return frozenset(right for right, roles in MAY.items() if self.role in roles)


View = Callable[Concatenate[HttpRequest, Shop, ...], HttpResponseBase]
Guarded = Callable[..., HttpResponseBase]


def needs(right: Right) -> Callable[[View], Guarded]:
    """Let in who has this right at the merchant of the address, and hand the view their shop."""

    def guard(view: View) -> Guarded:
        @wraps(view)
        def guarded(request: HttpRequest, merchant: str, **kwargs: Any) -> HttpResponseBase:
            shop = shop_of(person(request), merchant)
            if right not in shop.rights:
                raise NotYourJob
            return view(request, shop, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return signed_in(cast(Guarded, guarded))

    return guard


def shop_of(user: User, code: str) -> Shop:
    """The shop of this public code, for its staff. Raises NotFound for anybody else."""
    merchant = merchants_of(user).filter(code=code).first()
    role = role_in(user, merchant) if merchant else None
    if merchant is None or role is None:
        raise NotFound
    return Shop(merchant, user, role)

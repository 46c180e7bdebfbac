"""Many accounts with one door. Found on what was delivered before; a pick-up point is everybody's door."""

from django.utils.translation import gettext_lazy as _

from orders.quotes import Basket
from risk.detectors.base import Found, Method, Parameter, Parameters, Placing, add
from risk.detectors.crowds import Crowd
from risk.models import AddressSighting
from risk.states import SubjectKind

BEHIND_ONE_DOOR = Crowd(AddressSighting, by="address_hash", kind=SubjectKind.ADDRESS)


def judge(basket: Basket, parameters: Parameters, accounts: int) -> Found:
    """What is fetched goes through no door."""
    return None if basket.fulfilment.address_id is None else BEHIND_ONE_DOOR.judge(basket, parameters, accounts)


add(
    Method(
        key="shared_address",
        title=_("一个地址多个账号"),
        looks_for=_("送到同一个门牌的账号多于一家人会有的"),
        parameters=(
            Parameter("days", _("几天内"), default=90, most=90),
            Parameter("accounts", _("最多几个账号算正常"), default=6, most=1_000),
        ),
        placing=Placing("days", BEHIND_ONE_DOOR.fact, judge),
        sweep=BEHIND_ONE_DOOR.sweep,
    )
)

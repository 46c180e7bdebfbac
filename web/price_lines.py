"""Price lines as sentences: what, how much, why. A quote's and an order's are told alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from common.money import format_yuan


class Line(Protocol):
    """What a quote's and an order's price lines have in common."""

    @property
    def code(self) -> str: ...

    @property
    def amount_fen(self) -> int: ...

    @property
    def detail(self) -> Any: ...


@dataclass(frozen=True)
class SaidLine:
    """One row of the breakdown; a deduction has a negative amount."""

    what: str
    amount_fen: int
    why: str = ""


def said(lines: Sequence[Line], names: Mapping[int, str], *, fetched: bool | None = None) -> list[SaidLine]:
    """The lines in words. `names` holds the goods' names by the position of a line, where they must be told apart.

    `fetched` says why no freight is charged, where that is known: the buyer comes for the goods, or does not.
    """
    rows = [_said(line, names.get(position, "")) for position, line in enumerate(lines)]
    if not any(line.code == "freight" for line in lines):
        rows.append(SaidLine(_("运费"), 0, _("自提免运费") if fetched else _("免运费")))
    return rows


def _said(line: Line, name: str) -> SaidLine:
    teller = TELLERS.get(line.code)
    what, why = teller(line.detail) if teller else (line.code, "")
    return SaidLine(what, line.amount_fen, " · ".join(part for part in (name, why) if part))


def _list_price(detail: Mapping[str, Any]) -> tuple[str, str]:
    return _("商品原价"), _("%(price)s × %(quantity)s 件") % {
        "price": format_yuan(detail["unit_price_fen"]),
        "quantity": detail["quantity"],
    }


def _campaign_price(detail: Mapping[str, Any]) -> tuple[str, str]:
    price = format_yuan(detail["unit_price_fen"])
    if detail.get("count"):
        return _("阶梯价"), _("已拼到 %(count)s，每件 %(price)s") % {"count": detail["count"], "price": price}
    return _("阶梯价"), _("每件 %(price)s") % {"price": price}


def _early_bird(detail: Mapping[str, Any]) -> tuple[str, str]:
    return _("早鸟价"), _("每件 %(price)s") % {"price": format_yuan(detail["unit_price_fen"])}


def _freight(detail: Mapping[str, Any]) -> tuple[str, str]:
    if "free_from_fen" not in detail:
        return _("运费"), _("送货上门，按单收一次")
    return _("运费"), _("送货上门，满 %(amount)s 包邮") % {"amount": format_yuan(detail["free_from_fen"])}


def _coupon(detail: Mapping[str, Any]) -> tuple[str, str]:
    return _("优惠券"), detail["name"]


def _freight_coupon(detail: Mapping[str, Any]) -> tuple[str, str]:
    return _("运费券"), detail["name"]


def _promotion(detail: Mapping[str, Any]) -> tuple[str, str]:
    numbers = {"amount": format_yuan(detail["threshold_fen"]), "off": format_yuan(detail["off_fen"])}
    return _("满减"), _("满 %(amount)s 减 %(off)s") % numbers


def _promotion_reward(detail: Mapping[str, Any]) -> tuple[str, str]:
    points = _("%(count)s 积分") % {"count": detail["points"]} if detail["points"] else ""
    sent = _("、").join(part for part in (detail["coupon"], points) if part)
    amount = format_yuan(detail["threshold_fen"])
    return _("满送"), _("满 %(amount)s，订单完成后送 %(sent)s") % {"amount": amount, "sent": sent}


def _gift(detail: Mapping[str, Any]) -> tuple[str, str]:
    if "threshold_fen" not in detail:
        return _("赠品"), ""
    return _("赠品"), _("满 %(amount)s 赠") % {"amount": format_yuan(detail["threshold_fen"])}


def _member_price(detail: Mapping[str, Any]) -> tuple[str, str]:
    price = format_yuan(detail["unit_price_fen"])
    return _("会员价"), _("%(tier)s，每件 %(price)s") % {"tier": _(detail["tier"]), "price": price}


def _points(detail: Mapping[str, Any]) -> tuple[str, str]:
    return _("积分抵扣"), _("用 %(count)s 积分") % {"count": detail["points"]}


def _member_freight(detail: Mapping[str, Any]) -> tuple[str, str]:
    return _("会员免运费"), _(detail["tier"])


TELLERS = {
    "list_price": _list_price,
    "campaign_price": _campaign_price,
    "early_bird": _early_bird,
    "coupon": _coupon,
    "gift": _gift,
    "promotion": _promotion,
    "promotion_reward": _promotion_reward,
    "freight": _freight,
    "member_freight": _member_freight,
    "member_price": _member_price,
    "points": _points,
    "freight_coupon": _freight_coupon,
}

"""Coupons in words: what one is worth, from when, on what, for whom and until when."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from common.money import BASIS_POINTS, format_yuan
from marketing.models import Coupon, CouponTemplate
from marketing.pricing import GOODS
from marketing.selectors.scopes import names_of
from marketing.states import CouponKind, ScopeKind

# So many names are told before 等.
TOLD = 2

Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Ticket:
    """A coupon as people read it. `scope` is one sentence, empty where it is good for everything."""

    template: CouponTemplate
    worth: str
    condition: str
    scope: str
    validity: str
    owner: str


def tickets(templates: Sequence[CouponTemplate]) -> list[Ticket]:
    """Coupons in words, in a number of queries that does not grow with them; their scopes were fetched with them."""
    names = names_of(scope for template in templates for scope in template.scopes.all())
    return [_ticket(template, names, validity=_validity(template)) for template in templates]


def own_tickets(coupons: Sequence[Coupon]) -> list[tuple[Coupon, Ticket]]:
    """Somebody's coupons with their words; these have days of their own."""
    names = names_of(scope for coupon in coupons for scope in coupon.template.scopes.all())
    return [
        (coupon, _ticket(coupon.template, names, validity=_between(coupon.valid_from, coupon.valid_until)))
        for coupon in coupons
    ]


def worth(template: CouponTemplate) -> str:
    """¥5, 8.5 折, or the freight."""
    if template.kind == CouponKind.PERCENTAGE:
        tenths = f"{(BASIS_POINTS - template.rate_bp) / 1000:g}"
        return _("%(tenths)s 折") % {"tenths": tenths, "percent": f"{template.rate_bp / 100:g}"}
    if template.kind == CouponKind.FREIGHT and not template.amount_fen:
        return _("免运费")
    return format_yuan(template.amount_fen).removesuffix(".00")


def condition(template: CouponTemplate) -> str:
    """From which amount on, and how much at most."""
    parts = [_("无门槛")]
    if template.threshold_fen:
        parts = [_("满 %(amount)s 可用") % {"amount": format_yuan(template.threshold_fen).removesuffix(".00")}]
    if template.cap_fen is not None:
        parts.append(_("最多减 %(amount)s") % {"amount": format_yuan(template.cap_fen).removesuffix(".00")})
    return " · ".join(parts)


def _ticket(template: CouponTemplate, names: Names, *, validity: str) -> Ticket:
    owner = template.merchant.name if template.merchant else _("平台")
    return Ticket(template, worth(template), condition(template), _scope(template, names), validity, owner)


def _scope(template: CouponTemplate, names: Names) -> str:
    by_kind: dict[str, list[str]] = {}
    for scope in template.scopes.all():
        by_kind.setdefault(scope.kind, []).append(names.get((scope.kind, scope.key), scope.key))
    goods = [name for kind in GOODS for name in by_kind.pop(kind, [])]
    parts = [_("限%(names)s") % {"names": _listed(goods)}] if goods else []
    if by_kind.pop(ScopeKind.NEWCOMER, None):
        parts.append(_("限新客"))
    parts += [_("限%(names)s") % {"names": _listed(named)} for _kind, named in sorted(by_kind.items())]
    if not template.stacks:
        parts.append(_("不与满减同用"))
    return " · ".join(parts)


def _listed(names: Iterable[str]) -> str:
    """苹果、脐橙等 5 项"""
    every = list(names)
    told = "、".join(every[:TOLD])
    return told if len(every) <= TOLD else _("%(names)s等 %(count)s 项") % {"names": told, "count": len(every)}


def _validity(template: CouponTemplate) -> str:
    if template.valid_days is not None:
        return _("领取后 %(days)s 天内有效") % {"days": template.valid_days}
    assert template.valid_from is not None
    assert template.valid_until is not None
    return _between(template.valid_from, template.valid_until)


def _between(begins: dt.datetime, ends: dt.datetime) -> str:
    """The year stands where it is not this one."""
    first, last = timezone.localtime(begins), timezone.localtime(ends)
    return (
        f"{first:%Y-%m-%d} – {last:%Y-%m-%d %H:%M}"
        if first.year != last.year
        else f"{first:%m-%d} – {last:%m-%d %H:%M}"
    )

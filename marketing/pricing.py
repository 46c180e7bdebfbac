"""The arithmetic of coupons, by docs/pricing.md: what one takes off, or why it does not. Pure functions on data."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import format_yuan, share
from marketing.states import CouponKind, Funder, ScopeKind

# So much of the goods is always left to pay: nobody can pay nothing at a gateway.
LEAST_FEN = 1

GOODS = (ScopeKind.PRODUCT, ScopeKind.CATEGORY)


@dataclass(frozen=True)
class HeldCoupon:
    """A coupon in somebody's hands, with everything that its template says. `free` unless another order has it."""

    coupon_id: int
    code: str
    template_id: int
    name: str
    kind: str
    valid_from: dt.datetime
    valid_until: dt.datetime
    amount_fen: int = 0
    rate_bp: int = 0
    cap_fen: int | None = None
    threshold_fen: int = 0
    funder: str = Funder.MERCHANT
    stacks: bool = True
    free: bool = True
    scopes: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Situation:
    """Who buys where, in public codes; empty where there is none. A newcomer has never bought of the coupon's maker."""

    now: dt.datetime
    merchant: str = ""
    campaign: str = ""
    community: str = ""
    tier: str = ""
    segment: str = ""
    tags: frozenset[str] = frozenset()
    new_to_platform: bool = False
    new_to_merchant: bool = False


@dataclass(frozen=True)
class Good:
    """One item as a coupon sees it: what it still costs, what it is, and what it carries already: a promotion, or
    something that is closed to every coupon.
    """

    index: int
    left_fen: int
    is_promoted: bool = False
    is_closed: bool = False
    labels: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Saving:
    """What a coupon takes off, of which items; or the sentence why it does not."""

    fen: int = 0
    among: tuple[int, ...] = ()
    reason: str = ""


def saving_on_goods(coupon: HeldCoupon, goods: Sequence[Good], situation: Situation) -> Saving:
    """What a coupon takes off these goods. The threshold counts the goods that it is good for, as they cost so far."""
    if reason := _why_not(coupon, situation):
        return Saving(reason=reason)
    meant = [good for good in goods if _is_meant(coupon, good)]
    if not meant:
        return Saving(reason=_("不适用于这些商品"))
    fitting = [good for good in meant if not good.is_closed and (coupon.stacks or not good.is_promoted)]
    if not fitting:
        return Saving(reason=_shut_out(meant))
    base_fen = sum(good.left_fen for good in fitting)
    if base_fen < coupon.threshold_fen:
        return Saving(reason=_("还差 %(amount)s") % {"amount": format_yuan(coupon.threshold_fen - base_fen)})
    most_fen = min(base_fen, sum(good.left_fen for good in goods) - LEAST_FEN)
    fen = min(_face(coupon, base_fen), most_fen)
    if fen <= 0:
        return Saving(reason=_("这单已经减到最低"))
    return Saving(fen=fen, among=tuple(good.index for good in fitting))


def saving_on_freight(coupon: HeldCoupon, goods: Sequence[Good], freight_fen: int, situation: Situation) -> Saving:
    """What a coupon takes off the freight; its threshold and scope are about the goods that travel."""
    if reason := _why_not(coupon, situation):
        return Saving(reason=reason)
    meant = [good for good in goods if _is_meant(coupon, good)]
    if not meant:
        return Saving(reason=_("不适用于这些商品"))
    missing_fen = coupon.threshold_fen - sum(good.left_fen for good in meant)
    if missing_fen > 0:
        return Saving(reason=_("还差 %(amount)s") % {"amount": format_yuan(missing_fen)})
    if freight_fen <= 0:
        return Saving(reason=_("这单不收运费"))
    return Saving(fen=min(coupon.amount_fen or freight_fen, freight_fen))


def _shut_out(goods: Sequence[Good]) -> str:
    """What these goods carry already that goes with no coupon, or not with this one."""
    return _("与已有的优惠不可同用") if all(good.is_closed for good in goods) else _("与满减不可同用")


def _face(coupon: HeldCoupon, base_fen: int) -> int:
    """What it says on the coupon, for goods of this price."""
    if coupon.kind != CouponKind.PERCENTAGE:
        return coupon.amount_fen
    off_fen = share(base_fen, coupon.rate_bp)
    return off_fen if coupon.cap_fen is None else min(off_fen, coupon.cap_fen)


def _is_meant(coupon: HeldCoupon, good: Good) -> bool:
    """Products and categories are the same thing said in two ways: one of them is enough."""
    wanted = {(kind, key) for kind in GOODS for key in coupon.scopes.get(kind, ())}
    return not wanted or not wanted.isdisjoint(good.labels)


def _newcomer(coupon: HeldCoupon, situation: Situation) -> frozenset[str]:
    is_new = situation.new_to_merchant if coupon.funder == Funder.MERCHANT else situation.new_to_platform
    return frozenset({""} if is_new else ())


@dataclass(frozen=True)
class _Circumstance:
    """What a kind of scope looks at, and what it says when nothing of that is its own."""

    keys: Callable[[HeldCoupon, Situation], frozenset[str]]
    reason: str | Promise


CIRCUMSTANCES: Mapping[str, _Circumstance] = {
    ScopeKind.MERCHANT: _Circumstance(lambda _coupon, at: frozenset({at.merchant}), gettext_lazy("不适用于这个商家")),
    ScopeKind.CAMPAIGN: _Circumstance(lambda _coupon, at: frozenset({at.campaign}), gettext_lazy("不适用于这个团")),
    ScopeKind.COMMUNITY: _Circumstance(
        lambda _coupon, at: frozenset({at.community}), gettext_lazy("只给指定社区的邻居")
    ),
    ScopeKind.TIER: _Circumstance(lambda _coupon, at: frozenset({at.tier}), gettext_lazy("你的会员等级不能用")),
    ScopeKind.SEGMENT: _Circumstance(lambda _coupon, at: frozenset({at.segment}), gettext_lazy("只给指定的会员")),
    ScopeKind.TAG: _Circumstance(lambda _coupon, at: at.tags, gettext_lazy("只给指定的会员")),
    ScopeKind.NEWCOMER: _Circumstance(_newcomer, gettext_lazy("只有新客能用")),
}


def _why_not(coupon: HeldCoupon, situation: Situation) -> str:
    """Why it cannot be used whatever the goods cost; empty when it can."""
    if not coupon.free:
        return _("被另一个没付款的订单占用")
    if situation.now < coupon.valid_from:
        starts = timezone.localtime(coupon.valid_from)
        return _("未到使用时间，%(starts)s 起可用") % {"starts": starts.strftime("%m-%d %H:%M")}
    for kind, circumstance in CIRCUMSTANCES.items():
        wanted = coupon.scopes.get(kind)
        if wanted and wanted.isdisjoint(circumstance.keys(coupon, situation)):
            return str(circumstance.reason)
    return ""


def preferred(coupons: Sequence[HeldCoupon]) -> list[HeldCoupon]:
    """The order in which equally good coupons are preferred: the one that ends first, then the one held longest."""
    return sorted(coupons, key=lambda coupon: (coupon.valid_until, coupon.coupon_id))

"""What a tier gives, in words. Pages and API tell it alike."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from common.money import format_yuan
from community.states import BenefitKind


def said(kind: str, value: int) -> str:
    """One benefit as a sentence; the number is what its kind counts."""
    return TELLERS[BenefitKind(kind)](value)


def _member_price(_value: int) -> str:
    return _("有会员价的商品按会员价买")


def _free_freight(from_fen: int) -> str:
    if not from_fen:
        return _("送货上门免运费")
    return _("送货上门，商品满 %(amount)s 免运费") % {"amount": format_yuan(from_fen)}


def _birthday_coupon(fen: int) -> str:
    return _("生日送 %(amount)s 优惠券") % {"amount": format_yuan(fen)}


def _points_multiplier(rate_bp: int) -> str:
    times = f"{rate_bp / 10_000:.2f}".rstrip("0").rstrip(".")
    return _("购物积分 %(times)s 倍") % {"times": times}


def _early_access(_value: int) -> str:
    return _("部分团购会员先买")


TELLERS: dict[BenefitKind, Callable[[int], str]] = {
    BenefitKind.MEMBER_PRICE: _member_price,
    BenefitKind.FREE_FREIGHT: _free_freight,
    BenefitKind.BIRTHDAY_COUPON: _birthday_coupon,
    BenefitKind.POINTS_MULTIPLIER: _points_multiplier,
    BenefitKind.EARLY_ACCESS: _early_access,
}

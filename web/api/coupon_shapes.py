"""How coupons look on the wire."""

from typing import Any

from rest_framework import serializers

from marketing.models import Coupon, CouponScope, CouponTemplate
from marketing.states import CouponStatus
from web.api.fields import Body, Text


class Scope(serializers.ModelSerializer[CouponScope]):
    """One thing a coupon is tied to: those of one kind are alternatives, kinds add up. Newcomers need no key."""

    class Meta:
        model = CouponScope
        fields = ("kind", "key")
        read_only_fields = fields


class CouponTerms(serializers.ModelSerializer[CouponTemplate]):
    """What a coupon says. Rates are what is taken off, in basis points."""

    merchant = serializers.CharField(
        source="merchant.code", default="", read_only=True, help_text="empty: the platform"
    )
    scopes = Scope(many=True, read_only=True)

    class Meta:
        model = CouponTemplate
        fields: tuple[str, ...] = (
            "code",
            "name",
            "merchant",
            "kind",
            "amount_fen",
            "rate_bp",
            "cap_fen",
            "threshold_fen",
            "scopes",
            "stacks",
            "valid_from",
            "valid_until",
            "valid_days",
            "closes_at",
            "per_person",
            "total",
            "issued",
        )
        read_only_fields: tuple[str, ...] = fields


class ClaimableCoupon(CouponTerms):
    """A coupon of the coupon centre; `had` is how many of them I have had."""

    had = serializers.IntegerField(read_only=True)

    class Meta(CouponTerms.Meta):
        fields = (*CouponTerms.Meta.fields, "had")
        read_only_fields = fields


class MyCoupon(serializers.ModelSerializer[Coupon]):
    """One of my coupons; its code is what `choices` of a quote take. `order` holds it, or has used it."""

    status = serializers.ChoiceField(choices=CouponStatus.choices, read_only=True)
    terms = CouponTerms(source="template", read_only=True)
    order = serializers.CharField(source="order.number", default="", read_only=True)

    class Meta:
        model = Coupon
        fields = ("code", "status", "terms", "received_at", "valid_from", "valid_until", "used_at", "order")
        read_only_fields = fields


class CouponCodeBody(Body):
    code = Text(max_length=40, help_text="as it was typed; case and spaces do not matter")


def shown(coupon: Coupon) -> dict[str, Any]:
    """A coupon that somebody has just got."""
    return dict(MyCoupon(coupon).data)

"""What a merchant decides about a coupon, on the wire."""

from typing import Any

from rest_framework import serializers

from marketing.models import CodeBatch, CouponCode
from marketing.plans import CouponPlan, ScopePlan
from marketing.services.plan_checks import MOST_SCOPES
from marketing.states import Audience, CouponKind, ScopeKind, TemplateStatus
from web.api.coupon_shapes import CouponTerms
from web.api.fields import Body, Text, WholeNumber


class ScopeBody(Body):
    kind = serializers.ChoiceField(choices=ScopeKind.choices)
    key = Text(
        max_length=20, required=False, default="", allow_blank=True, help_text="a code; the id of a category, tag"
    )


class CouponPlanBody(Body):
    name = Text(max_length=40)
    kind = serializers.ChoiceField(choices=CouponKind.choices)
    amount_fen = WholeNumber(required=False, default=0, help_text="0 of a freight coupon is the whole freight")
    rate_bp = WholeNumber(required=False, default=0, help_text="of a percentage: what it takes off")
    cap_fen = WholeNumber(required=False, allow_null=True, default=None)
    threshold_fen = WholeNumber(required=False, default=0)
    total = WholeNumber(required=False, allow_null=True, default=None)
    per_person = WholeNumber(required=False, default=1)
    claimable = serializers.BooleanField(required=False, default=False)
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    valid_from = serializers.DateTimeField(required=False, allow_null=True, default=None)
    valid_until = serializers.DateTimeField(required=False, allow_null=True, default=None)
    valid_days = WholeNumber(required=False, allow_null=True, default=None)
    stacks = serializers.BooleanField(required=False, default=True)
    returns_on_refund = serializers.BooleanField(required=False, default=True)
    scopes = ScopeBody(many=True, required=False, default=list, max_length=MOST_SCOPES)  # type: ignore[call-arg]


class IssueBody(Body):
    audience = serializers.ChoiceField(choices=Audience.choices)
    key = Text(
        max_length=20,
        required=False,
        default="",
        allow_blank=True,
        help_text="a phone number, the code of a community, a segment, the id of a tag",
    )


class WordBody(Body):
    word = Text(max_length=40)
    most_uses = WholeNumber(required=False, allow_null=True, default=None)


class BatchBody(Body):
    quantity = WholeNumber()


class Issued(serializers.Serializer[Any]):
    people = serializers.IntegerField(help_text="who got one")


class MerchantCoupon(CouponTerms):
    status = serializers.ChoiceField(choices=TemplateStatus.choices, read_only=True)

    class Meta(CouponTerms.Meta):
        fields = (*CouponTerms.Meta.fields, "status", "claimable", "opens_at", "returns_on_refund")
        read_only_fields = fields


class CouponResults(serializers.Serializer[Any]):
    """Revenue is what buyers paid for the orders that used one, less what has gone back to them."""

    held = serializers.IntegerField()
    used = serializers.IntegerField()
    orders = serializers.IntegerField()
    revenue_fen = serializers.IntegerField()
    discount_fen = serializers.IntegerField()


class MerchantCouponDetail(MerchantCoupon):
    results = CouponResults(read_only=True)

    class Meta(MerchantCoupon.Meta):
        fields = (*MerchantCoupon.Meta.fields, "results")
        read_only_fields = fields


class BatchShape(serializers.ModelSerializer[CodeBatch]):
    class Meta:
        model = CodeBatch
        fields = ("code", "quantity", "made", "asked_at", "made_at")
        read_only_fields = fields


class CodeShape(serializers.ModelSerializer[CouponCode]):
    batch = serializers.CharField(source="batch.code", default="", read_only=True, help_text="empty: a word")

    class Meta:
        model = CouponCode
        fields = ("text", "batch", "most_uses", "uses")
        read_only_fields = fields


def plan_from(body: dict[str, Any]) -> CouponPlan:
    """A checked body as a plan."""
    return CouponPlan(**body | {"scopes": tuple(ScopePlan(**scope) for scope in body["scopes"])})

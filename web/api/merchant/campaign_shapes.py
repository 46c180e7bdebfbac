"""What a merchant decides about a campaign, on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.models import Campaign
from campaigns.plans import Plan, SkuPlan
from campaigns.selectors.cards import card
from campaigns.services.drafting import PLAIN_FIELDS, plan_of
from campaigns.states import Basis, CampaignStatus, WhenMissed
from web.api.campaign_shapes import Progress
from web.api.fields import Body, Code, Text, WholeNumber

MOST_TIERS = 10
MOST_SKUS = 50
MOST_POINTS = 200


class SkuPlanBody(Body):
    sku = Code()
    quantity = WholeNumber(min_value=1, max_value=1_000_000, help_text="pieces that opening sets aside")
    prices_fen = serializers.ListField(
        child=WholeNumber(min_value=1), allow_empty=False, max_length=MOST_TIERS, help_text="one for each threshold"
    )
    early_bird_price_fen = WholeNumber(min_value=1, required=False, allow_null=True, default=None)


class PlanBody(Body):
    title = Text(max_length=60)
    description = Text(max_length=5000, required=False, default="", allow_blank=True)
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    head_start_minutes = WholeNumber(
        max_value=2880, required=False, default=0, help_text="after opens_at, for tiers with early access only"
    )
    basis = serializers.ChoiceField(choices=Basis.choices, required=False, default=Basis.PIECES)
    thresholds = serializers.ListField(child=WholeNumber(min_value=1), allow_empty=False, max_length=MOST_TIERS)
    skus = SkuPlanBody(many=True, allow_empty=False, max_length=MOST_SKUS)  # type: ignore[call-arg]
    minimum = WholeNumber(min_value=1)
    max_participants = WholeNumber(min_value=1, required=False, allow_null=True, default=None)
    limit_per_person = WholeNumber(min_value=1, required=False, allow_null=True, default=None)
    payment_minutes = WholeNumber(min_value=1, max_value=1440, required=False, default=15)
    early_bird_orders = WholeNumber(min_value=1, required=False, allow_null=True, default=None)
    early_bird_until = serializers.DateTimeField(required=False, allow_null=True, default=None)
    leaving_allowed = serializers.BooleanField(required=False, default=True)
    settle_when_full = serializers.BooleanField(required=False, default=True)
    when_missed = serializers.ChoiceField(choices=WhenMissed.choices, required=False, default=WhenMissed.REFUND)
    extend_hours = WholeNumber(min_value=1, max_value=720, required=False, allow_null=True, default=None)
    pickup_points = serializers.ListField(child=Code(), required=False, default=list, max_length=MOST_POINTS)
    delivers = serializers.BooleanField(required=False, default=False)
    freight_fen = WholeNumber(required=False, default=0)
    free_freight_from_fen = WholeNumber(min_value=1, required=False, allow_null=True, default=None)
    fulfilment_note = Text(max_length=200, required=False, default="", allow_blank=True)


class ReasonBody(Body):
    reason = Text(max_length=200, help_text="everybody who joined will read it")


class MerchantCampaign(serializers.Serializer[Any]):
    """A campaign in its merchant's list."""

    code = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=CampaignStatus.choices)
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    progress = serializers.SerializerMethodField()
    review_note = serializers.CharField()
    cancel_note = serializers.CharField()
    final_count = serializers.IntegerField(allow_null=True)
    subsidised = serializers.BooleanField()

    @extend_schema_field(Progress)
    def get_progress(self, campaign: Campaign) -> dict[str, Any]:
        shown = card(campaign)
        return Progress({"participants": shown.participants, "pieces": shown.pieces, "count": shown.ladder.count}).data


class PlannedSku(serializers.Serializer[Any]):
    sku = serializers.CharField()
    quantity = serializers.IntegerField()
    prices_fen = serializers.ListField(child=serializers.IntegerField())
    early_bird_price_fen = serializers.IntegerField(allow_null=True)


class CampaignPlan(serializers.ModelSerializer[Campaign]):
    """What was decided, in the words it may be written again."""

    thresholds = serializers.ListField(child=serializers.IntegerField())
    skus = PlannedSku(many=True)
    pickup_points = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Campaign
        fields = (*PLAIN_FIELDS, "thresholds", "skus", "pickup_points")
        read_only_fields = fields


class MerchantCampaignDetail(MerchantCampaign):
    plan = serializers.SerializerMethodField()

    @extend_schema_field(CampaignPlan)
    def get_plan(self, campaign: Campaign) -> dict[str, Any]:
        return CampaignPlan(plan_of(campaign)).data  # type: ignore[arg-type]


def plan_from(body: dict[str, Any]) -> Plan:
    """A checked body as a plan."""
    skus = [SkuPlan(**sku) for sku in body["skus"]]
    return Plan(**body | {"skus": skus})

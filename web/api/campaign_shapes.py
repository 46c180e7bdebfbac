"""How a campaign looks on the wire: the ladder, how far it is, what one pays now, what is left."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.selectors.cards import CampaignCard, Ladder
from campaigns.selectors.views import CampaignView
from campaigns.states import Basis, CampaignStatus, WhenMissed
from marketing.selectors.promotions import promotions_of_campaign
from web.api.order_shapes import Point
from web.api.promotion_shapes import PromotionShape


class TierStep(serializers.Serializer[Any]):
    """One step: from `threshold` on, everybody pays `price_fen`."""

    threshold = serializers.IntegerField()
    price_fen = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["reached", "current", "next", "locked"])


class NextTier(serializers.Serializer[Any]):
    missing = serializers.IntegerField(help_text="how many are missing to it")
    price_fen = serializers.IntegerField()


class Progress(serializers.Serializer[Any]):
    participants = serializers.IntegerField()
    pieces = serializers.IntegerField()
    count = serializers.IntegerField(help_text="the one of the two that the ladder goes by")


class CampaignSummary(serializers.Serializer[Any]):
    """A campaign in a list; its first SKU's ladder stands for all."""

    code = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=CampaignStatus.choices)
    merchant = serializers.CharField(source="merchant_name")
    image = serializers.CharField()
    basis = serializers.ChoiceField(choices=Basis.choices, source="ladder.basis")
    unit = serializers.CharField(source="ladder.unit")
    tiers = TierStep(many=True, source="ladder.steps")
    progress = serializers.SerializerMethodField()
    places_left = serializers.IntegerField()
    regular_price_fen = serializers.IntegerField()
    current_price_fen = serializers.IntegerField(source="ladder.current_price_fen")
    next_tier = serializers.SerializerMethodField()
    opens_at = serializers.DateTimeField()
    closes_at = serializers.DateTimeField()
    members_first_until = serializers.DateTimeField(
        allow_null=True, help_text="from opens_at until then only tiers with early access may join"
    )
    member_price_fen = serializers.IntegerField(
        allow_null=True, help_text="the least that members of some tier pay for the first SKU, where it is lower"
    )
    extended = serializers.BooleanField(source="is_extended")
    subsidised = serializers.BooleanField(source="is_subsidised", help_text="completed by a merchant subsidy")

    @extend_schema_field(Progress)
    def get_progress(self, card: CampaignCard) -> dict[str, Any]:
        return Progress({"participants": card.participants, "pieces": card.pieces, "count": card.ladder.count}).data

    @extend_schema_field(NextTier(allow_null=True))
    def get_next_tier(self, card: CampaignCard) -> dict[str, Any] | None:
        return next_tier(card.ladder)


class OfferedSku(serializers.Serializer[Any]):
    """A SKU on offer, with its own prices on the shared ladder."""

    sku = serializers.CharField(source="code")
    product_name = serializers.CharField()
    specification = serializers.CharField()
    unit = serializers.CharField()
    images = serializers.ListField(child=serializers.CharField())
    regular_price_fen = serializers.IntegerField()
    early_bird_price_fen = serializers.IntegerField(allow_null=True)
    current_price_fen = serializers.IntegerField(source="ladder.current_price_fen")
    tiers = TierStep(many=True, source="ladder.steps")
    left = serializers.IntegerField()


class CampaignDetail(CampaignSummary):
    """A campaign in full. `my_…` is about whoever asks."""

    description = serializers.CharField()
    minimum = serializers.IntegerField()
    limit_per_person = serializers.IntegerField(allow_null=True)
    payment_minutes = serializers.IntegerField()
    leaving_allowed = serializers.BooleanField()
    when_missed = serializers.ChoiceField(choices=WhenMissed.choices)
    delivers = serializers.BooleanField()
    freight_fen = serializers.IntegerField()
    free_freight_from_fen = serializers.IntegerField(allow_null=True)
    fulfilment_note = serializers.CharField()
    cancel_note = serializers.CharField()
    skus = OfferedSku(many=True)
    pickup_points = Point(many=True)
    early_bird_open = serializers.BooleanField()
    early_birds_left = serializers.IntegerField(allow_null=True)
    promotions = PromotionShape(many=True, help_text="what holds for it now")
    my_pieces = serializers.IntegerField()
    my_orders = serializers.ListField(child=serializers.CharField())

    FROM_CAMPAIGN = (
        "description",
        "minimum",
        "limit_per_person",
        "payment_minutes",
        "leaving_allowed",
        "when_missed",
        "delivers",
        "freight_fen",
        "free_freight_from_fen",
        "fulfilment_note",
        "cancel_note",
    )

    def to_representation(self, view: CampaignView) -> dict[str, Any]:
        """The card, the campaign's own terms and the viewer's part, flat."""
        shown = dict(CampaignSummary(view.card).data)
        shown |= {name: getattr(view.campaign, name) for name in self.FROM_CAMPAIGN}
        shown["skus"] = OfferedSku(view.skus, many=True).data
        shown["pickup_points"] = Point(view.pickup_points, many=True).data
        promotions: Any = promotions_of_campaign(view.campaign.code, timezone.now())
        shown["promotions"] = PromotionShape(promotions, many=True).data
        mine = ("early_bird_open", "early_birds_left", "my_pieces", "my_orders")
        return shown | {name: getattr(view, name) for name in mine}


def next_tier(ladder: Ladder) -> dict[str, Any] | None:
    """The step that comes next, None on the last one."""
    if ladder.to_next is None:
        return None
    return NextTier({"missing": ladder.to_next, "price_fen": ladder.next_price_fen}).data

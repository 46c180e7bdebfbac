"""How promotions and rewards look on the wire."""

from typing import Any

from rest_framework import serializers

from marketing.models import Reward
from marketing.promoting import PromotionTerms, promotion_in_words
from marketing.selectors.rewards import reward_in_words
from marketing.states import PromotionKind, RewardKind, RewardStatus, Side


class GiftShape(serializers.Serializer[Any]):
    sku = serializers.CharField(source="sku_code")
    name = serializers.CharField()
    pieces = serializers.IntegerField()
    left = serializers.IntegerField(help_text="pieces nobody has taken yet; fewer than `pieces`: it is gone")


class StepShape(serializers.Serializer[Any]):
    """From this amount of the goods on: so much off, or a gift, or what is sent when the order is completed."""

    threshold_fen = serializers.IntegerField()
    off_fen = serializers.IntegerField()
    gift = GiftShape(allow_null=True)
    coupon = serializers.CharField(help_text="the name of the coupon; empty for none")
    points = serializers.IntegerField()


class PromotionShape(serializers.Serializer[PromotionTerms]):
    """A promotion that holds now. Of each kind an order gets the best."""

    code = serializers.CharField()
    kind = serializers.ChoiceField(choices=PromotionKind.choices)
    words = serializers.SerializerMethodField(help_text="its steps in one line, in the reader's language")
    steps = StepShape(many=True)

    def get_words(self, terms: PromotionTerms) -> str:
        return promotion_in_words(terms)


class RewardShape(serializers.ModelSerializer[Reward]):
    """What somebody was given, or will be once an operator has looked."""

    kind = serializers.ChoiceField(choices=RewardKind.choices)
    side = serializers.ChoiceField(choices=Side.choices, allow_blank=True)
    status = serializers.ChoiceField(choices=RewardStatus.choices)
    words = serializers.SerializerMethodField(help_text="what it consists of, in the reader's language")

    class Meta:
        model = Reward
        fields = ("code", "kind", "side", "status", "words", "points", "cash_fen", "note", "made_at", "decided_at")
        read_only_fields = fields

    def get_words(self, reward: Reward) -> str:
        return reward_in_words(reward)


class InvitedShape(serializers.Serializer[Any]):
    shown_name = serializers.CharField()
    registered_at = serializers.DateTimeField()
    has_ordered = serializers.BooleanField()
    rewards = RewardShape(many=True)


class PromiseShape(serializers.Serializer[Any]):
    code = serializers.CharField(source="programme.code")
    title = serializers.CharField(source="programme.title")
    trigger = serializers.CharField(source="programme.trigger")
    ends_at = serializers.DateTimeField(source="programme.ends_at")
    inviter = serializers.CharField(help_text="what I get, in words")
    invitee = serializers.CharField(help_text="what the newcomer gets, in words")


class InvitationsShape(serializers.Serializer[Any]):
    """My link to the front page and what came of all my links; first touch counts, for ever."""

    address = serializers.CharField()
    opened = serializers.IntegerField()
    registered = serializers.IntegerField()
    ordered = serializers.IntegerField()
    programmes = PromiseShape(many=True)
    people = InvitedShape(many=True, help_text="the newest 200")

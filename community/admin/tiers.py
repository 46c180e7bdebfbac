"""B8, H6: operators say what tiers take and give, and read who has which and how many points."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from common.errors import InvalidField
from common.money import BASIS_POINTS, NotAnAmount, format_yuan, parse_yuan
from common.operators import Exported, OperatorAdmin, PhoneSearch
from community.models import MemberStanding, MemberTier, PointsEntry
from community.services.tiers import TierTerms, check_tier, save_tier
from community.states import BenefitKind

THRESHOLDS = ("growth", "streak_months")


class YuanText(forms.CharField):
    """An amount in yuan, cleaned to fen; None where it is empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextInputWidget, **kwargs)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        try:
            return parse_yuan(typed) if typed else None
        except NotAnAmount as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class TierForm(forms.ModelForm):
    """Says at the field what the service would refuse; benefits stand beside the thresholds."""

    spend = YuanText(label=_("近12个月消费（元）"), help_text=_("三个条件达到一个就行，空着的不算"))
    member_price = forms.BooleanField(label=_("会员价"), required=False, widget=UnfoldBooleanSwitchWidget)
    early_access = forms.BooleanField(label=_("会员先买"), required=False, widget=UnfoldBooleanSwitchWidget)
    free_freight = YuanText(label=_("免运费，满多少元"), help_text=_("0 是不限，空着没有这项"))
    birthday_coupon = YuanText(label=_("生日券（元）"), help_text=_("空着没有这项"))
    points_multiplier = forms.DecimalField(
        label=_("积分倍数"),
        required=False,
        max_digits=4,
        decimal_places=2,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("比如 1.5；空着是 1 倍"),
    )

    class Meta:
        model = MemberTier
        fields = ("code", "name", "rank", *THRESHOLDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.update(_typed(self.instance))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            try:
                check_tier(tier=self._before, terms=self.terms)
            except InvalidField as refusal:
                field = refusal.params["field"]
                self.add_error("spend" if field == "spend_fen_12m" else field, str(refusal))
        return typed

    @property
    def _before(self) -> MemberTier:
        """The tier as it stands in the database: a form writes what is typed into its instance."""
        return MemberTier.objects.filter(pk=self.instance.pk).first() or MemberTier()

    @property
    def terms(self) -> TierTerms:
        """What was typed."""
        typed = self.cleaned_data
        return TierTerms(
            name=typed["name"],
            rank=typed["rank"],
            spend_fen_12m=typed["spend"],
            growth=typed["growth"],
            streak_months=typed["streak_months"],
            benefits=_benefits(typed),
        )


def _typed(tier: MemberTier) -> dict[str, Any]:
    has = dict(tier.benefits.values_list("kind", "value"))
    multiplier = has.get(BenefitKind.POINTS_MULTIPLIER)
    return {
        "spend": _yuan(tier.spend_fen_12m),
        "member_price": BenefitKind.MEMBER_PRICE in has,
        "early_access": BenefitKind.EARLY_ACCESS in has,
        "free_freight": _yuan(has.get(BenefitKind.FREE_FREIGHT)),
        "birthday_coupon": _yuan(has.get(BenefitKind.BIRTHDAY_COUPON)),
        "points_multiplier": None if multiplier is None else Decimal(multiplier) / BASIS_POINTS,
    }


def _benefits(typed: dict[str, Any]) -> dict[BenefitKind, int]:
    multiplier = typed["points_multiplier"]
    wanted = {
        BenefitKind.MEMBER_PRICE: 0 if typed["member_price"] else None,
        BenefitKind.EARLY_ACCESS: 0 if typed["early_access"] else None,
        BenefitKind.FREE_FREIGHT: typed["free_freight"],
        BenefitKind.BIRTHDAY_COUPON: typed["birthday_coupon"] or None,
        BenefitKind.POINTS_MULTIPLIER: None if multiplier is None else int(multiplier * BASIS_POINTS),
    }
    return {kind: value for kind, value in wanted.items() if value is not None}


def _yuan(fen: int | None) -> str:
    return "" if fen is None else format_yuan(fen).removeprefix("¥")


@admin.register(MemberTier)
class MemberTierAdmin(Exported, ModelAdmin):
    """Saved by one service; never deleted, as somebody may have it."""

    form = TierForm
    list_display = ("name", "rank", "shown_spend", "growth", "streak_months", "members")
    ordering = ("rank",)
    fieldsets = (
        (None, {"fields": (("code", "name"), "rank")}),
        (_("怎么达到"), {"fields": ("spend", THRESHOLDS)}),
        (
            _("权益"),
            {
                "fields": (
                    ("member_price", "early_access"),
                    ("free_freight", "birthday_coupon"),
                    "points_multiplier",
                )
            },
        ),
    )
    compressed_fields = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(people=Count("standings"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("code",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("近12个月消费"), ordering="spend_fen_12m")
    def shown_spend(self, tier: MemberTier) -> str:
        return "" if tier.spend_fen_12m is None else format_yuan(tier.spend_fen_12m)

    @display(description=_("会员"), ordering="people")
    def members(self, tier: MemberTier) -> int:
        return tier.people  # type: ignore[attr-defined]

    def save_model(self, request: HttpRequest, obj: MemberTier, form: Any, change: bool) -> None:
        assert request.user.pk is not None
        # The form has written what was typed into its instance; the service wants what stands.
        tier = MemberTier.objects.get(pk=obj.pk) if change else obj
        save_tier(tier=tier, terms=form.terms, actor_id=request.user.pk)


@admin.register(MemberStanding)
class MemberStandingAdmin(PhoneSearch, OperatorAdmin):
    """Shown as it was last judged; nobody types a tier."""

    phone_hash_path = "user__phone_hash"
    list_display = ("user", "tier", "shown_spend", "growth", "streak_months", "since", "review_on")
    list_filter = ("tier",)
    list_select_related = ("user", "tier")
    search_fields = ("user__code", "=user__phone_tail")
    search_help_text = _("完整手机号、尾号 4 位或用户编号")
    fields = (
        ("user", "tier"),
        ("since", "review_on"),
        ("shown_spend", "growth", "streak_months"),
        "reviewed_at",
    )
    readonly_fields = ("shown_spend",)

    @display(description=_("近12个月消费"), ordering="spend_12m_fen")
    def shown_spend(self, standing: MemberStanding) -> str:
        return format_yuan(standing.spend_12m_fen)


@admin.register(PointsEntry)
class PointsEntryAdmin(PhoneSearch, OperatorAdmin):
    """The points ledger, to read: nobody writes into it by hand."""

    phone_hash_path = "user__phone_hash"
    list_display = ("user", "delta", "kind", "subject", "status", "made_at", "expires_at")
    list_filter = ("kind", "status")
    list_select_related = ("user",)
    search_fields = ("user__code", "=user__phone_tail", "=subject")
    search_help_text = _("完整手机号、尾号 4 位、用户编号或订单号")
    fields = (("user", "delta"), ("kind", "subject"), ("status", "made_at"), ("spendable_at", "expires_at"))

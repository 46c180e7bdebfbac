"""What a merchant types about a coupon. The service judges it; this form only carries it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from common.errors import Refusal
from common.money import BASIS_POINTS
from marketing.models import CouponTemplate
from marketing.plans import CouponPlan, ScopePlan
from marketing.selectors.scopes import choices_of
from marketing.services.templates import plan_of
from marketing.states import CouponKind, ScopeKind
from web.backoffice.fields import CountField, MomentField
from web.fields import YuanField
from web.forms import Form

DAYS, DATES = "days", "dates"
SCOPES: dict[str, Any] = {
    ScopeKind.PRODUCT: _("商品"),
    ScopeKind.CATEGORY: _("类目"),
    ScopeKind.CAMPAIGN: _("团购"),
    ScopeKind.COMMUNITY: _("社区"),
    ScopeKind.TIER: _("会员等级"),
    ScopeKind.SEGMENT: _("会员分层"),
    ScopeKind.TAG: _("顾客标签"),
}
# Fields of the plan by what they are called here.
SAID_AT = {"rate_bp": "tenths", "amount_fen": "amount", "cap_fen": "cap", "threshold_fen": "threshold"}

# Fields that are called alike here and there.
SAME = (
    "name",
    "kind",
    "total",
    "per_person",
    "claimable",
    "opens_at",
    "closes_at",
    "valid_days",
    "valid_from",
    "valid_until",
    "stacks",
    "returns_on_refund",
)


class TenthsField(forms.DecimalField):
    """「8.5 折」, cleaned to the basis points that are taken off: 1500."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "class": "input input--num", "autocomplete": "off"}
        wrong = ("invalid", "min_value", "max_value", "max_decimal_places")
        super().__init__(
            widget=forms.TextInput(attrs=attrs),
            error_messages=dict.fromkeys(wrong, _("写成 0.1 到 9.9 之间的数字")),
            min_value=Decimal("0.1"),
            max_value=Decimal("9.9"),
            decimal_places=1,
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        tenths = super().clean(value)
        return None if tenths is None else BASIS_POINTS - int(tenths * 1000)


class CouponForm(Form):
    name = forms.CharField(label=_("名称"), max_length=40, error_messages={"required": _("写一个名称")})
    kind = forms.ChoiceField(label=_("类型"), choices=CouponKind.choices)
    amount = YuanField(label=_("减多少（元）"), required=False, help_text=_("运费券留空就是免全部运费"))
    tenths = TenthsField(label=_("打几折"), required=False, help_text=_("折扣券才写，8.5 就是八五折"))
    cap = YuanField(label=_("最多减（元）"), required=False, help_text=_("折扣券才写，不封顶就留空"))
    threshold = YuanField(label=_("满多少可用（元）"), required=False, help_text=_("按适用商品的价格算；无门槛就留空"))
    total = CountField(label=_("总量（张）"), required=False, max_value=10_000_000, help_text=_("不限量就留空"))
    per_person = CountField(label=_("每人限领"), initial=1, max_value=100)
    claimable = forms.BooleanField(label=_("放到领券中心，人人可领"), required=False, initial=True)
    opens_at = MomentField(label=_("开始发放"))
    closes_at = MomentField(label=_("停止发放"), required=False, help_text=_("一直发到停止，就留空"))
    valid = forms.ChoiceField(
        label=_("什么时候能用"),
        choices=[(DAYS, _("领取后若干天")), (DATES, _("固定日期"))],
        initial=DAYS,
    )
    valid_days = CountField(label=_("领取后几天有效"), required=False, initial=7, max_value=366)
    valid_from = MomentField(label=_("可用开始"), required=False)
    valid_until = MomentField(label=_("可用截止"), required=False)
    newcomer = forms.BooleanField(label=_("只给没在本店买过的新客"), required=False)
    stacks = forms.BooleanField(label=_("可以和满减一起用"), required=False, initial=True)
    returns_on_refund = forms.BooleanField(label=_("取消或全额退款后退还"), required=False, initial=True)

    def __init__(self, *args: Any, merchant: Merchant | None, template: CouponTemplate | None, **kwargs: Any) -> None:
        initial: dict[str, Any] = _said(plan_of(template)) if template else {"opens_at": timezone.now()}
        super().__init__(*args, initial=initial, **kwargs)
        for kind, word in SCOPES.items():
            choices = choices_of(kind, merchant, chosen=initial.get(kind, []))
            self.fields[kind] = forms.MultipleChoiceField(
                label=word, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
            )

    @property
    def scopes(self) -> list[Any]:
        """The fields that tie it to something, where there is anything to choose."""
        return [self[kind] for kind in SCOPES if self.fields[kind].choices]  # type: ignore[attr-defined]

    def plan(self) -> CouponPlan:
        """As the service wants it."""
        typed = self.cleaned_data
        scopes = [ScopePlan(kind, key) for kind in SCOPES for key in typed[kind]]
        by_days = typed["valid"] == DAYS
        return CouponPlan(
            name=typed["name"],
            kind=typed["kind"],
            amount_fen=typed["amount"] or 0,
            rate_bp=typed["tenths"] or 0,
            cap_fen=typed["cap"],
            threshold_fen=typed["threshold"] or 0,
            total=typed["total"],
            per_person=typed["per_person"],
            claimable=typed["claimable"],
            opens_at=typed["opens_at"],
            closes_at=typed["closes_at"],
            valid_days=typed["valid_days"] if by_days else None,
            valid_from=None if by_days else typed["valid_from"],
            valid_until=None if by_days else typed["valid_until"],
            stacks=typed["stacks"],
            returns_on_refund=typed["returns_on_refund"],
            scopes=(*scopes, *([ScopePlan(ScopeKind.NEWCOMER)] if typed["newcomer"] else [])),
        )

    def refuse(self, refusal: Refusal) -> None:
        """The service names the plan's fields; here some are called otherwise."""
        field = refusal.params.get("field", "")
        named = SAID_AT.get(field, field)
        self.add_error(named if named in self.fields else None, str(refusal))


def _said(plan: CouponPlan) -> dict[str, Any]:
    """A plan in the words of the form."""
    scopes = {kind: [scope.key for scope in plan.scopes if scope.kind == kind] for kind in SCOPES}
    return {name: getattr(plan, name) for name in SAME} | {
        "amount": plan.amount_fen or None,
        "tenths": Decimal(BASIS_POINTS - plan.rate_bp) / 1000 if plan.rate_bp else None,
        "cap": plan.cap_fen,
        "threshold": plan.threshold_fen or None,
        "valid": DATES if plan.valid_days is None else DAYS,
        "newcomer": ScopePlan(ScopeKind.NEWCOMER) in plan.scopes,
        **scopes,
    }

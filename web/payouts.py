"""What the shop and the back office share of taking money out: two forms, and the one call that each makes."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.money import format_yuan
from payments.models import Payee, Withdrawal
from payments.payee_details import LONGEST_ACCOUNT, PayeeDetails
from payments.purses import Owner
from payments.selectors.payouts import in_purse, payees_of
from payments.services.payees import add_payee
from payments.services.payouts import request_withdrawal
from payments.states import PayeeKind, Purse
from web.access import person
from web.fields import YuanField
from web.forms import Form
from web.idempotency import once_per_form


class PayeeForm(Form):
    """An account to be paid to."""

    kind = forms.ChoiceField(
        label=_("收款方式"), choices=PayeeKind.choices, initial=PayeeKind.BANK, widget=forms.RadioSelect
    )
    holder = forms.CharField(
        label=_("户名"),
        max_length=30,
        help_text=_("和账户上的实名一致，否则会退回"),
        error_messages={"required": _("户名要填")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    account = forms.CharField(
        label=_("账号"),
        max_length=LONGEST_ACCOUNT,
        help_text=_("银行卡号；支付宝的手机号或邮箱；微信号或绑定的手机号"),
        error_messages={"required": _("账号要填")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    bank_name = forms.CharField(
        label=_("开户行"),
        max_length=60,
        required=False,
        help_text=_("银行卡才填，比如 招商银行杭州分行"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def details(self) -> PayeeDetails:
        """What was typed, as the service takes it."""
        typed = self.cleaned_data
        return PayeeDetails(**typed | {"kind": PayeeKind(typed["kind"])})


class WithdrawalForm(Form):
    """How much, out of which purse, to which of the owner's accounts."""

    purse = forms.ChoiceField(
        label=_("从哪里提"), error_messages={"required": _("选一下从哪里提")}, widget=forms.RadioSelect
    )
    amount_fen = YuanField(label=_("提现金额"), error_messages={"required": _("写提多少")})
    payee = forms.ChoiceField(
        label=_("提到"),
        error_messages={"required": _("选一个收款账户"), "invalid_choice": _("选一个收款账户")},
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, owner: Owner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        payees = list(payees_of(owner))
        self.fields["purse"].choices = [(purse, _purse_in_words(owner, purse)) for purse in owner.purses]  # type: ignore[attr-defined]
        self.fields["payee"].choices = [(payee.code, f"{payee} {payee.shown_holder}") for payee in payees]  # type: ignore[attr-defined]
        self.initial.setdefault("purse", owner.purses[0])
        self.initial.setdefault("payee", payees[0].code if payees else "")

    def sent(self, request: HttpRequest, *, to: str) -> str | None:
        """Ask for the money, once for this form: the address `to`, or nothing and what is wrong at its field."""
        try:
            return once_per_form(request, lambda: self._ask(request, to))
        except Refusal as refusal:
            self.refuse(refusal)
            return None

    def _ask(self, request: HttpRequest, to: str) -> str:
        typed = self.cleaned_data
        request_withdrawal(
            owner=self.owner,
            purse=Purse(typed["purse"]),
            payee_code=typed["payee"],
            amount_fen=typed["amount_fen"],
            actor_id=person(request).pk,
            now=timezone.now(),
        )
        return to


def added(form: PayeeForm, owner: Owner, *, actor_id: int) -> Payee | None:
    """The account that was typed, kept; or nothing and what is wrong at its field."""
    try:
        return add_payee(owner=owner, details=form.details(), actor_id=actor_id, now=timezone.now())
    except Refusal as refusal:
        form.refuse(refusal)
        return None


def told(withdrawal: Withdrawal) -> str:
    """What happens next, or what has happened, in one sentence to its owner."""
    return str(_SENTENCES[withdrawal.status])


def _purse_in_words(owner: Owner, purse: Purse) -> str:
    return f"{purse.label} {format_yuan(in_purse(owner, purse))}"


_SENTENCES = {
    "held": _("平台要先核对一下，一般一个工作日内有结果"),
    "requested": _("等平台审批，一般一个工作日内打款"),
    "approved": _("审批通过，正在打款"),
    "paid": _("已经打款，到账时间看收款方"),
    "failed": _("没有打成，钱已退回账户"),
    "rejected": _("没有通过，钱已退回账户"),
    "cancelled": _("已撤回，钱在账户里"),
}

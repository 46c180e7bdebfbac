"""A coupon is given out: to people of one's choice, by a word, by codes that are good once."""

import csv
from collections.abc import Iterator

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Merchant
from common.errors import Refusal
from marketing.errors import NoSuchCoupon
from marketing.models import CodeBatch, CouponTemplate
from marketing.selectors.results import template_of
from marketing.selectors.scopes import choices_of
from marketing.services.audiences import issue_to
from marketing.services.codes import MOST_CODES, add_word, order_batch
from marketing.states import Audience, ScopeKind
from web.backoffice.access import Right, Shop, needs
from web.backoffice.fields import CountField
from web.backoffice.shell import address, show
from web.forms import Form
from web.idempotency import once_per_form

LISTS = {Audience.COMMUNITY: ScopeKind.COMMUNITY, Audience.SEGMENT: ScopeKind.SEGMENT, Audience.TAG: ScopeKind.TAG}


class Echo:
    """What a csv writer writes is handed on at once."""

    def write(self, value: str) -> str:
        return value


class IssueForm(Form):
    audience = forms.ChoiceField(label=gettext_lazy("发给谁"), choices=Audience.choices)
    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: object, merchant: Merchant, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for audience, kind in LISTS.items():
            self.fields[audience] = forms.ChoiceField(
                label=audience.label, choices=[("", "—"), *choices_of(kind, merchant)], required=False
            )
            self.fields[audience].widget.attrs["class"] = "select"

    @property
    def key(self) -> str:
        """Which one of the audience's kind."""
        return str(self.cleaned_data.get(self.cleaned_data["audience"]) or "")

    def refuse(self, refusal: Refusal) -> None:
        """The service calls it a key; here each kind has a field of its own."""
        audience = self.cleaned_data.get("audience", "")
        at = audience if refusal.params.get("field") == "key" and audience in self.fields else None
        self.add_error(at, str(refusal))


class CodesForm(Form):
    word = forms.CharField(
        label=gettext_lazy("一个词，人人可用"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("4 到 20 个字母、数字或汉字，比如 中秋快乐"),
    )
    most_uses = CountField(label=gettext_lazy("最多用几次"), required=False, help_text=gettext_lazy("不限就留空"))
    quantity = CountField(
        label=gettext_lazy("一次性兑换码，要几个"),
        required=False,
        max_value=MOST_CODES,
        help_text=gettext_lazy("每个只能用一次；多的在后台生成，好了可以下载"),
    )


@needs(Right.SELL)
def issue(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """To people of one's choice, once for a form however often it is sent."""
    template = template_of(shop.merchant, code)
    form = IssueForm(request.POST or None, merchant=shop.merchant)
    if request.method == "POST" and form.is_valid():
        try:
            target = once_per_form(request, lambda: _issue(request, shop, form, template))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect(target)
    return show(request, shop, "coupons/issue.html", {"form": form, "template": template}, here="coupons")


def _issue(request: HttpRequest, shop: Shop, form: IssueForm, template: CouponTemplate) -> str:
    audience = form.cleaned_data["audience"]
    people = issue_to(template=template, audience=audience, key=form.key, actor_id=shop.actor_id, now=timezone.now())
    messages.success(request, _("发给了 %(people)s 人") % {"people": people})
    return address(shop, "coupon", template.code)


@needs(Right.SELL)
def codes(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """A word, or a batch of codes."""
    template = template_of(shop.merchant, code)
    form = CodesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            target = once_per_form(request, lambda: _make(request, shop, form, template))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect(target)
    return show(request, shop, "coupons/codes.html", {"form": form, "template": template}, here="coupons")


def _make(request: HttpRequest, shop: Shop, form: CodesForm, template: CouponTemplate) -> str:
    typed = form.cleaned_data
    if typed["quantity"]:
        order_batch(template=template, quantity=typed["quantity"], actor_id=shop.actor_id, now=timezone.now())
        messages.success(request, _("兑换码在生成，好了可以下载"))
    else:
        add_word(template=template, word=typed["word"], most_uses=typed["most_uses"], actor_id=shop.actor_id)
        messages.success(request, _("兑换码可以用了"))
    return address(shop, "coupon", template.code)


@needs(Right.SELL)
def download(request: HttpRequest, shop: Shop, code: str) -> HttpResponseBase:
    """The codes of a batch as a sheet; letters and digits only, so that no spreadsheet reads a formula."""
    batch = CodeBatch.objects.filter(template__merchant=shop.merchant, code=code).first()
    if batch is None:
        raise NoSuchCoupon
    answer = StreamingHttpResponse(_rows(batch), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="coupon-codes-{batch.code}.csv"'
    return answer


def _rows(batch: CodeBatch) -> Iterator[str]:
    sheet = csv.writer(Echo())
    yield "\ufeff" + sheet.writerow([_("兑换码"), _("已使用")])
    for text, uses in batch.codes.order_by("pk").values_list("text", "uses").iterator(chunk_size=2_000):
        yield sheet.writerow([text, _("是") if uses else ""])

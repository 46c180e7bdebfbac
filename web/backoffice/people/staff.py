"""A5: who works here, and as what. Owners decide."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.selectors.staff import staff_of
from accounts.services.staff import add_staff, remove_staff
from accounts.states import StaffRole
from common.errors import NotFound, Refusal
from common.masking import mask_phone
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import show
from web.forms import Form
from web.keyset import keyset_page

DOES = {
    StaffRole.OWNER: gettext_lazy("什么都能做，包括管理员工"),
    StaffRole.MANAGER: gettext_lazy("商品、库存、开团、订单、评价、自提点"),
    StaffRole.WAREHOUSE: gettext_lazy("备货、交货、调整库存"),
    StaffRole.SUPPORT: gettext_lazy("看订单，回复评价和提问"),
    StaffRole.FINANCE: gettext_lazy("看订单和退款，申请提现"),
}


class StaffForm(Form):
    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        max_length=24,
        help_text=gettext_lazy("对方要先注册"),
        error_messages={"required": gettext_lazy("先填手机号")},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("角色"), choices=StaffRole.choices, initial=StaffRole.MANAGER, widget=forms.RadioSelect
    )


@needs(Right.STAFF)
def staff(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Everybody who works here."""
    return _page(request, shop, StaffForm())


@needs(Right.HIRE)
@require_POST
def add(request: HttpRequest, shop: Shop) -> HttpResponse:
    """One more."""
    form = StaffForm(request.POST)
    if form.is_valid():
        try:
            add_staff(merchant=shop.merchant, actor_id=shop.actor_id, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.params.get("field") or "phone", str(refusal))
        else:
            messages.success(request, _("已加入，对方登录后就能进后台"))
            return redirect("backoffice:staff", shop.code)
    return _page(request, shop, form)


@needs(Right.HIRE)
def remove(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Ask first, then end somebody's work here."""
    member = staff_of(shop.merchant).filter(user__code=code).first()
    if member is None:
        raise NotFound
    refusal = None
    if request.method == "POST":
        try:
            remove_staff(merchant=shop.merchant, user=member.user, actor_id=shop.actor_id, now=timezone.now())
        except Refusal as said_no:
            refusal = said_no
        else:
            messages.success(request, _("已移出，对方进不了后台了"))
            # Who removes themselves has no back office to return to.
            return redirect("backoffice:entry") if code == shop.user.code else redirect("backoffice:staff", shop.code)
    context = {"member": member, "refusal": refusal, "is_me": code == shop.user.code}
    return show(request, shop, "staff/remove.html", context, here="staff")


def _page(request: HttpRequest, shop: Shop, form: StaffForm) -> HttpResponse:
    page = keyset_page(request.GET, staff_of(shop.merchant), by=("pk",), size=50)
    context = {
        "page": page,
        "people": [(member, mask_phone(member.user.phone), DOES[StaffRole(member.role)]) for member in page],
        "roles": [(role, role.label, does) for role, does in DOES.items()],
        "form": form,
        "query": "",
    }
    return show(request, shop, "staff/index.html", context, here="staff")

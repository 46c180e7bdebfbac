"""Where I want things delivered."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Address
from accounts.selectors.addresses import addresses_of
from accounts.services.addresses import add_address, change_address, make_default, remove_address
from common.errors import Refusal
from web.access import own_address, person, signed_in, way_back
from web.storefront.account.forms import AddressForm
from web.storefront.account.regions import FIELD, codes_of, steps

REVEAL = "reveal"


@signed_in
def addresses(request: HttpRequest) -> HttpResponse:
    """All of them, the default first."""
    shown = {"addresses": addresses_of(person(request)), "tab": "me"}
    return render(request, "storefront/account/addresses.html", shown)


@signed_in
def address(request: HttpRequest, code: str = "") -> HttpResponse:
    """A new one, or one of mine put right."""
    kept = own_address(request, code) if code else None
    if REVEAL in request.POST:
        return _page(request, AddressForm(initial=request.POST.dict()), kept)
    form = AddressForm(request.POST or None, initial=_typed(kept) if kept else _known(request))
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, form.cleaned_data, kept)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("地址已保存"))
            return redirect(way_back(request, otherwise="storefront:addresses"))
    return _page(request, form, kept)


@signed_in
@require_POST
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Take one away; orders keep the address they were placed with."""
    remove_address(address=own_address(request, code), now=timezone.now())
    messages.success(request, _("地址已删除，之前的订单不受影响"))
    return redirect("storefront:addresses")


def _page(request: HttpRequest, form: AddressForm, kept: Address | None) -> HttpResponse:
    """The form with the lists of the region as far as they were chosen."""
    chosen = request.POST.getlist(FIELD) if request.method == "POST" else codes_of(kept.region_code if kept else "")
    shown = {
        "form": form,
        "address": kept,
        "steps": steps(chosen),
        "unchecked": kept.region if kept and not kept.region_code else "",
        "tab": "me",
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "storefront/account/address.html", shown)


def _known(request: HttpRequest) -> dict[str, Any]:
    """What a new address starts with: most people have goods sent to themselves."""
    return {"name": person(request).name, "phone": person(request).phone}


def _typed(kept: Address) -> dict[str, Any]:
    return {name: getattr(kept, name) for name in ("name", "phone", "detail", "is_default")}


def _save(request: HttpRequest, typed: dict[str, Any], kept: Address | None) -> None:
    is_default = typed.pop("is_default")
    if kept is None:
        add_address(user=person(request), is_default=is_default, **typed)
        return
    change_address(user=person(request), code=kept.code, **typed)
    if is_default:
        make_default(user=person(request), code=kept.code)

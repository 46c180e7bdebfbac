"""My page: what I saved with my neighbours, my orders by state, the rest."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.selectors.staff import application_of, merchants_of
from accounts.services.profile import choose_birthday, update_profile
from campaigns.selectors.mine import running_of
from campaigns.selectors.reminders import awaited_by
from common.errors import Refusal
from common.masking import mask_phone
from community.selectors.points import points_of
from community.selectors.standings import tier_of
from marketing.selectors.mine import USABLE, coupons_of
from orders.selectors.savings import savings_of
from payments.selectors.balance import balance_of
from payments.selectors.refunds import refunds_for, under_way
from web.access import earns, hands_over, person, signed_in
from web.storefront.account.forms import ProfileForm
from web.storefront.community.current import current_community
from web.storefront.orders.tabs import counts_of


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """Where everything about me starts."""
    user = person(request)
    merchants = list(merchants_of(user))
    context = {
        "tab": "me",
        "phone": mask_phone(user.phone),
        "counts": counts_of(user),
        "savings": savings_of(user),
        "running": running_of(user),
        "community": current_community(request),
        "merchants": merchants,
        "awaited": awaited_by(user),
        "application": None if merchants else application_of(user),
        "hands_over": hands_over(user),
        "balance_fen": balance_of(user),
        "points": points_of(user).balance,
        "tier": tier_of(user.pk),
        "earns": earns(user),
        "coupons_usable": coupons_of(user, USABLE, now=timezone.now()).count(),
        "refunds_waiting": under_way(refunds_for(user)).count(),
    }
    return render(request, "storefront/account/me.html", context)


@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    """What I am called, and my day of the year."""
    user = person(request)
    form = ProfileForm(request.POST or None, initial={"name": user.name, "birthday": user.birthday})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                update_profile(user=user, name=form.cleaned_data["name"], language=user.language, now=timezone.now())
                choose_birthday(user=user, birthday=form.cleaned_data["birthday"])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存"))
            return redirect("storefront:me")
    return render(request, "storefront/account/profile.html", {"form": form, "tab": "me"})

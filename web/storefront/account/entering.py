"""Signing in, registering, leaving. One page asks for a code and takes it; it works without a script."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.models import SmsCode, User
from accounts.services.codes import seconds_to_wait, send_code
from accounts.services.passwords import reset_password
from accounts.services.registration import register as create_user
from accounts.services.signin import sign_in_with_code, sign_in_with_password
from common.errors import Refusal
from web.access import way_back
from web.clients import client_address
from web.devices import sight
from web.forms import Form
from web.storefront.account import awaiting
from web.storefront.account.forms import CodeForm, PasswordForm, PhoneForm, RegisterForm, ResetForm
from web.storefront.community.current import bring_along
from web.storefront.sharing.arriving import welcome_invited
from web.storefront.sharing.channels import welcome_arrived

SEND = "send"
ENTER = "enter"


@never_cache
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """By code, or with ?by=password."""
    if request.user.is_authenticated:
        return redirect(way_back(request))
    if request.GET.get("by") == "password":
        return _enter(request, "sign_in_password", PasswordForm, _by_password)
    return _enter(request, "sign_in", CodeForm, _by_code, purpose=SmsCode.Purpose.SIGN_IN)


@never_cache
@sensitive_post_parameters()
def register(request: HttpRequest) -> HttpResponse:
    """A1: number, code, password, and one is in."""
    if request.user.is_authenticated:
        return redirect(way_back(request))
    find = partial(_as_new, request)
    return _enter(request, "register", RegisterForm, find, purpose=SmsCode.Purpose.REGISTER)


@never_cache
@sensitive_post_parameters()
def reset(request: HttpRequest) -> HttpResponse:
    """A new password for whoever still has the phone."""
    return _enter(request, "reset", ResetForm, _with_new_password, purpose=SmsCode.Purpose.SIGN_IN)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave, and land where anybody may be."""
    logout(request)
    messages.success(request, _("已退出登录"))
    return redirect("storefront:home")


def _enter(
    request: HttpRequest, page: str, form_class: type[Form], find: Callable[[Form], User], purpose: str = ""
) -> HttpResponse:
    if purpose and _wants_code(request):
        return _send(request, page, form_class, purpose)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _welcome(request, find(form))
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, page, form, purpose)


def _wants_code(request: HttpRequest) -> bool:
    """By the button, or by the Enter key before a code was typed."""
    return SEND in request.POST or (ENTER in request.POST and not request.POST.get("code", "").strip())


def _send(request: HttpRequest, page: str, form_class: type[Form], purpose: str) -> HttpResponse:
    """Text a code to the number and go on to the rest of the form, with what was typed already."""
    form: Form = PhoneForm(request.POST)
    sent = False
    if form.is_valid():
        phone, now = form.cleaned_data["phone"], timezone.now()
        try:
            send_code(phone=phone, purpose=purpose, ip=client_address(request), now=now)
            sent = True
            awaiting.remember(request, phone=phone, purpose=purpose, now=now)
        except Refusal as refusal:
            form.refuse(refusal)
    if sent and "code" not in request.POST:  # nothing else was typed yet
        return redirect(f"{request.path}?{urlencode({'next': request.POST.get('next', '')})}")
    shown = form_class(initial=request.POST.dict())
    return _page(request, page, shown, purpose, sent=sent, asked=form)


def _page(request: HttpRequest, page: str, form: Form, purpose: str, **context: Any) -> HttpResponse:
    """The number first; the rest of the form once a code is on its way to it."""
    phone = request.POST.get("phone", "")
    if request.method != "POST" and (phone := awaiting.awaited_phone(request, purpose=purpose, now=timezone.now())):
        form.initial["phone"] = phone
    wait = seconds_to_wait(phone=phone, now=timezone.now()) if phone else 0
    under_way = bool(wait or form.is_bound or (phone and request.method != "POST"))
    if under_way and "code" in form.fields and not form.is_bound:
        form.fields["code"].widget.attrs["autofocus"] = True
    shown = {
        "form": form,
        "phone": phone,
        "under_way": under_way,
        "sent": bool(phone) and request.method != "POST",
        "send": {"name": SEND, "label": _("重新获取"), "wait": wait},
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, f"storefront/account/{page}.html", shown | context)


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user)
    awaiting.forget(request)
    now = timezone.now()
    bring_along(request, user, now)
    answer = redirect(way_back(request))
    sight(request, answer, user, now=now)
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, max_age=settings.SESSION_COOKIE_AGE, samesite="Lax")
    return answer


def _by_code(form: Form) -> User:
    return sign_in_with_code(phone=form.cleaned_data["phone"], code=form.cleaned_data["code"], now=timezone.now())


def _by_password(form: Form) -> User:
    typed = form.cleaned_data
    return sign_in_with_password(phone=typed["phone"], password=typed["password"], now=timezone.now())


def _as_new(request: HttpRequest, form: Form) -> User:
    typed, now = form.cleaned_data, timezone.now()
    user = create_user(
        phone=typed["phone"],
        code=typed["code"],
        password=typed["password"],
        name=typed["name"],
        language=translation.get_language() or settings.LANGUAGE_CODE,
        now=now,
    )
    welcome_invited(request, user, now=now)
    welcome_arrived(request, user, now=now)
    return user


def _with_new_password(form: Form) -> User:
    typed = form.cleaned_data
    return reset_password(phone=typed["phone"], code=typed["code"], password=typed["password"], now=timezone.now())

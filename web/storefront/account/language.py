"""Choosing the language, signed in or not."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.names import check_language
from accounts.services.profile import update_profile
from web.access import way_back


@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the choice: in a cookie for this browser, and with the person who is signed in.

    Its form stands on every page and needs no token of its visitor: what another site could send here without the
    cookie of a session (SameSite) would change in which language this browser reads, and nothing else.
    """
    wanted = check_language(request.POST.get("language", ""))
    if isinstance(request.user, User):
        update_profile(user=request.user, name=request.user.name, language=wanted, now=timezone.now())
    answer = redirect(way_back(request))
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=settings.SESSION_COOKIE_AGE, samesite="Lax")
    return answer

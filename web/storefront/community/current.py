"""Which community a visitor looks at the shop from: where they live, or what a guest has chosen for now."""

import datetime as dt

from django.http import HttpRequest

from accounts.models import User
from community.errors import CommunityClosed
from community.models import Community
from community.selectors.communities import active, community_of
from community.services.memberships import move_in

KEY = "community"
KEPT = "looked_up_community"


def current_community(request: HttpRequest) -> Community | None:
    """None for who has not chosen yet. Looked up once for a request."""
    if not hasattr(request, KEPT):
        setattr(request, KEPT, _look_up(request))
    found: Community | None = getattr(request, KEPT)
    return found


def community_code(request: HttpRequest) -> str:
    """Its code, for which nobody asks the database on behalf of a guest; empty for who has not chosen yet."""
    if isinstance(request.user, User):
        community = current_community(request)
        return community.code if community else ""
    code: str = request.session.get(KEY, "")
    return code


def look_from(request: HttpRequest, code: str) -> None:
    """Let this request look at the shop from the community of this code, whoever sent it."""
    setattr(request, KEPT, active().filter(code=code).first() if code else None)


def choose(request: HttpRequest, community: Community, now: dt.datetime) -> None:
    """Move in; a guest's choice is kept until they sign in. Raises CommunityClosed."""
    if isinstance(request.user, User):
        move_in(user=request.user, community=community, now=now)
    else:
        request.session[KEY] = community.code
    setattr(request, KEPT, community)


def bring_along(request: HttpRequest, user: User, now: dt.datetime) -> None:
    """What a guest had chosen becomes where they live, unless they live somewhere already."""
    code = request.session.pop(KEY, "")
    chosen = active().filter(code=code).first() if code else None
    if chosen is None or community_of(user) is not None:
        return
    try:
        move_in(user=user, community=chosen, now=now)
    except CommunityClosed:
        pass  # closed in this very instant: signing in goes on, and the tab asks again


def _look_up(request: HttpRequest) -> Community | None:
    if isinstance(request.user, User):
        return community_of(request.user)
    code = request.session.get(KEY, "")
    return active().filter(code=code).first() if code else None

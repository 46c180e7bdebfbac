"""H6: who of my community bought and brought most in a month; and staying off the list."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from community.models import Community
from community.selectors.communities import community_of
from community.selectors.leaderboards import is_hidden, leaderboard, months_of
from community.services.leaderboards import set_hidden
from community.states import Board
from web.access import person, signed_in


@signed_in
def board(request: HttpRequest) -> HttpResponse:
    """The board and month of the address; this month's amounts where it names none of ours."""
    mine = community_of(person(request))
    context: dict[str, Any] = {"tab": "community", "community": mine}
    if mine is not None:
        context |= _ranks(mine, person(request), request.GET.get("show", ""), request.GET.get("month", ""))
    return render(request, "storefront/community/leaderboard.html", context)


@signed_in
@require_POST
def hide(request: HttpRequest) -> HttpResponse:
    """Stay off the boards, or come back."""
    hidden = request.POST.get("hidden") == "1"
    set_hidden(user=person(request), hidden=hidden, now=timezone.now())
    messages.success(request, _("已退出排行榜") if hidden else _("已回到排行榜"))
    return redirect("storefront:leaderboard")


def _ranks(mine: Community, user: User, board: str, month: str) -> dict[str, Any]:
    months = months_of(mine, now=timezone.now())
    chosen = next((each for each in months if f"{each:%Y-%m}" == month), months[0])
    shown = leaderboard(mine, board=_board(board), month=chosen, me=user)
    return {
        "shown": shown,
        "mine_below": shown.mine if shown.mine and shown.mine not in shown.first else None,
        "boards": [(each.value, each.label, each == shown.board) for each in Board],
        "months": [(f"{each:%Y-%m}", _in_words(each, months[0]), each == chosen) for each in months],
        "hidden": is_hidden(user),
    }


def _board(name: str) -> Board:
    return Board(name) if name in Board.values else Board.AMOUNT


def _in_words(month: dt.date, current: dt.date) -> str:
    """本月, 10 月, and with its year where that is another one."""
    if month == current:
        return _("本月")
    if month.year == current.year:
        return _("%(month)s 月") % {"month": month.month}
    return _("%(year)s 年 %(month)s 月") % {"year": month.year, "month": month.month}

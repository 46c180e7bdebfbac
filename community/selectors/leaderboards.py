"""H6: the neighbours of a community ranked for a month, asked of the tables each time in one statement.

Ranked are those who live there now, can sign in and have not opted out. Equal results share a place, and the places
after them are left out; who has nothing of what is counted stands nowhere.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from accounts.models import User
from common.clock import day_of, start_of
from community.models import Community, LeaderboardOptOut
from community.states import Board

SHOWN = 20
MOST_MONTHS = 12

# What each board counts of the neighbours in a month: (user_id, result).
STANDING = "bought.status NOT IN ('pending_payment', 'expired', 'cancelled')"
RESULTS = {
    Board.AMOUNT: f"""
        SELECT bought.buyer_id AS user_id, SUM(bought.payable_fen - bought.freight_refunded_fen - back.fen) AS result
        FROM orders_order bought, LATERAL (
            SELECT SUM(line.refunded_fen) AS fen FROM orders_orderline line WHERE line.order_id = bought.id
        ) back
        WHERE bought.buyer_id IN (SELECT user_id FROM neighbour) AND {STANDING}
            AND bought.paid_at >= %(since)s AND bought.paid_at < %(until)s
        GROUP BY bought.buyer_id
    """,
    Board.PIECES: f"""
        SELECT bought.buyer_id AS user_id, SUM(line.quantity) AS result
        FROM orders_order bought JOIN orders_orderline line ON line.order_id = bought.id AND NOT line.is_gift
        WHERE bought.buyer_id IN (SELECT user_id FROM neighbour) AND {STANDING}
            AND bought.paid_at >= %(since)s AND bought.paid_at < %(until)s
        GROUP BY bought.buyer_id
    """,
    Board.INVITATIONS: """
        SELECT inviter_id AS user_id, COUNT(*) AS result FROM community_invitation
        WHERE inviter_id IN (SELECT user_id FROM neighbour)
            AND registered_at >= %(since)s AND registered_at < %(until)s
        GROUP BY inviter_id
    """,
}
RANKED = """
    WITH neighbour AS (
        SELECT lives.user_id FROM community_membership lives
        JOIN accounts_user person ON person.id = lives.user_id AND person.is_active
        LEFT JOIN community_leaderboardoptout hidden ON hidden.user_id = lives.user_id
        WHERE lives.community_id = %(community)s AND lives.left_at IS NULL AND hidden.user_id IS NULL
    ),
    counted AS ({results}),
    ranked AS (
        SELECT user_id, result, RANK() OVER (ORDER BY result DESC) AS place,
            ROW_NUMBER() OVER (ORDER BY result DESC, user_id) AS row, COUNT(*) OVER () AS people
        FROM counted WHERE result > 0
    )
    SELECT user_id, result, place, people, row FROM ranked WHERE row <= %(shown)s OR user_id = %(me)s ORDER BY row
"""


@dataclass(frozen=True)
class Rank:
    """One neighbour on a board, as the others may know them. Of a tie each has the same place."""

    place: int
    shown_name: str
    result: int
    is_me: bool


@dataclass(frozen=True)
class Leaderboard:
    """The first of a month, and where I stand among all `people`; `mine` is None who has nothing or is hidden."""

    board: Board
    month: dt.date
    first: Sequence[Rank]
    mine: Rank | None
    people: int


def leaderboard(community: Community, *, board: Board, month: dt.date, me: User | None = None) -> Leaderboard:
    """The board of a month, which is named by its first day. Two queries."""
    rows = _rows(community, board, month, me.pk if me else None)
    names = User.objects.in_bulk([row[0] for row in rows])
    ranks = [
        (row, Rank(place, names[user].shown_name, int(result), is_me=me is not None and user == me.pk))
        for user, result, place, _people, row in rows
    ]
    return Leaderboard(
        board=board,
        month=month,
        first=[rank for row, rank in ranks if row <= SHOWN],
        mine=next((rank for _row, rank in ranks if rank.is_me), None),
        people=rows[0][3] if rows else 0,
    )


def months_of(community: Community, *, now: dt.datetime) -> list[dt.date]:
    """The months that have boards, by their first days: this one and those before it, back to the founding."""
    month, founded = day_of(now).replace(day=1), day_of(community.founded_at).replace(day=1)
    months = [month]
    while month > founded and len(months) < MOST_MONTHS:
        month = (month - dt.timedelta(days=1)).replace(day=1)
        months.append(month)
    return months


def is_hidden(user: User) -> bool:
    """Whether somebody has opted out."""
    return LeaderboardOptOut.objects.filter(user=user).exists()


def _rows(community: Community, board: Board, month: dt.date, me: int | None) -> list[tuple[int, int, int, int, int]]:
    until = (month + dt.timedelta(days=31)).replace(day=1)
    window = {"since": start_of(month), "until": start_of(until)}
    with connection.cursor() as cursor:
        cursor.execute(
            RANKED.format(results=RESULTS[board]), window | {"community": community.pk, "me": me, "shown": SHOWN}
        )
        return cursor.fetchall()

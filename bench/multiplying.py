"""A past that was told once, many times over: copies of every row that belongs to it, shifted in time and in number.

Copy `k` has the ids of the original plus `k` strides, and happens some time later, so that all copies together fill so
many days, however many there are. Shops, their owners and their points stay the same. A buyer comes back so many
times, so that the more orders there are, the more people there are.
Foreign keys and triggers are off meanwhile, as in a restored dump; `check_invariants` says whether all is well.
"""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from accounts.models import StaffMember, User

STRIDE = 10_000
TIMES = 10
# So long the past takes that is told.
TOLD = dt.timedelta(days=10)
# Two cores do the work.
AT_ONCE = 2

# The largest first, so that both workers end together.
TABLES = (
    "common.Transition",
    "payments.LedgerEntry",
    "catalog.StockMovement",
    "orders.Order",
    "payments.LedgerTransaction",
    "payments.Payment",
    "payments.Callback",
    "payments.Refund",
    "orders.OrderClaim",
    "orders.PriceLine",
    "orders.OrderLine",
    "orders.Hold",
    "orders.RefundLine",
    "campaigns.CampaignOrder",
    "campaigns.Participant",
    "campaigns.Campaign",
    "campaigns.CampaignProgress",
    "campaigns.CampaignSku",
    "campaigns.Campaign_pickup_points",
    "campaigns.Tier",
    "campaigns.TierPrice",
    "campaigns.TierReached",
    "catalog.Product",
    "catalog.Sku",
    "catalog.Stock",
    "catalog.Allotment",
    "community.PointsEntry",
)
# One row for each person, whatever they did: what it says is the same for all, or a sum.
PEOPLES = ("accounts.User", "community.PointsAccount", "community.MemberStanding")

SHIFT = f"g.k * {STRIDE}"
PERSON = f"mod(g.k, people.count) * {STRIDE}"
CODE = "lpad(upper(to_hex({id})), 10, '0')"
IS_POINTS = "src.subject_kind = 'points'"
NUMBERED = (
    "regexp_replace(regexp_replace({column}, '([GPR])\\d{{6}}(\\d{{8}})', '\\1' || lpad(g.k::text, 6, '0') || '\\2'),"
    " '(GR0W|gr0w)\\d{{4}}', '\\1' || lpad(g.k::text, 4, '0'), 'g')"
)
TEXTS = {
    "campaigns.Campaign": ("code", "title", "search_text"),
    "catalog.Product": ("name", "search_text"),
    "catalog.Allotment": ("purpose",),
    "catalog.StockMovement": ("document",),
    "orders.Order": ("number", "source_code"),
    "payments.Payment": ("number", "subject_number", "title"),
    "payments.Callback": ("event_id",),
    "payments.Refund": ("number",),
    "community.PointsEntry": ("source", "subject"),
}
ODD = {
    "catalog.Product": {"code": CODE.format(id=f"src.id + {SHIFT}")},
    "catalog.Sku": {"code": CODE.format(id=f"src.id + {SHIFT}")},
    "accounts.User": {
        "code": CODE.format(id=f"src.id + {SHIFT}"),
        "phone_hash": f"'grown-' || src.id + {SHIFT}",
    },
    "orders.OrderClaim": {"key": f"(src.key::bigint + {SHIFT})::text"},
    "payments.Payment": {"gateway_number": "src.gateway_number || '-' || g.k"},
    "common.Transition": {"object_id": f"src.object_id + {SHIFT}"},
    "payments.LedgerTransaction": {
        "key": f"CASE WHEN {IS_POINTS} THEN 'points:' || substr(src.key, 8)::bigint + {SHIFT}"
        f" ELSE {NUMBERED.format(column='src.key')} END",
        "subject_number": f"CASE WHEN {IS_POINTS} THEN (src.subject_number::bigint + {PERSON})::text"
        f" ELSE {NUMBERED.format(column='src.subject_number')} END",
    },
}
ONLY = {
    "common.Transition": "src.entity <> 'accounts.merchant'",
    "accounts.User": "src.id > {owners}",
}


@dataclass(frozen=True)
class Past:
    """So many copies within so many days, of which each buyer has so many."""

    copies: int
    days: int
    times: int = TIMES

    @property
    def people(self) -> int:
        """How many of each buyer there are."""
        return self.copies // self.times

    @property
    def began(self) -> dt.timedelta:
        """How long ago."""
        return dt.timedelta(days=self.days) + TOLD


def multiply(past: Past) -> None:
    """Let there be so much of the past in all."""
    owners = max(StaffMember.objects.values_list("user", flat=True))
    statements = [_copy(label, past.copies, past, owners) for label in TABLES]
    statements += [_copy(label, past.people, past, owners) for label in PEOPLES]
    with ThreadPoolExecutor(AT_ONCE) as workers:
        list(workers.map(_run, statements))
    _add_up()


def _copy(label: str, times: int, past: Past, owners: int) -> str:
    model = apps.get_model(label)
    values = {field.column: _value(field, owners, past) for field in model._meta.concrete_fields}
    values |= {column: NUMBERED.format(column=f"src.{column}") for column in TEXTS.get(label, ())}
    values |= ODD.get(label, {})
    where = ONLY.get(label, "true").format(owners=owners)
    table = model._meta.db_table
    columns = ", ".join(f'"{column}"' for column in values)
    return (
        f"INSERT INTO {table} ({columns}) SELECT {', '.join(values.values())} "
        f"FROM generate_series(1, {times - 1}) g (k), (VALUES ({past.people})) people (count), {table} src "
        f"WHERE {where} ORDER BY g.k, 1"
    )


def _value(field: Any, owners: int, past: Past) -> str:
    column = f'src."{field.column}"'
    if isinstance(field, models.DateTimeField):
        return f"{column} + g.k * (interval '{past.days} days' / {past.copies - 1})"
    if isinstance(field, models.ForeignKey) and field.related_model is User:
        return f"CASE WHEN {column} > {owners} THEN {column} + {PERSON} ELSE {column} END"
    target = field.related_model if isinstance(field, models.ForeignKey) else None
    if target in COPIED or (target is None and field.primary_key):
        return f"{column} + {SHIFT}"
    return column


COPIED = {apps.get_model(label) for label in TABLES}


def _run(statement: str) -> None:
    """In a connection of its own, with foreign keys and triggers off."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(statement)
    finally:
        connection.close()


def _add_up() -> None:
    """Accounts are the sums of what came and went; new rows get ids behind all others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE community_pointsaccount account SET balance = entries.points "
            "FROM (SELECT user_id, sum(delta) AS points FROM community_pointsentry GROUP BY 1) entries "
            "WHERE entries.user_id = account.user_id"
        )
        for label in (*TABLES, *PEOPLES):
            field, table = apps.get_model(label)._meta.pk, apps.get_model(label)._meta.db_table
            if isinstance(field, models.AutoField | models.BigAutoField):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")

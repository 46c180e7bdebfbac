"""Two databases seeded by the same code: a young one with a thousand orders in its past, a grown one with a million."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache as remember
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from accounts.models import User
from analytics.services.folding import rebuild
from bench.databases import MIGRATED, copy
from bench.history import CALLED, tell
from bench.multiplying import Past, multiply
from bench.plans import Plans, watched
from bench.seeding import BUYERS, HOT, issue_tokens, make_buyers, open_for_joining, promote, the_shop
from bench.server import web_server
from bench.vacuuming import vacuum
from campaigns.selectors.terms import terms_at
from common import events
from common.clock import day_of
from common.invariants import check_all

YOUNG, GROWN = "bench_young", "bench_grown"
# Each copy of the past brings a hundred orders: one has sold for two months, the other for a year and a half.
PASTS = {YOUNG: Past(copies=10, days=62), GROWN: Past(copies=10_000, days=540)}
HALL = 40
# What the pages of a month show: the month and the one before.
DAYS_COUNTED = dt.timedelta(days=62)
MOST_BUFFERS = 1.3

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Sides:
    """What a row wants to know of both databases."""

    grown: Any
    young: Any


@contextmanager
def working_in(name: str) -> Iterator[None]:
    """Meanwhile this process works in that database."""
    usual = connection.settings_dict["NAME"]
    _work_in(name)
    try:
        yield
    finally:
        _work_in(usual)


@remember
def make_both() -> None:
    """Fill both databases, once in a run."""
    for name, past in PASTS.items():
        copy(MIGRATED, name)
        with working_in(name):
            tell(now=timezone.now() - past.began)
            _say(f"{name}: {past.copies * 100:,} orders", lambda past=past: multiply(past))  # type: ignore[misc]
            _finish(now=timezone.now())


def both(prepare: Callable[[], Any]) -> Sides:
    """What is prepared in each of the two."""
    make_both()
    found = {}
    for name in PASTS:
        with working_in(name):
            found[name] = prepare()
    return Sides(grown=found[GROWN], young=found[YOUNG])


def served(name: str, measure: Callable[[], float]) -> float:
    """Measure while the web server answers from this database, every page anew."""
    cache.clear()
    with working_in(name), web_server(name, SHARED_PAGE_SECONDS="0"):
        return measure()


def compare(row: str, prepare: Callable[[], Callable[[], object]]) -> None:
    """Say how many buffers the statements of an act touch in each database, and which of them grew.

    `prepare` looks up what the act needs; what it asks for itself is not counted.
    """
    plans: dict[str, Plans] = {}
    for name in PASTS:
        cache.clear()
        with working_in(name), override_settings(SHARED_PAGE_SECONDS=0):
            # What the rows before this one wrote, autovacuum has seen to by now where people work.
            vacuum()
            act = prepare()
            act()
            plans[name] = watched(act)
    young, grown = plans[YOUNG].buffers, plans[GROWN].buffers
    verdict = "met" if grown <= MOST_BUFFERS * young else "not met"
    print(f"  {row}: {grown:,} buffers beside {young:,}, {grown / young:.2f} times, {verdict}", flush=True)
    if verdict == "not met":
        print(plans[GROWN].worst(beside=plans[YOUNG]), flush=True)


def check(name: str) -> None:
    """Raise AssertionError when the database is not sound."""
    with working_in(name):
        if violations := check_all(include_settled=False):
            raise AssertionError(f"{name} is not sound: {violations}")


def the_regular() -> User:
    """Who has bought from the first shop since the beginning."""
    return User.objects.filter(phone_hash__startswith=CALLED).earliest("pk")


def _finish(*, now: dt.datetime) -> None:
    """What is measured, the same in both: a hall of open campaigns, one hot one, and people who want to join it."""
    shop = the_shop()
    open_for_joining(shop, code=HOT, now=now)
    for number in range(HALL):
        open_for_joining(shop, code=f"HA11{number:06d}", now=now, pieces=100)
    issue_tokens(make_buyers(BUYERS), now=now)
    promote(shop, now=now)
    events.drain(now=now)
    _say("  facts of days", lambda: rebuild(since=day_of(now) - DAYS_COUNTED, until=day_of(now), now=now))
    _say("  vacuum", vacuum)
    _say("  invariants", lambda: check(connection.settings_dict["NAME"]))


def _say(what: str, act: Callable[[], object]) -> None:
    began = time.perf_counter()
    act()
    print(f"  {what}: {time.perf_counter() - began:,.0f} s", flush=True)


def _work_in(name: str) -> None:
    """What this process has at hand of one database is not of the other."""
    connection.close()
    terms_at.cache_clear()
    connection.settings_dict["NAME"] = name

"""The rows of the table."""

import datetime as dt
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from django.test import Client
from django.utils import timezone

from bench.databases import BARE, fresh_copies, prepare
from bench.recording import connect, recorded, replay
from bench.seeding import BIG, HOT, ORDERS, buyers, choice, line_of
from campaigns.models import Campaign
from campaigns.services.joining import join
from campaigns.services.settling import settle
from common.invariants import check_all

ROUNDS = 3
JOINS = 300
PAGES = 100


@dataclass(frozen=True)
class Row:
    """Per second, the medians of the rounds: ours, and the bare statements'; with the spread of the ratio."""

    name: str
    unit: str
    ours: float
    reference: float
    ratio: float
    lowest: float
    highest: float


@dataclass(frozen=True)
class Work:
    """Something to do so many times over: `ready` prepares it on a fresh copy and returns what is timed."""

    name: str
    unit: str
    count: int
    ready: Callable[[], Callable[[], None]]


def _joining() -> Callable[[], None]:
    people, lines, fulfilment = buyers()[:JOINS], [line_of(HOT)], choice()
    now = timezone.now()

    def work() -> None:
        for buyer in people:
            join(buyer=buyer, code=HOT, lines=lines, fulfilment=fulfilment, now=now)

    return work


def _browsing() -> Callable[[], None]:
    client = Client()
    client.get("/campaigns/")

    def work() -> None:
        for _page in range(PAGES):
            assert client.get("/campaigns/").status_code == 200

    return work


def _settling() -> Callable[[], None]:
    campaign = Campaign.objects.get(code=BIG)
    now = campaign.closes_at + dt.timedelta(seconds=1)

    def work() -> None:
        settled = settle(campaign_id=campaign.pk, now=now)
        assert settled.settled_at is not None

    return work


WORKS = (
    Work("join", "joins/s on one hot campaign, in process, one connection", JOINS, _joining),
    Work("hall", "hall pages/s of 20 cards, in process, whole middleware", PAGES, _browsing),
    Work("settle", "orders/s settled with difference refunds, of 10,000", ORDERS, _settling),
)


def measure_all(*, only: str = "") -> list[Row]:
    """Measure the rows, interleaved over the rounds, and check after each that every invariant holds."""
    wanted = [work for work in WORKS if only in ("", work.name)]
    prepare()
    seconds: dict[str, list[tuple[float, float]]] = {work.name: [] for work in wanted}
    for _round in range(ROUNDS):
        for work in wanted:
            seconds[work.name].append(_measure(work))
    return [_row(work, seconds[work.name]) for work in wanted]


def _measure(work: Work) -> tuple[float, float]:
    fresh_copies()
    run = work.ready()
    with recorded() as steps:
        ours = _seconds(run)
    if violations := check_all():
        raise AssertionError(f"{work.name} left the database unsound: {violations}")
    with closing(connect(BARE)) as bare:
        reference = _seconds(lambda: replay(steps, bare))
    return ours, reference


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _row(work: Work, seconds: list[tuple[float, float]]) -> Row:
    ratios = [reference / ours for ours, reference in seconds]
    return Row(
        name=work.name,
        unit=work.unit,
        ours=work.count / statistics.median(ours for ours, _reference in seconds),
        reference=work.count / statistics.median(reference for _ours, reference in seconds),
        ratio=statistics.median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
    )

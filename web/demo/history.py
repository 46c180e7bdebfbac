"""The months before: which campaigns there were, day by day, as content like that of campaigns.toml.

More and more of them, most on the days before a weekend; the same ones every time for the same now.
"""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from campaigns.states import WhenMissed
from common.money import format_yuan, parse_yuan
from web.demo.reading import read, span_of

# Campaigns a day at the beginning and at the end of the history, and how eager shops are from Monday to Sunday.
RATES = (0.6, 0.95)
EAGERNESS = (0.7, 0.6, 0.9, 1.4, 1.5, 1.2, 0.7)
# Orders of a campaign at the beginning and at the end.
CROWDS = (4, 6)
PIECES_AN_ORDER = 2.8
LADDER = (0.93, 0.86, 0.79)
# What is nearer than this is told one by one, in campaigns.toml.
RECENT = dt.timedelta(days=4)
BROUGHT_HOME = frozenset({"milk", "crab", "beef", "rice"})


def past_campaigns(*, days: int, now: dt.datetime) -> list[dict[str, Any]]:
    """Every campaign that opened so many days ago or later and is over."""
    chance = random.Random("history")
    goods = _in_turn(chance)
    return [
        _campaign(next(goods), number, opens - now, age, chance)
        for number, (opens, age) in enumerate(_openings(days, now))
    ]


def _openings(days: int, now: dt.datetime) -> Iterator[tuple[dt.datetime, float]]:
    """When something opens, and how far the history has come by then, from 0 to 1."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    owed = 0.0
    for back in range(days, 0, -1):
        day, age = today - dt.timedelta(days=back), 1 - back / days
        owed += _between(RATES, age) * EAGERNESS[day.weekday()]
        for turn in range(int(owed)):
            opens = day + dt.timedelta(hours=(10, 18, 14)[turn])
            if now - opens > RECENT:
                yield opens, age
        owed %= 1


def _between(ends: tuple[float, float], age: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * age


def _in_turn(chance: random.Random) -> Iterator[dict[str, Any]]:
    """One product after the other, in a new order each round."""
    goods = read("goods")["products"]
    while True:
        yield from chance.sample(goods, len(goods))


def _campaign(
    goods: dict[str, Any], number: int, opens: dt.timedelta, age: float, chance: random.Random
) -> dict[str, Any]:
    lasts = dt.timedelta(hours=chance.choice((26, 35, 50)))
    orders = _between(CROWDS, age) * chance.uniform(0.6, 1.5)
    usual = round(orders * PIECES_AN_ORDER)
    thresholds = [max(2, usual // 3), max(4, usual * 3 // 4), max(8, usual * 5 // 4)]
    count = max(2, usual + chance.randint(-usual // 4, usual // 3))
    missed = number % 11 == 5
    return {
        "key": f"past-{number}-{goods['shot']}",
        "shop": goods["shop"],
        "title": f"{goods['name']} {goods['skus'][0]['specification']}，{goods['brief'].partition('，')[0]}",
        "description": goods["brief"] + "。",
        "basis": "pieces",
        "thresholds": thresholds,
        "minimum": thresholds[0],
        "skus": [_offer(goods["shot"], sku, count) for sku in goods["skus"]],
        "when_missed": WhenMissed.SUBSIDY if number % 22 == 5 else WhenMissed.REFUND,
        "opens": span_of(opens),
        "closes": span_of(opens + lasts),
        "fulfilment_note": "成团后第二天 15:00 起",
        "count": max(1, thresholds[0] - 1) if missed else count,
        "consumer": "paid" if number % 9 == 4 else "none",
        "delivers": goods["shot"] in BROUGHT_HOME,
        "freight": "5.00" if goods["shot"] in BROUGHT_HOME else "0",
        "restocked": True,
        "ready": span_of(min(opens + lasts + dt.timedelta(hours=22), -dt.timedelta(hours=30))),
        "received": 1000,
    }


def _offer(shot: str, sku: dict[str, Any], count: int) -> dict[str, Any]:
    prices = [_charming(parse_yuan(sku["price"]), part) for part in LADDER]
    return {
        "shot": shot,
        "specification": sku["specification"],
        "quantity": count + 12,
        "prices": [format_yuan(price).lstrip("¥") for price in prices],
    }


def _charming(price_fen: int, part: float) -> int:
    """So much of a price, down to the next ninety fen."""
    return (round(price_fen * part) - 90) // 100 * 100 + 90

"""How the closed days of shops went by the hour, for a day that is not over to be compared with."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from itertools import accumulate
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import ExtractHour
from django.utils import timezone

from analytics.models import MerchantCourse
from analytics.selectors.course import COUNTED, WORDS
from analytics.selectors.measures import MERCHANT, Measure
from analytics.selectors.periods import whole_day

HOURS = 24

Hours = defaultdict[int, Counter[str]]


def keep_courses(day: dt.date, shops: Collection[int]) -> None:
    """Write how that day went for these shops, out of the tables. In a transaction that holds the day."""
    found: defaultdict[int, Hours] = defaultdict(lambda: defaultdict(Counter))
    for measure, words in COUNTED:
        for row in _rows(measure, words, day, shops):
            found[row.pop("owner")][row.pop("hour")].update(row)
    MerchantCourse.objects.filter(day=day, merchant__in=shops).delete()
    MerchantCourse.objects.bulk_create(
        MerchantCourse(merchant_id=shop, day=day, hours=dict(_by_hour(found[shop]))) for shop in sorted(found)
    )


def _rows(measure: Measure, words: tuple[str, ...], day: dt.date, shops: Collection[int]) -> Any:
    ours = measure.of(whole_day(day)).filter(**{f"{measure.owners[MERCHANT]}__in": shops})
    hour = ExtractHour(measure.at, tzinfo=timezone.get_default_timezone())
    totals = {word: measure.totals[word].within(Q()) for word in words}
    return ours.order_by().values(owner=F(measure.owners[MERCHANT]), hour=hour).annotate(**totals)


def _by_hour(hours: Hours) -> Iterator[tuple[str, list[int]]]:
    """Of each number what there was before every hour."""
    for word in WORDS:
        yield word, list(accumulate((hours[hour][word] for hour in range(HOURS - 1)), initial=0))

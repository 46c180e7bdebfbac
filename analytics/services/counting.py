"""A day counted from the tables into its facts: of shops, of their campaigns, and of the channel codes."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from analytics.models import CampaignDay, ChannelDay, MerchantDay
from analytics.selectors.measures import CAMPAIGN, CHANNEL, MEASURES, MERCHANT, Measure
from analytics.selectors.periods import Period, whole_day
from campaigns.models import Campaign

Counted = Mapping[Any, Mapping[str, int]]
Keys = Mapping[Any, Mapping[str, int]]


@dataclass(frozen=True)
class Kind:
    """One kind of facts: whose they are, which columns say so, and whether the shops that are counted narrow them."""

    owner: str
    facts: Any
    keys: Callable[[Iterable[Any]], Keys]
    of_shops: bool = True

    @property
    def column(self) -> str:
        """The key of the owner."""
        return f"{self.owner}_id"

    @property
    def numbers(self) -> list[str]:
        """The columns that are counted."""
        names = {field.name for field in self.facts._meta.fields}
        return sorted(name for measure in MEASURES for name in measure.totals if name in names)

    def among(self, day: dt.date, shops: Collection[int]) -> QuerySet:
        """The facts of a day that these shops' events may change."""
        facts = self.facts._default_manager.filter(day=day)
        return facts.filter(merchant__in=shops) if self.of_shops else facts


def _merchants(ids: Iterable[int]) -> Keys:
    return {pk: {"merchant_id": pk} for pk in ids}


def _campaigns(codes: Iterable[str]) -> Keys:
    known = Campaign.objects.filter(code__in=list(codes)).values_list("code", "pk", "merchant")
    return {code: {"campaign_id": pk, "merchant_id": merchant_id} for code, pk, merchant_id in known}


def _channels(ids: Iterable[int]) -> Keys:
    return {pk: {"channel_id": pk} for pk in ids}


KINDS = (
    Kind(MERCHANT, MerchantDay, _merchants),
    Kind(CAMPAIGN, CampaignDay, _campaigns),
    # A code of the platform brings orders to any shop, and there are few: all of them are counted.
    Kind(CHANNEL, ChannelDay, _channels, of_shops=False),
)


def count_day(day: dt.date, shops: Collection[int]) -> None:
    """Write what the tables say of a day, for these shops; what they no longer say is gone. In a transaction that
    holds the day."""
    for kind in KINDS:
        _write(kind, day, shops, _count(kind, whole_day(day), shops))


def _count(kind: Kind, period: Period, shops: Collection[int]) -> Counted:
    found: defaultdict[Any, dict[str, int]] = defaultdict(dict)
    for measure in MEASURES:
        if kind.owner in measure.owners:
            for row in _rows(measure, kind, period, shops):
                found[row.pop("owner")].update(row)
    return {owner: numbers for owner, numbers in found.items() if owner}


def _rows(measure: Measure, kind: Kind, period: Period, shops: Collection[int]) -> QuerySet:
    rows = measure.of(period)
    if kind.of_shops:
        rows = rows.filter(**{f"{measure.owners[MERCHANT]}__in": shops})
    else:
        rows = rows.filter(**{f"{measure.owners[kind.owner]}__isnull": False})
    totals = {name: total.within(Q()) for name, total in measure.totals.items()}
    return rows.order_by().values(owner=F(measure.owners[kind.owner])).annotate(**totals)


def _write(kind: Kind, day: dt.date, shops: Collection[int], counted: Counted) -> None:
    keys = kind.keys(counted)
    kept = [columns[kind.column] for columns in keys.values()]
    kind.among(day, shops).exclude(**{f"{kind.column}__in": kept}).delete()
    kind.facts._default_manager.bulk_create(
        (kind.facts(day=day, **columns, **counted[key]) for key, columns in sorted(keys.items())),
        update_conflicts=True,
        unique_fields=[kind.owner, "day"],
        update_fields=kind.numbers,
    )

"""H7: operators change the thresholds; the next sweep puts everybody into their segment anew."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common import advisory, audit
from common.errors import InvalidField
from community.models import SegmentRule
from community.selectors.segments import RULES, standing_rules

MOST = 1_000_000_000


@transaction.atomic
def change_rules(*, thresholds: dict[str, int], actor_id: int, now: dt.datetime) -> SegmentRule:
    """From now on these thresholds count, those that are not named as before. Raises InvalidField with the fix."""
    check_rules(thresholds)
    advisory.lock("segment rules")
    was = {name: getattr(standing_rules(), name) for name in RULES}
    changed = {name: value for name, value in thresholds.items() if value != was[name]}
    rules = SegmentRule.objects.create(**was | changed, made_by_id=actor_id, made_at=now)
    audit.record(actor_id=actor_id, action="segment_rules.change", subject="segment_rules", **changed)
    return rules


def check_rules(thresholds: dict[str, int]) -> None:
    """Raise InvalidField at the first threshold that makes no sense; writes nothing."""
    for name, value in thresholds.items():
        lowest = 0 if name in ("grown_days", "high_value_repeats") else 1
        if not lowest <= value <= MOST:
            raise InvalidField(name, _("填 %(lowest)s 以上的整数") % {"lowest": lowest})
    wanted = {name: getattr(standing_rules(), name) for name in RULES} | thresholds
    if wanted["active_from"] < wanted["dormant_below"]:
        raise InvalidField("active_from", _("活跃的次数不能少于沉睡的"))

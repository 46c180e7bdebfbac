"""H7: operators see segments and why, change the thresholds on the record, and put words on people."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from common.models import AuditEntry
from community.models import MemberSegment, SegmentRule, Tag
from community.selectors.segments import is_due, segment_of, standing_rules
from community.selectors.tags import platform_tags_on
from community.services.segmenting.recomputing import recompute_due, recompute_segments
from tests.factories.accounts import make_merchant
from tests.factories.community import make_community
from tests.factories.segments import make_neighbour
from tests.web.admin.conftest import Desk, decide, page_of

pytestmark = pytest.mark.django_db
ADD_RULES = "/admin/community/segmentrule/add/"
ADD_TAG = "/admin/community/tag/add/"


def typed(**changes: Any) -> dict[str, Any]:
    """What stands in the form of the rules."""
    return {
        "silent_days": "90",
        "grown_days": "30",
        "high_value": "500.00",
        "high_value_repeats": "3",
        "dormant_below": "1",
        "active_from": "3",
        "repeats": "1",
    } | changes


def member() -> MemberSegment:
    """Alice joined just now."""
    make_neighbour(joined_at=timezone.now(), community=make_community())
    recompute_segments(now=timezone.now())
    return MemberSegment.objects.get()


def test_segments_are_counted_and_each_says_why(desk: Desk) -> None:
    """H7: one new member, and the figures that made her one."""
    standing, operator = member(), desk("operations")
    overview = operator.get(reverse("admin:community_membersegment_changelist")).content.decode()
    assert '<rect width="1" height="1"' in overview
    assert "加入社区天数 0；没有互动天数 0；4 周内互动次数 0" in page_of(operator, standing).content.decode()


def test_thresholds_start_from_what_counts_and_change_on_the_record(desk: Desk) -> None:
    """H7: 800 yuan from now on; who changed what is kept, and so are the old ones."""
    operator = desk("operations")
    assert 'value="500.00"' in operator.get(ADD_RULES).content.decode()
    for high_value, grown_days in (("800", "30"), ("800", "14")):
        assert operator.post(ADD_RULES, typed(high_value=high_value, grown_days=grown_days)).status_code == 302
    rules = standing_rules()
    assert (rules.high_value_fen, rules.grown_days, SegmentRule.objects.count()) == (800_00, 14, 2)
    written = AuditEntry.objects.filter(action="segment_rules.change").order_by("pk")
    assert [entry.detail for entry in written] == [{"high_value_fen": 800_00}, {"grown_days": 14}]
    assert page_of(operator, rules).status_code == 200


def test_changed_thresholds_count_with_the_next_sweep(desk: Desk) -> None:
    """H7: nobody waits for the night."""
    standing = member()
    assert not is_due(now=timezone.now())
    desk("operations").post(ADD_RULES, typed(silent_days="1", grown_days="0"))
    assert is_due(now=timezone.now())
    recompute_due(now=timezone.now())
    assert segment_of(standing.user_id) == "new"
    assert not is_due(now=timezone.now())


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("silent_days", "0", "填 1 以上的整数"),
        ("active_from", "0", "填 1 以上的整数"),
        ("dormant_below", "4", "活跃的次数不能少于沉睡的"),
        ("high_value", "x", "金额要写成数字"),
        ("high_value", "0", "填 1 以上的整数"),
    ],
)
def test_thresholds_that_make_no_sense_are_refused(desk: Desk, field: str, value: str, sentence: str) -> None:
    page = desk("operations").post(ADD_RULES, typed(**{field: value}))
    assert (page.status_code, SegmentRule.objects.count()) == (200, 0)
    assert sentence in page.content.decode()


def test_operators_put_words_on_members(desk: Desk) -> None:
    """H7: put on and taken off on the page of a member."""
    standing, operator = member(), desk("operations")
    decide(operator, "community_membersegment_tag", standing, name="KOC")
    assert platform_tags_on(standing.user) == ["KOC"]
    assert "KOC" in page_of(operator, standing).content.decode()
    decide(operator, "community_membersegment_untag", standing, name="KOC")
    assert platform_tags_on(standing.user) == []


def test_words_are_made_and_dropped_the_merchants_own_are_theirs(desk: Desk) -> None:
    """H7: an operator drops a word of the platform's, and none of a merchant's."""
    operator = desk("operations")
    assert operator.post(ADD_TAG, {"name": "宝妈"}).status_code == 302
    own, theirs = Tag.objects.get(), Tag.objects.create(merchant=make_merchant(), name="熟客", made_at=timezone.now())
    assert decide(operator, "community_tag_drop", own).status_code == 302
    assert decide(operator, "community_tag_drop", theirs).status_code == 403
    assert list(Tag.objects.all()) == [theirs]
    acts = AuditEntry.objects.filter(action__startswith="tag.").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["tag.make", "tag.drop"]


def test_other_groups_see_nothing_of_it(desk: Desk) -> None:
    """H7: segments are the business of operations alone."""
    for group in ("support", "content", "finance", "risk"):
        for model in ("membersegment", "segmentrule", "tag"):
            assert desk(group).get(reverse(f"admin:community_{model}_changelist")).status_code == 403

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from community.states import Segment


class SegmentRule(models.Model):
    """The thresholds by which members are put into segments. The newest row counts; a change is a new one."""

    silent_days = models.PositiveIntegerField(_("流失：几天没有互动"), default=90)
    high_value_fen = models.PositiveIntegerField(_("高价值：30 天消费（分）"), default=500_00)
    high_value_repeats = models.PositiveIntegerField(_("高价值：复购次数"), default=3)
    grown_days = models.PositiveIntegerField(_("新用户：加入社区不超过几天"), default=30)
    dormant_below = models.PositiveIntegerField(_("沉睡：每周互动少于几次"), default=1)
    active_from = models.PositiveIntegerField(_("活跃：每周互动至少几次"), default=3)
    repeats = models.PositiveIntegerField(_("复购：复购次数"), default=1)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("修改人"))
    made_at = models.DateTimeField(_("修改时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("分层规则")
        constraints = [
            models.CheckConstraint(
                condition=Q(silent_days__gt=0, high_value_fen__gt=0, dormant_below__gt=0, repeats__gt=0),
                name="segment_rule_thresholds_positive",
            ),
            models.CheckConstraint(
                condition=Q(active_from__gte=F("dormant_below")), name="segment_rule_active_above_dormant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"


class MemberSegment(models.Model):
    """In which segment a member is, since when, by which figures; written anew every night.

    The scores are quintiles, 5 the best, among those who bought in the last year; who did not has 0 in each.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="member_segment")
    segment = models.CharField(_("分层"), max_length=12, choices=Segment.choices)
    since = models.DateTimeField(_("进入时间"))
    recency_score = models.PositiveSmallIntegerField(_("最近购买（R）"), default=0, db_default=0)
    frequency_score = models.PositiveSmallIntegerField(_("购买次数（F）"), default=0, db_default=0)
    monetary_score = models.PositiveSmallIntegerField(_("购买金额（M）"), default=0, db_default=0)
    figures = models.JSONField(_("依据"), default=dict, help_text="the numbers that decided, see services.segmenting")
    computed_at = models.DateTimeField(_("计算时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("用户分层")
        constraints = [
            models.CheckConstraint(condition=Q(segment__in=Segment.values), name="member_segment_known"),
            models.CheckConstraint(
                condition=Q(recency_score__lte=5, frequency_score__lte=5, monetary_score__lte=5),
                name="member_segment_scores_are_quintiles",
            ),
        ]
        indexes = [models.Index(fields=["segment", "user"], name="member_segment_of")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.segment}"


class Tag(models.Model):
    """A word of its owner's own for some people: of a merchant for its customers, of the platform for anybody."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, null=True, blank=True, related_name="tags")
    name = models.CharField(_("标签"), max_length=12)
    made_at = models.DateTimeField(_("创建时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("标签")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "name"], nulls_distinct=False, name="tag_name_once_per_owner"),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class UserTag(models.Model):
    """That somebody put a tag on a person, by hand."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="people")
    user = models.ForeignKey(User, models.CASCADE, related_name="tags")
    put_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("添加人"))
    put_at = models.DateTimeField(_("添加时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("用户标签")
        constraints = [models.UniqueConstraint(fields=["tag", "user"], name="user_tag_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.tag_id}"


class LeaderboardOptOut(models.Model):
    """That somebody does not want to stand on the leaderboards of their community."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="leaderboard_opt_out")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("不上排行榜")

    def __str__(self) -> str:
        return str(self.user_id)

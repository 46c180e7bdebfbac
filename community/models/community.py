from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ids import new_public_code
from community.states import CommunityKind
from orders.models import PickupPoint


class CommunityQuerySet(models.QuerySet["Community"]):
    def active(self) -> "CommunityQuerySet":
        return self.filter(is_active=True)


class Community(models.Model):
    """A place whose neighbours buy together, and the pick-up points that serve it."""

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    name = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("类型"), max_length=10, choices=CommunityKind.choices, default=CommunityKind.ESTATE)
    region_code = models.CharField(_("区县"), max_length=6, help_text="six digits of a district, see accounts.regions")
    address = models.CharField(_("地址"), max_length=120)
    latitude = models.DecimalField(_("纬度"), max_digits=9, decimal_places=6)
    longitude = models.DecimalField(_("经度"), max_digits=9, decimal_places=6)
    pickup_points = models.ManyToManyField(
        PickupPoint, related_name="communities", blank=True, verbose_name=_("自提点")
    )
    is_active = models.BooleanField(_("启用"), default=True)
    search_text = models.TextField(
        blank=True, editable=False, help_text="name and place in characters, pinyin and initials"
    )
    founded_at = models.DateTimeField(_("成立时间"))

    objects = CommunityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("社区")
        constraints = [
            models.UniqueConstraint(fields=["region_code", "name"], name="community_name_once_per_district"),
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="community_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """That somebody belongs to a community. A person belongs to one at a time; moving ends the old one."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    joined_at = models.DateTimeField(_("加入时间"))
    left_at = models.DateTimeField(_("离开时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("社区成员")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(left_at__isnull=True), name="membership_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=models.F("joined_at")),
                name="membership_ends_after_it_began",
            ),
        ]
        indexes = [models.Index(fields=["community"], name="membership_current", condition=Q(left_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.user} @ {self.community}"

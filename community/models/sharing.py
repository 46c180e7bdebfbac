from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ids import new_public_code
from community.states import Shared
from orders.models import Order


class ShareLink(models.Model):
    """A person's own link to a page. Who opens it and stays is known to have come from them."""

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    sharer = models.ForeignKey(User, models.CASCADE, related_name="share_links")
    subject_kind = models.CharField(max_length=10, choices=Shared.choices)
    subject_code = models.CharField(max_length=10, blank=True, help_text="public code of what it leads to")
    made_at = models.DateTimeField()
    visits = models.PositiveIntegerField(default=0, help_text="how often it was opened by somebody else")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sharer", "subject_kind", "subject_code"], name="share_link_once_per_subject"
            ),
            models.CheckConstraint(
                condition=(Q(subject_kind="home") & Q(subject_code=""))
                | (~Q(subject_kind="home") & ~Q(subject_code="")),
                name="share_link_leads_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Invitation(models.Model):
    """Who brought whom: the first personal link a person had opened when they registered. Never changed."""

    invitee = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="invitation")
    inviter = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    link = models.ForeignKey(ShareLink, models.PROTECT, related_name="invitations")
    registered_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("邀请")
        constraints = [models.CheckConstraint(condition=~Q(invitee=F("inviter")), name="invitation_not_of_oneself")]

    def __str__(self) -> str:
        return f"{self.inviter_id} → {self.invitee_id}"


class SharedOrder(models.Model):
    """An order that was placed after its buyer had opened a neighbour's link to that campaign."""

    order = models.OneToOneField(Order, models.CASCADE, primary_key=True, related_name="shared_order")
    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="orders")

    class Meta:
        verbose_name = verbose_name_plural = _("分享带来的订单")

    def __str__(self) -> str:
        return str(self.order_id)

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from risk.states import RiskCategory, RiskState


class RiskItem(models.Model):
    """I6: one known risk of the business: what keeps it under control, who answers for it, and where it stands."""

    code = models.SlugField(_("编号"), max_length=40, unique=True)
    title = models.CharField(_("风险"), max_length=60)
    category = models.CharField(_("类别"), max_length=15, choices=RiskCategory.choices)
    description = models.CharField(_("说明"), max_length=300)
    control = models.CharField(_("控制措施"), max_length=300, blank=True)
    controlled_by = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("靠什么控制"),
        default=list,
        blank=True,
        help_text=_("比如 detector:velocity、invariant:events_get_through、check:payee_is_new、process:抽检"),
    )
    owner_group = models.CharField(_("负责的运营组"), max_length=30, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("负责人"))
    state = models.CharField(_("状态"), max_length=15, choices=RiskState.choices, default=RiskState.UNCONTROLLED)
    reviewed_at = models.DateTimeField(_("上次复核"), null=True, blank=True)
    next_review_at = models.DateTimeField(_("下次复核"))

    class Meta:
        verbose_name = verbose_name_plural = _("风险登记")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(owner_group="") | models.Q(owner__isnull=False), name="risk_item_has_owner"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="controlled") | ~models.Q(controlled_by=[]), name="risk_item_control_named"
            ),
        ]
        indexes = [models.Index(fields=["next_review_at"], name="risk_item_due")]

    def __str__(self) -> str:
        return self.title

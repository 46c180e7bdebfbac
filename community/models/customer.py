from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User


class Customer(models.Model):
    """A person who has paid an order of a merchant, as the database adds up what they bought there; a view.

    Its key is the newest order. What was cancelled counts in `last_at` only. The scores are fifths, 5 the best, among
    the customers of this merchant alone; equal figures get equal scores.
    """

    merchant = models.ForeignKey(Merchant, models.DO_NOTHING, db_constraint=False, related_name="+")
    user = models.ForeignKey(User, models.DO_NOTHING, db_constraint=False, related_name="+")
    code = models.CharField(max_length=10, help_text="the person's public code")
    orders = models.IntegerField(_("订单数"))
    spent_fen = models.BigIntegerField(_("消费"), help_text="after refunds")
    first_at = models.DateTimeField(_("首次购买"))
    last_at = models.DateTimeField(_("最近购买"))
    recency_score = models.IntegerField(_("最近购买（R）"))
    frequency_score = models.IntegerField(_("购买次数（F）"))
    monetary_score = models.IntegerField(_("购买金额（M）"))

    class Meta:
        managed = False
        db_table = "community_customer"
        verbose_name = verbose_name_plural = _("顾客")

    def __str__(self) -> str:
        return f"{self.merchant_id}: {self.user_id}"

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    """A shelf of the shop; shelves stand in shelves."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(_("名称"), max_length=40)
    external_id = models.CharField(_("外部编号"), max_length=40, blank=True, help_text="its number in an imported file")
    position = models.PositiveIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("类目")
        constraints = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~models.Q(external_id=""), name="category_external_once"
            ),
            models.UniqueConstraint(fields=["parent", "name"], nulls_distinct=False, name="category_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

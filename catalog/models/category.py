from django.db import models


class Category(models.Model):
    """A shelf of the shop; shelves stand in shelves."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField("名称", max_length=40)
    external_id = models.CharField("外部编号", max_length=40, blank=True, help_text="its number in an imported file")
    position = models.PositiveIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "类目"
        constraints = [
            models.UniqueConstraint(
                fields=["external_id"], condition=~models.Q(external_id=""), name="category_external_once"
            ),
            models.UniqueConstraint(fields=["parent", "name"], nulls_distinct=False, name="category_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

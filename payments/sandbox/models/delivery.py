from django.db import models


class SandboxDelivery(models.Model):
    """A message on its way to a customer, tried until it is answered by 200."""

    event_id = models.CharField(max_length=40)
    url = models.CharField(max_length=500)
    body = models.TextField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    answer_status = models.PositiveSmallIntegerField(null=True)
    forged = models.BooleanField(default=False, help_text="signed wrongly, on purpose")
    overtaken = models.BooleanField(default=False, help_text="waits until the next message has been brought")

    class Meta:
        db_table = "sandbox_delivery"
        indexes = [
            models.Index(fields=["due_at"], name="sandbox_delivery_due", condition=models.Q(delivered_at__isnull=True))
        ]

    def __str__(self) -> str:
        return self.event_id

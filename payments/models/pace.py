from django.db import models


class GatewayPace(models.Model):
    """When the next call about a refund may go out to one gateway, whichever worker makes it."""

    gateway = models.CharField(max_length=20, unique=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.gateway

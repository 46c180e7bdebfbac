from django.db import models

from accounts.models.user import User
from common.crypto import EncryptedTextField
from common.ids import new_public_code


class Address(models.Model):
    """Where somebody wants things delivered."""

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="addresses")
    name = EncryptedTextField()
    phone = EncryptedTextField()
    region = models.CharField(max_length=60, help_text="province, city and district as people write them")
    region_code = models.CharField(
        max_length=6, blank=True, help_text="six digits of the district; empty where it was never checked"
    )
    detail = EncryptedTextField()
    is_default = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(is_default=True, removed_at__isnull=True),
                name="address_one_default",
            )
        ]

    def __str__(self) -> str:
        return self.region

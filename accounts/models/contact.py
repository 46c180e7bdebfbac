from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from common.crypto import EncryptedTextField


class Contact(models.Model):
    """Where else a person can be reached: one mail address and one WeChat openid each. Unproven, it is told nothing."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("邮箱")
        WECHAT = "wechat", _("微信")

    user = models.ForeignKey(User, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = EncryptedTextField()
    address_hash = models.CharField(max_length=64, db_index=True, editable=False)
    added_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("联系方式")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="contact_one_of_each")]

    def __str__(self) -> str:
        return self.kind

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User


class SmsCode(models.Model):
    """A code sent to a phone for one purpose. Kept hashed; spent by use, by five wrong tries, or by time."""

    class Purpose(models.TextChoices):
        REGISTER = "register", _("注册")
        SIGN_IN = "sign_in", _("登录")

    phone_hash = models.CharField(max_length=64)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["phone_hash", "purpose", "-id"], name="sms_code_latest")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.sent_at:%H:%M}"


class ApiToken(models.Model):
    """A key to the API, shown once when it is made and kept hashed."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=60, blank=True, help_text="the device or program it was made for")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label or f"token {self.pk}"


class SignInAttempt(models.Model):
    """One wrong password for one phone number; enough of them lock the password for a while."""

    phone_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["phone_hash", "at"], name="sign_in_attempts")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.crypto import EncryptedTextField, keyed_hash
from common.ids import new_public_code
from common.masking import shown_name


def hash_phone(phone: str) -> str:
    """The keyed hash by which a phone number is looked up."""
    return keyed_hash(phone, purpose="phone")


class UserManager(BaseUserManager["User"]):
    def with_phone(self, phone: str) -> models.QuerySet["User"]:
        """The user of a phone number, if there is one."""
        return self.filter(phone_hash=hash_phone(phone))

    def create_user(self, phone: str, password: str | None = None, **fields: Any) -> "User":
        """A new user; without a password only a code signs in."""
        user = self.model(phone=phone, phone_hash=hash_phone(phone), phone_tail=phone[-4:], **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, phone: str, password: str | None = None, **fields: Any) -> "User":
        """Used by `createsuperuser`."""
        return self.create_user(phone, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(phone_hash=hash_phone(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Found by the keyed hash of the phone number, shown by a name masked for strangers."""

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    phone = EncryptedTextField(_("手机号"))
    phone_hash = models.CharField(max_length=64, unique=True, editable=False)
    phone_tail = models.CharField(_("手机尾号"), max_length=4, db_index=True, editable=False)
    name = EncryptedTextField(_("称呼"), blank=True)
    language = models.CharField(_("语言"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    birthday = models.CharField(
        _("生日"), max_length=5, blank=True, db_default="", help_text='"05-20", told voluntarily and without a year'
    )
    refund_to_balance = models.BooleanField(_("退款退到余额"), default=False)
    is_active = models.BooleanField(_("可登录"), default=True)
    is_staff = models.BooleanField(_("运营人员"), default=False)
    joined_at = models.DateTimeField(_("注册时间"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "phone_hash"

    class Meta:
        verbose_name = verbose_name_plural = _("用户")

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """What strangers may see of this person."""
        return shown_name(self.name, self.phone)

    def same_as(self, other: Self | None) -> bool:
        """Whether two references mean one person."""
        return other is not None and self.pk == other.pk

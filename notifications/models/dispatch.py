from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Length, Now
from django.utils.translation import gettext_lazy as _

from common.crypto import EncryptedTextField
from notifications.models.robot import Robot
from notifications.states import ChannelName, DispatchState
from notifications.topics import Topic

QUEUED, SENDING = DispatchState.QUEUED, DispatchState.SENDING


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def with_words(self) -> "DispatchQuerySet":
        """Those whose words are not gone yet."""
        return self.annotate(length=Length("words")).filter(length__gt=0)


class Dispatch(models.Model):
    """One message on its way out of the house to one person or one robot by one channel, and afterwards its trace.

    It carries no address; its words are encrypted, and gone once it was sent or is not sent at all. A lease says until
    when the worker that claimed it has it in hand.
    """

    channel = models.CharField(_("渠道"), max_length=10, choices=ChannelName.choices)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    robot = models.ForeignKey(Robot, models.CASCADE, null=True, related_name="dispatches")
    kind = models.CharField(_("类型"), max_length=40)
    topic = models.CharField(_("主题"), max_length=10, choices=Topic.choices)
    about = models.CharField(_("关于"), max_length=80)
    urgent = models.BooleanField(_("夜里也发"), default=False)
    words = EncryptedTextField(blank=True, help_text="title, body and address as JSON")
    state = models.CharField(_("状态"), max_length=10, choices=DispatchState.choices, default=QUEUED)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    error = models.CharField(_("错误代码"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("创建时间"))
    written_at = models.DateTimeField(db_default=Now(), help_text="by the clock of the database")
    due_at = models.DateTimeField(_("下次处理"))
    expires_at = models.DateTimeField(help_text="after this nobody wants to hear it any more")
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(_("完成时间"), null=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("发送记录")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "about", "channel"],
                condition=models.Q(recipient__isnull=False),
                name="dispatch_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["robot", "kind", "about"],
                condition=models.Q(robot__isnull=False),
                name="dispatch_once_per_robot",
            ),
            models.CheckConstraint(
                condition=models.Q(recipient__isnull=False) ^ models.Q(robot__isnull=False), name="dispatch_to_one"
            ),
            models.CheckConstraint(
                condition=models.Q(state=SENDING, lease_until__isnull=False)
                | (~models.Q(state=SENDING) & models.Q(lease_until__isnull=True)),
                name="dispatch_lease_while_sending",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="dispatch_due", condition=models.Q(state=QUEUED)),
            models.Index(fields=["lease_until"], name="dispatch_in_hand", condition=models.Q(state=SENDING)),
            models.Index(fields=["created_at", "channel"], name="dispatch_by_day"),
            models.Index(fields=["done_at"], name="dispatch_age", condition=models.Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.kind}"

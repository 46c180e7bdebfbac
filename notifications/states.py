"""The ways to reach somebody, and the life of what goes out by them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChannelName(models.TextChoices):
    """The inbox is a row here; everything else leaves the house. The robot speaks to a group, not to a person."""

    INBOX = "inbox", _("站内消息")
    SMS = "sms", _("短信")
    EMAIL = "email", _("邮件")
    WECHAT = "wechat", _("微信")
    WECOM = "wecom", _("企业微信群")


# What a person may be reached by, and what of it leaves the house.
PERSONAL = (ChannelName.INBOX, ChannelName.SMS, ChannelName.EMAIL, ChannelName.WECHAT)
OUTSIDE = PERSONAL[1:]


class DispatchState(models.TextChoices):
    """Queued → sending → sent, failed or suppressed. A failed one may be queued again by an operator."""

    QUEUED = "queued", _("待发送")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发送")
    FAILED = "failed", _("没发出去")
    SUPPRESSED = "suppressed", _("不发")


class Reason(models.TextChoices):
    """Why something was not sent, where the house itself decided so; channels add codes of their own."""

    SWITCHED_OFF = "switched_off", _("收件人关了这个渠道")
    NO_ADDRESS = "no_address", _("没有可用的地址")
    TOO_LATE = "too_late", _("过了时效")
    LIMIT = "limit", _("超过每人每天的条数")
    BUDGET = "budget", _("超过平台每天的条数")
    UNKNOWN = "outcome_unknown", _("结果不明，不再重发")
    GAVE_UP = "gave_up", _("试了太多次")

"""What detectors answer, how cases go, and where the risks of the register stand."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """What follows when a detector finds something. `allow` only looks: it opens cases in the nightly sweep."""

    ALLOW = "allow", _("放行")
    FLAG = "flag", _("放行并立案")
    DENY = "deny", _("拒绝")


class Severity(models.TextChoices):
    LOW = "low", _("低")
    MEDIUM = "medium", _("中")
    HIGH = "high", _("高")


class SubjectKind(models.TextChoices):
    """What a case is about; its code is the thing's own, of a device or an address the head of its keyed hash."""

    PERSON = "person", _("用户")
    DEVICE = "device", _("设备")
    ADDRESS = "address", _("收货地址")
    WITHDRAWAL = "withdrawal", _("提现单")


class CaseStatus(models.TextChoices):
    OPEN = "open", _("待处理")
    IN_REVIEW = "in_review", _("核查中")
    CONFIRMED = "confirmed", _("属实")
    DISMISSED = "dismissed", _("误报")


UNDECIDED = (CaseStatus.OPEN, CaseStatus.IN_REVIEW)
DECIDED = (CaseStatus.CONFIRMED, CaseStatus.DISMISSED)

CASE_TRANSITIONS = {
    CaseStatus.OPEN: frozenset({CaseStatus.IN_REVIEW, CaseStatus.CONFIRMED, CaseStatus.DISMISSED}),
    CaseStatus.IN_REVIEW: frozenset({CaseStatus.CONFIRMED, CaseStatus.DISMISSED}),
}


class RiskCategory(models.TextChoices):
    QUALITY = "quality", _("质量")
    LOGISTICS = "logistics", _("物流")
    FUNDS = "funds", _("资金")
    DATA = "data", _("数据")
    FAKE_ORDERS = "fake_orders", _("虚假交易")
    CHURN = "churn", _("用户流失")
    CONVERSION = "conversion", _("转化低迷")
    OPERATION = "operation", _("经营")


class RiskState(models.TextChoices):
    UNCONTROLLED = "uncontrolled", _("未控制")
    PARTIAL = "partial", _("部分控制")
    CONTROLLED = "controlled", _("已控制")
    ACCEPTED = "accepted", _("已接受")


class ControlKind(models.TextChoices):
    """What may keep a risk under control: code that is there, or people who do something."""

    DETECTOR = "detector", _("检测")
    CHECK = "check", _("检查")
    INVARIANT = "invariant", _("不变量")
    PROCESS = "process", _("流程")

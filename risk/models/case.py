from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ids import DocumentNumber
from common.statemachine import Transitions
from risk.states import CASE_TRANSITIONS, DECIDED, UNDECIDED, CaseStatus, Severity, SubjectKind


class RiskCase(models.Model):
    """What a detector found about one subject, until a person says whether it is so."""

    transitions: ClassVar[Transitions] = CASE_TRANSITIONS

    number = models.CharField(_("案件号"), max_length=20, unique=True, db_default=DocumentNumber("K"), editable=False)
    detector = models.CharField(_("检测规则"), max_length=40, help_text="the method or check that spoke")
    subject_kind = models.CharField(_("对象类型"), max_length=10, choices=SubjectKind.choices)
    subject_code = models.CharField(_("对象"), max_length=20)
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="risk_cases", verbose_name=_("当事人"))
    severity = models.CharField(_("严重程度"), max_length=10, choices=Severity.choices, default=Severity.MEDIUM)
    status = models.CharField(
        _("状态"), max_length=10, choices=CaseStatus.choices, default=CaseStatus.OPEN, editable=False
    )
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("负责人"))
    opened_at = models.DateTimeField(_("立案时间"))
    closed_at = models.DateTimeField(_("结案时间"), null=True)
    note = models.CharField(_("结论"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("风控案件")
        constraints = [
            models.UniqueConstraint(
                fields=["detector", "subject_kind", "subject_code"],
                condition=Q(status__in=UNDECIDED),
                name="risk_case_once_while_open",
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNDECIDED, closed_at__isnull=True)
                | (Q(status__in=DECIDED, closed_at__isnull=False, owner__isnull=False) & ~Q(note="")),
                name="risk_case_decided_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at"], name="risk_case_waiting", condition=Q(status__in=UNDECIDED)),
            models.Index(fields=["person"], name="risk_case_of_person", condition=Q(status__in=UNDECIDED)),
            models.Index(fields=["detector", "subject_kind", "subject_code"], name="risk_case_of_subject"),
        ]

    def __str__(self) -> str:
        return self.number


class Evidence(models.Model):
    """One time that something was found: what it was about, and the figures. No name, number or address in them."""

    case = models.ForeignKey(RiskCase, models.CASCADE, related_name="evidence")
    about = models.CharField(_("关于"), max_length=120, help_text='what it was found on, e.g. "order:G2611…"')
    figures = models.JSONField(_("数字"), default=dict)
    seen_at = models.DateTimeField(_("发现时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("证据")
        constraints = [models.UniqueConstraint(fields=["case", "about"], name="evidence_once")]
        indexes = [models.Index(fields=["about"], name="evidence_about")]

    def __str__(self) -> str:
        return self.about

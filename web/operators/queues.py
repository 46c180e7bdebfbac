"""What waits for an operator, how much of it and since when. Each is one look into a small index."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from accounts.states import MerchantStatus
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from common.models import Alert, EventDelivery, Transition
from marketing.models import Reward
from marketing.states import RewardStatus
from payments.models import Refund, Withdrawal, WithdrawalApproval
from payments.selectors.callbacks import unmatched
from payments.selectors.reconciliation import open_cases
from payments.states import CaseStatus, RefundStatus, WithdrawalStatus
from risk.selectors.cases import undecided

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Queue:
    """One pile: where its list is, who may see it, since when each thing in it waits, and how long it may."""

    title: Promise | str
    model: str
    filters: tuple[tuple[str, str], ...]
    permission: str
    icon: str
    things: QuerySet[Any]
    since: str
    patience: dt.timedelta

    @property
    def address(self) -> str:
        return f"{reverse(f'admin:{self.model}_changelist')}?{urlencode(self.filters)}"

    def height(self) -> "Height":
        found = self.things.aggregate(count=Count("pk"), oldest=Min(self.since))
        return Height(self, found["count"], found["oldest"])


@dataclass(frozen=True)
class Height:
    """How much waits in a queue just now."""

    queue: Queue
    count: int
    oldest: dt.datetime | None

    def is_late(self, now: dt.datetime) -> bool:
        return self.oldest is not None and now - self.oldest > self.queue.patience


def _handed_in() -> QuerySet[Campaign]:
    """Campaigns in review, each with the moment it was handed in last."""
    steps = Transition.objects.filter(
        entity=Campaign._meta.label_lower, object_id=OuterRef("pk"), to_state=CampaignStatus.IN_REVIEW
    ).order_by()
    handed_in = Subquery(steps.values("object_id").annotate(at=Max("at")).values("at"))
    return Campaign.objects.filter(status=CampaignStatus.IN_REVIEW).annotate(handed_in_at=handed_in)


def _approved() -> QuerySet[Withdrawal]:
    """Withdrawals that wait to be paid, each with the moment of the last approval it needed."""
    said_yes = WithdrawalApproval.objects.filter(withdrawal=OuterRef("pk")).order_by()
    approved = Subquery(said_yes.values("withdrawal").annotate(last=Max("at")).values("last"))
    return Withdrawal.objects.filter(status=WithdrawalStatus.APPROVED).annotate(approved_at=approved)


QUEUES = (
    Queue(
        _("告警"),
        "common_alert",
        (("open", "1"),),
        "common.view_alert",
        "notification_important",
        Alert.objects.filter(closed_at__isnull=True),
        "first_seen_at",
        HOUR,
    ),
    Queue(
        _("待审核的商家"),
        "accounts_merchant",
        (("status__exact", MerchantStatus.APPLIED),),
        "accounts.view_merchant",
        "storefront",
        Merchant.objects.filter(status=MerchantStatus.APPLIED),
        "applied_at",
        DAY,
    ),
    Queue(
        _("待审核的团购"),
        "campaigns_campaign",
        (("status__exact", CampaignStatus.IN_REVIEW),),
        "campaigns.view_campaign",
        "groups",
        _handed_in(),
        "handed_in_at",
        4 * HOUR,
    ),
    Queue(
        # Settling takes seconds. Whatever stands here longer waits for a gateway that has no word for a payment.
        _("结算中的团购"),
        "campaigns_campaign",
        (("status__exact", CampaignStatus.CLOSING),),
        "campaigns.view_campaign",
        "hourglass_top",
        Campaign.objects.filter(status=CampaignStatus.CLOSING),
        "closing_since",
        10 * MINUTE,
    ),
    Queue(
        _("异常退款"),
        "payments_refund",
        (("status__exact", RefundStatus.ABNORMAL),),
        "payments.view_refund",
        "currency_exchange",
        Refund.objects.filter(status=RefundStatus.ABNORMAL),
        "requested_at",
        DAY,
    ),
    Queue(
        _("待审核的奖励"),
        "marketing_reward",
        (("status__exact", RewardStatus.WAITING),),
        "marketing.view_reward",
        "card_giftcard",
        Reward.objects.filter(status=RewardStatus.WAITING),
        "made_at",
        DAY,
    ),
    Queue(
        _("待审批的提现"),
        "payments_withdrawal",
        (("status__exact", WithdrawalStatus.REQUESTED),),
        "payments.view_withdrawal",
        "approval",
        Withdrawal.objects.filter(status=WithdrawalStatus.REQUESTED),
        "requested_at",
        DAY,
    ),
    Queue(
        _("待打款"),
        "payments_withdrawal",
        (("status__exact", WithdrawalStatus.APPROVED),),
        "payments.view_withdrawal",
        "send_money",
        _approved(),
        "approved_at",
        DAY,
    ),
    Queue(
        _("风控冻结"),
        "payments_withdrawal",
        (("status__exact", WithdrawalStatus.HELD),),
        "payments.view_withdrawal",
        "front_hand",
        Withdrawal.objects.filter(status=WithdrawalStatus.HELD),
        "requested_at",
        DAY,
    ),
    Queue(
        _("风控案件"),
        "risk_riskcase",
        (("waiting", "1"),),
        "risk.view_riskcase",
        "policy",
        undecided(),
        "opened_at",
        DAY,
    ),
    Queue(
        _("对不上的支付通知"),
        "payments_callback",
        (("unmatched", "1"),),
        "payments.view_callback",
        "rule",
        unmatched(),
        "received_at",
        DAY,
    ),
    Queue(
        _("对账差异"),
        "payments_reconciliationcase",
        (("status__exact", CaseStatus.OPEN),),
        "payments.view_reconciliationcase",
        "balance",
        open_cases(),
        "opened_at",
        DAY,
    ),
    Queue(
        _("搁置的事件"),
        "common_eventdelivery",
        (("status__exact", EventDelivery.Status.PARKED),),
        "common.view_eventdelivery",
        "pause_circle",
        EventDelivery.objects.filter(status=EventDelivery.Status.PARKED),
        "due_at",
        HOUR,
    ),
)


def waiting(request: HttpRequest) -> list[Height]:
    """The queues this operator may see, and how much waits in each; counted once for a page."""
    counted: list[Height] | None = getattr(request, "waiting_for_operators", None)
    if counted is None:
        counted = [queue.height() for queue in QUEUES if request.user.has_perm(queue.permission)]
        request.waiting_for_operators = counted  # type: ignore[attr-defined]
    return counted

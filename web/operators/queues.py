"""What waits for an operator, and how much of it. Each count is one look into a small index."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from accounts.states import MerchantStatus
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from common.models import EventDelivery
from payments.models import Refund
from payments.states import RefundStatus


@dataclass(frozen=True)
class Queue:
    """One pile: where its list is, who may see it, and how high it is."""

    title: Promise | str
    model: str
    filters: tuple[tuple[str, str], ...]
    permission: str
    icon: str
    count: Callable[[], int]

    @property
    def address(self) -> str:
        return f"{reverse(f'admin:{self.model}_changelist')}?{urlencode(self.filters)}"


QUEUES = (
    Queue(
        _("待审核的商家"),
        "accounts_merchant",
        (("status__exact", MerchantStatus.APPLIED),),
        "accounts.view_merchant",
        "storefront",
        Merchant.objects.filter(status=MerchantStatus.APPLIED).count,
    ),
    Queue(
        _("待审核的团购"),
        "campaigns_campaign",
        (("status__exact", CampaignStatus.IN_REVIEW),),
        "campaigns.view_campaign",
        "groups",
        Campaign.objects.filter(status=CampaignStatus.IN_REVIEW).count,
    ),
    Queue(
        # Settling takes seconds. Whatever stands here longer waits for a gateway that has no word for a payment.
        _("结算中的团购"),
        "campaigns_campaign",
        (("status__exact", CampaignStatus.CLOSING),),
        "campaigns.view_campaign",
        "hourglass_top",
        Campaign.objects.filter(status=CampaignStatus.CLOSING).count,
    ),
    Queue(
        _("异常退款"),
        "payments_refund",
        (("status__exact", RefundStatus.ABNORMAL),),
        "payments.view_refund",
        "currency_exchange",
        Refund.objects.filter(status=RefundStatus.ABNORMAL).count,
    ),
    Queue(
        _("搁置的事件"),
        "common_eventdelivery",
        (("status__exact", EventDelivery.Status.PARKED),),
        "common.view_eventdelivery",
        "pause_circle",
        EventDelivery.objects.filter(status=EventDelivery.Status.PARKED).count,
    ),
)


def waiting(request: HttpRequest) -> list[tuple[Queue, int]]:
    """The queues this operator may see, and how much waits in each; counted once for a page."""
    counted: list[tuple[Queue, int]] | None = getattr(request, "waiting_for_operators", None)
    if counted is None:
        counted = [(queue, queue.count()) for queue in QUEUES if request.user.has_perm(queue.permission)]
        request.waiting_for_operators = counted  # type: ignore[attr-defined]
    return counted

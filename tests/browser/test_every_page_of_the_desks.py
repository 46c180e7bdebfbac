"""Every page that merchants work at, and what operators decide on, looked at as the pages of the shop are."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from common.exports.changelists import PREFIX
from common.exports.jobs import request_export
from common.models import ExportJob
from payments.models import Withdrawal
from risk.models import Detector
from tests.browser.addresses import pages_of, patterns
from tests.browser.looking import walk
from tests.browser.world import World, make_world
from tests.factories.risk import make_case, make_detectors

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]


def test_every_page_of_the_back_office(chromium: Browser, live_server: LiveServer) -> None:
    world: World = make_world()
    found = pages_of("backoffice", world.owner, merchant=world.merchant.code)
    complaints = walk(chromium, live_server.url, world.owner, found.pages, wide=True)
    assert not complaints, "\n".join(complaints)
    assert {str(pattern.name) for pattern in patterns("backoffice")} - found.names == set()


def test_what_operators_decide_on(chromium: Browser, live_server: LiveServer) -> None:
    """The theme's pages as we fill them: the front page, a queue, the thing to decide on, the trail behind it."""
    world = make_world()
    make_detectors()
    waiting = Campaign.objects.get(status=CampaignStatus.IN_REVIEW)
    pages = [
        reverse("admin:index"),
        reverse("admin:campaigns_campaign_changelist"),
        reverse("admin:campaigns_campaign_change", args=[waiting.pk]),
        reverse("admin:payments_withdrawal_changelist"),
        reverse("admin:payments_withdrawal_change", args=[Withdrawal.objects.order_by("pk")[0].pk]),
        reverse("admin:community_membersegment_changelist"),
        reverse("admin:risk"),
        reverse("admin:risk_riskcase_changelist"),
        reverse("admin:risk_riskcase_change", args=[make_case(world.alice).pk]),
        reverse("admin:risk_detector_changelist"),
        reverse("admin:risk_detector_change", args=[Detector.objects.get(key="self_referral").pk]),
        reverse("admin:risk_riskitem_changelist"),
        reverse("admin:risk_riskitem_add"),
        reverse("admin:common_auditentry_changelist"),
        reverse("admin:common_transition_changelist"),
        reverse("admin:exports"),
        reverse("admin:export", args=[_exported_by(world.operator).code]),
        reverse("admin:metrics"),
    ]
    complaints = walk(chromium, live_server.url, world.operator, pages)
    assert not complaints, "\n".join(complaints)


def _exported_by(operator: User) -> ExportJob:
    """The list of orders, which an operator asked for."""
    return request_export(
        report=f"{PREFIX}orders.order",
        scope="",
        query="",
        format=ExportJob.Format.CSV,
        language="zh-hans",
        actor_id=operator.pk,
        now=timezone.now(),
    )

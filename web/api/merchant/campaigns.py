"""A merchant's campaigns: drafted, handed in, given up."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.models import Campaign
from campaigns.selectors.hall import of_merchant
from campaigns.services.cancelling import cancel
from campaigns.services.drafting import copy, save_draft
from campaigns.services.reviewing import submit
from common.errors import NotFound
from common.idempotency import Answer
from web.api.idempotency import answer_once, respond
from web.api.merchant.access import MERCHANT, MerchantEndpoint
from web.api.merchant.campaign_shapes import (
    MerchantCampaign,
    MerchantCampaignDetail,
    PlanBody,
    ReasonBody,
    plan_from,
)
from web.api.order_shapes import plain
from web.api.reading import body_of, person


class Campaigns(MerchantEndpoint, ListAPIView):
    """My campaigns of every state, newest first."""

    serializer_class = MerchantCampaign
    queryset = Campaign.objects.none()

    def get_queryset(self) -> Any:
        return of_merchant(self.merchant.pk)

    @extend_schema(parameters=[MERCHANT])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(parameters=[MERCHANT], request=PlanBody, responses={201: MerchantCampaignDetail})
    def post(self, request: Request) -> Response:
        """Write a campaign down as a draft."""
        plan = plan_from(body_of(request, PlanBody))
        campaign = save_draft(merchant=self.merchant, actor_id=person(request).pk, plan=plan, now=timezone.now())
        return Response(_shown(self, campaign.code), status=201)


class OneCampaign(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], responses={200: MerchantCampaignDetail})
    def get(self, request: Request, code: str) -> Response:
        """One campaign with its plan."""
        return Response(_shown(self, code))

    @extend_schema(parameters=[MERCHANT], request=PlanBody, responses={200: MerchantCampaignDetail})
    def put(self, request: Request, code: str) -> Response:
        """Write a draft anew."""
        campaign = _campaign_of(self, code)
        plan = plan_from(body_of(request, PlanBody))
        actor_id = person(request).pk
        save_draft(merchant=self.merchant, actor_id=actor_id, plan=plan, campaign=campaign, now=timezone.now())
        return Response(_shown(self, code))


class CopyCampaign(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], request=None, responses={201: MerchantCampaignDetail})
    def post(self, request: Request, code: str) -> Response:
        """A new draft like this one, opening in an hour."""
        campaign = copy(campaign=_campaign_of(self, code), actor_id=person(request).pk, now=timezone.now())
        return Response(_shown(self, campaign.code), status=201)


class SubmitCampaign(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], request=None, responses={200: MerchantCampaignDetail})
    def post(self, request: Request, code: str) -> Response:
        """Hand a draft in for review; a trusted merchant's is scheduled at once."""
        submit(campaign=_campaign_of(self, code), actor_id=person(request).pk, now=timezone.now())
        return Response(_shown(self, code))


class CancelCampaign(MerchantEndpoint):
    moves_money_or_stock = ("POST",)

    @extend_schema(parameters=[MERCHANT], request=ReasonBody, responses={200: MerchantCampaignDetail})
    def post(self, request: Request, code: str) -> Response:
        """Give a campaign up: everybody is told why and refunded in full."""
        campaign = _campaign_of(self, code)
        reason = body_of(request, ReasonBody)["reason"]

        def give_up() -> Answer:
            cancel(campaign=campaign, actor_id=person(request).pk, reason=reason, now=timezone.now())
            return Answer(status=200, body=plain(_shown(self, code)))

        return respond(answer_once(request, give_up))


def _campaign_of(view: MerchantEndpoint, code: str) -> Campaign:
    campaign: Campaign | None = of_merchant(view.merchant.pk).filter(code=code).first()
    if campaign is None:
        raise NotFound
    return campaign


def _shown(view: MerchantEndpoint, code: str) -> dict[str, Any]:
    return dict(MerchantCampaignDetail(_campaign_of(view, code)).data)

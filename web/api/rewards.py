"""G5, C3: who came through my links, and what I was given."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from community.selectors.sharing import invitations_of
from community.services.sharing import link_of
from community.states import Shared
from marketing.models import Reward
from marketing.selectors.rewards import rewards_by_invitee, rewards_of, running_promises
from web.api.promotion_shapes import InvitationsShape, RewardShape
from web.api.reading import person


class MyInvitations(APIView):
    @extend_schema(responses={200: InvitationsShape})
    def get(self, request: Request) -> Response:
        """My link, the programmes that run, and everybody who registered through one of my links."""
        user, now = person(request), timezone.now()
        link = link_of(user=user, kind=Shared.HOME, code="", now=now)
        found, rewards = invitations_of(user), rewards_by_invitee(user)
        people = [
            {
                "shown_name": each.shown_name,
                "registered_at": each.registered_at,
                "has_ordered": each.has_ordered,
                "rewards": rewards.get(each.user_id, []),
            }
            for each in found.people
        ]
        shown = {
            "address": request.build_absolute_uri(reverse("storefront:shared", args=[link.code])),
            "opened": found.opened,
            "registered": found.registered,
            "ordered": found.ordered,
            "programmes": running_promises(now),
            "people": people,
        }
        return Response(InvitationsShape(shown).data)


class MyRewards(ListAPIView):
    """Everything I was rewarded for, the newest first."""

    serializer_class = RewardShape
    queryset = Reward.objects.none()

    def get_queryset(self) -> Any:
        return rewards_of(person(self.request))

"""G1: coupons that may be taken, taking one, typing in a code, my own."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from common.idempotency import Answer
from marketing.models import Coupon, CouponTemplate
from marketing.selectors.claimable import claimable
from marketing.selectors.mine import TABS, USABLE, coupons_of
from marketing.services.claiming import claim, redeem
from web.api.coupon_shapes import ClaimableCoupon, CouponCodeBody, MyCoupon, shown
from web.api.fields import Code, Query
from web.api.idempotency import answer_once, respond
from web.api.order_shapes import plain
from web.api.reading import body_of, person, query_of


class CentreQuery(Query):
    merchant = Code(required=False, help_text="only what this merchant gives")


class Coupons(ListAPIView):
    """The coupon centre: what anybody may take now, newest first."""

    permission_classes = (AllowAny,)
    serializer_class = ClaimableCoupon
    queryset = CouponTemplate.objects.none()

    def get_queryset(self) -> Any:
        user = self.request.user if isinstance(self.request.user, User) else None
        found = claimable(user, now=timezone.now())
        merchant = query_of(self.request, CentreQuery).get("merchant")
        return found.filter(merchant__code=merchant) if merchant else found

    @extend_schema(parameters=[CentreQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class ClaimCoupon(APIView):
    moves_money_or_stock = ("POST",)

    @extend_schema(request=None, responses={201: MyCoupon})
    def post(self, request: Request, code: str) -> Response:
        """Take one. Repeating it with the same key never takes two."""

        def take() -> Answer:
            coupon = claim(user=person(request), code=code, now=timezone.now())
            return Answer(status=201, body=plain(shown(coupon)))

        return respond(answer_once(request, take))


class RedeemCode(APIView):
    @extend_schema(request=CouponCodeBody, responses={201: MyCoupon})
    def post(self, request: Request) -> Response:
        """Type in a code. A person redeems a code once, so that repeating it takes nothing."""
        text = body_of(request, CouponCodeBody)["code"]
        return Response(shown(redeem(user=person(request), text=text, now=timezone.now())), status=201)


class MineQuery(Query):
    show = serializers.ChoiceField(choices=list(TABS), required=False, default=USABLE)


class MyCoupons(ListAPIView):
    """My coupons: usable, used, or expired; newest first."""

    serializer_class = MyCoupon
    queryset = Coupon.objects.none()

    def get_queryset(self) -> Any:
        return coupons_of(person(self.request), query_of(self.request, MineQuery)["show"], now=timezone.now())

    @extend_schema(parameters=[MineQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

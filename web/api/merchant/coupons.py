"""G1: a merchant's coupons: made, changed, stopped, issued, and given out by codes."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from common.idempotency import Answer
from marketing.models import CouponCode, CouponTemplate
from marketing.selectors.results import Results, of_merchant, results_of, template_of
from marketing.services.audiences import issue_to
from marketing.services.codes import add_word, order_batch
from marketing.services.templates import change_template, create_template, stop_template
from web.api.idempotency import answer_once, respond
from web.api.merchant.access import MERCHANT, MerchantEndpoint
from web.api.merchant.coupon_shapes import (
    BatchBody,
    BatchShape,
    CodeShape,
    CouponPlanBody,
    IssueBody,
    Issued,
    MerchantCoupon,
    MerchantCouponDetail,
    WordBody,
    plan_from,
)
from web.api.order_shapes import plain
from web.api.reading import body_of, person


class Coupons(MerchantEndpoint, ListAPIView):
    """My coupons, newest first."""

    serializer_class = MerchantCoupon
    queryset = CouponTemplate.objects.none()

    def get_queryset(self) -> Any:
        return of_merchant(self.merchant)

    @extend_schema(parameters=[MERCHANT])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(parameters=[MERCHANT], request=CouponPlanBody, responses={201: MerchantCouponDetail})
    def post(self, request: Request) -> Response:
        """Make a coupon, at my own cost."""
        plan = plan_from(body_of(request, CouponPlanBody))
        template = create_template(merchant=self.merchant, plan=plan, actor_id=person(request).pk, now=timezone.now())
        return Response(_shown(self, template.code), status=201)


class OneCoupon(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], responses={200: MerchantCouponDetail})
    def get(self, request: Request, code: str) -> Response:
        """One coupon with what it brought and cost."""
        return Response(_shown(self, code))

    @extend_schema(parameters=[MERCHANT], request=CouponPlanBody, responses={200: MerchantCouponDetail})
    def put(self, request: Request, code: str) -> Response:
        """Write a coupon anew; what people already hold does not change."""
        template = template_of(self.merchant, code)
        plan = plan_from(body_of(request, CouponPlanBody))
        change_template(template=template, plan=plan, actor_id=person(request).pk, now=timezone.now())
        return Response(_shown(self, code))


class StopCoupon(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], request=None, responses={200: MerchantCouponDetail})
    def post(self, request: Request, code: str) -> Response:
        """Nobody gets one any more; those who have one may still use it."""
        template = template_of(self.merchant, code)
        stop_template(template=template, actor_id=person(request).pk, now=timezone.now())
        return Response(_shown(self, code))


class IssueCoupon(MerchantEndpoint):
    moves_money_or_stock = ("POST",)

    @extend_schema(parameters=[MERCHANT], request=IssueBody, responses={201: Issued})
    def post(self, request: Request, code: str) -> Response:
        """Give everybody of an audience one; whoever has had as many as they may is passed over."""
        template = template_of(self.merchant, code)
        body = body_of(request, IssueBody)

        def give() -> Answer:
            people = issue_to(template=template, actor_id=person(request).pk, now=timezone.now(), **body)
            return Answer(status=201, body={"people": people})

        return respond(answer_once(request, give))


class Words(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], request=WordBody, responses={201: CodeShape})
    def post(self, request: Request, code: str) -> Response:
        """A word that anybody may type in."""
        template = template_of(self.merchant, code)
        word = add_word(template=template, actor_id=person(request).pk, **body_of(request, WordBody))
        return Response(CodeShape(word).data, status=201)


class Batches(MerchantEndpoint):
    moves_money_or_stock = ("POST",)

    @extend_schema(parameters=[MERCHANT], request=BatchBody, responses={201: BatchShape})
    def post(self, request: Request, code: str) -> Response:
        """So many codes that are good once each; many are made in the background."""
        template = template_of(self.merchant, code)
        quantity = body_of(request, BatchBody)["quantity"]

        def order() -> Answer:
            batch = order_batch(template=template, quantity=quantity, actor_id=person(request).pk, now=timezone.now())
            return Answer(status=201, body=plain(BatchShape(batch).data))

        return respond(answer_once(request, order))


class Codes(MerchantEndpoint, ListAPIView):
    """The codes of a coupon, newest first."""

    serializer_class = CodeShape
    queryset = CouponCode.objects.none()

    def get_queryset(self) -> Any:
        return template_of(self.merchant, self.kwargs["code"]).codes.select_related("batch").order_by("-pk")

    @extend_schema(parameters=[MERCHANT])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


def _shown(view: MerchantEndpoint, code: str) -> dict[str, Any]:
    template = template_of(view.merchant, code)
    template.results = results_of([template]).get(template.pk, Results())  # type: ignore[attr-defined]
    return dict(MerchantCouponDetail(template).data)

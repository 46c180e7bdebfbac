"""F4: what a merchant has earned, paid out to an account of its own."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from payments.models import Withdrawal
from payments.purses import Owner
from payments.selectors.payouts import payee_of, payees_of, withdrawals_of
from payments.services.payees import remove_payee
from payments.states import PAYING_OUT, Purse
from web.api.merchant.access import MERCHANT, MerchantEndpoint
from web.api.payout_shapes import PayeeBody, SavedPayee, WithdrawalBody, WithdrawalShape, add, ask, take_back
from web.api.reading import body_of, person


class PayoutEndpoint(MerchantEndpoint):
    """The shop's money is for its owner and whoever does its accounts, to look at as well."""

    writers = readers = PAYING_OUT

    @property
    def owner(self) -> Owner:
        return Owner(merchant=self.merchant)


class Payees(PayoutEndpoint):
    @extend_schema(parameters=[MERCHANT], responses={200: SavedPayee(many=True)})
    def get(self, request: Request) -> Response:
        """The accounts my shop is paid to, newest first."""
        return Response(SavedPayee(payees_of(self.owner), many=True).data)

    @extend_schema(parameters=[MERCHANT], request=PayeeBody, responses={201: SavedPayee})
    def post(self, request: Request) -> Response:
        """Add an account. To change one, remove it and add another."""
        return add(request, self.owner)


class OnePayee(PayoutEndpoint):
    @extend_schema(parameters=[MERCHANT], responses={204: None})
    def delete(self, request: Request, code: str) -> Response:
        """Remove an account, unless a withdrawal waits to be paid to it."""
        payee = payee_of(self.owner, code)
        remove_payee(payee=payee, actor_id=person(request).pk, now=timezone.now())
        return Response(status=204)


class Withdrawals(PayoutEndpoint, ListAPIView):
    """My shop's withdrawals, newest first."""

    moves_money_or_stock = ("POST",)
    serializer_class = WithdrawalShape
    queryset = Withdrawal.objects.none()

    def get_queryset(self) -> Any:
        return withdrawals_of(self.owner)

    @extend_schema(parameters=[MERCHANT])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(parameters=[MERCHANT], request=WithdrawalBody, responses={201: WithdrawalShape})
    def post(self, request: Request) -> Response:
        """Withdraw what was earned. Repeating it with the same key never takes money twice."""
        return ask(request, self.owner, purse=Purse.MERCHANT, body=body_of(request, WithdrawalBody))


class CancelWithdrawal(PayoutEndpoint):
    moves_money_or_stock = ("POST",)

    @extend_schema(parameters=[MERCHANT], request=None, responses={200: WithdrawalShape})
    def post(self, request: Request, number: str) -> Response:
        """Take it back before it was approved."""
        return take_back(request, self.owner, number)

"""F5: my balance and my commission, paid out to an account of mine."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from payments.models import Withdrawal
from payments.purses import Owner
from payments.selectors.payouts import payee_of, payees_of, withdrawals_of
from payments.services.payees import remove_payee
from payments.states import Purse
from web.api.payout_shapes import PayeeBody, SavedPayee, WithdrawalBody, WithdrawalShape, add, ask, take_back
from web.api.reading import body_of, person


class MyWithdrawalBody(WithdrawalBody):
    purse = serializers.ChoiceField(choices=[Purse.BALANCE, Purse.COMMISSION])


class Payees(APIView):
    @extend_schema(responses={200: SavedPayee(many=True)})
    def get(self, request: Request) -> Response:
        """The accounts I am paid to, newest first."""
        return Response(SavedPayee(payees_of(_me(request)), many=True).data)

    @extend_schema(request=PayeeBody, responses={201: SavedPayee})
    def post(self, request: Request) -> Response:
        """Add an account. To change one, remove it and add another."""
        return add(request, _me(request))


class OnePayee(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, code: str) -> Response:
        """Remove an account, unless a withdrawal waits to be paid to it."""
        payee = payee_of(_me(request), code)
        remove_payee(payee=payee, actor_id=person(request).pk, now=timezone.now())
        return Response(status=204)


class Withdrawals(ListAPIView):
    """My withdrawals, newest first."""

    moves_money_or_stock = ("POST",)
    serializer_class = WithdrawalShape
    queryset = Withdrawal.objects.none()

    def get_queryset(self) -> Any:
        return withdrawals_of(_me(self.request))

    @extend_schema(request=MyWithdrawalBody, responses={201: WithdrawalShape})
    def post(self, request: Request) -> Response:
        """Withdraw from my balance or my commission. Repeating it with the same key never takes money twice."""
        body = body_of(request, MyWithdrawalBody)
        return ask(request, _me(request), purse=Purse(body["purse"]), body=body)


class CancelWithdrawal(APIView):
    moves_money_or_stock = ("POST",)

    @extend_schema(request=None, responses={200: WithdrawalShape})
    def post(self, request: Request, number: str) -> Response:
        """Take it back before it was approved."""
        return take_back(request, _me(request), number)


def _me(request: Request) -> Owner:
    return Owner(user=person(request))

"""My wallet: what my balance holds, how it came and went, and where my refunds go."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.services.profile import choose_refunds
from payments.models import LedgerEntry
from payments.selectors.balance import balance_of, movements_of
from web.api.fields import Body
from web.api.reading import body_of, person
from web.movements import OTHER, REFUNDED, RETURNED, REWARDED, SPENT, WITHDRAWN, movement_of

LATEST = 20


class MovementOfBalance(serializers.Serializer[Any]):
    """One movement; what went out is negative."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=[SPENT, REFUNDED, WITHDRAWN, RETURNED, REWARDED, OTHER])
    word = serializers.CharField(help_text="what it was, in the reader's language")
    about = serializers.CharField(help_text="what was bought, if anything")
    amount_fen = serializers.IntegerField()
    order = serializers.CharField(help_text="number of the order; empty without one")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return dict(super().to_representation(movement_of(instance)))


class Wallet(serializers.Serializer[Any]):
    balance_fen = serializers.IntegerField()
    refund_to_balance = serializers.BooleanField(help_text="whether refunds go to the balance, at once")
    movements = MovementOfBalance(many=True, help_text="the latest; all of them under movements/")


class WalletBody(Body):
    refund_to_balance = serializers.BooleanField()


class MyWallet(APIView):
    @extend_schema(responses={200: Wallet})
    def get(self, request: Request) -> Response:
        """My balance, its latest movements, and where my refunds go."""
        return self._answer(request)

    @extend_schema(request=WalletBody, responses={200: Wallet})
    def patch(self, request: Request) -> Response:
        """Choose where my refunds go from now on."""
        chosen = body_of(request, WalletBody)
        choose_refunds(user=person(request), to_balance=chosen["refund_to_balance"])
        return self._answer(request)

    def _answer(self, request: Request) -> Response:
        user = person(request)
        shown = {
            "balance_fen": balance_of(user),
            "refund_to_balance": user.refund_to_balance,
            "movements": movements_of(user)[:LATEST],
        }
        return Response(Wallet(shown).data)


class Movements(ListAPIView):
    """What came into my balance and what went out, newest first."""

    serializer_class = MovementOfBalance
    queryset = LedgerEntry.objects.none()

    def get_queryset(self) -> Any:
        return movements_of(person(self.request))

"""How accounts and withdrawals look on the wire, and what merchants and persons do with them alike."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.idempotency import Answer
from payments.models import Payee, Withdrawal
from payments.payee_details import LONGEST_ACCOUNT, PayeeDetails
from payments.purses import Owner
from payments.selectors.payouts import withdrawal_of
from payments.services.payees import add_payee
from payments.services.payouts import cancel_withdrawal, request_withdrawal
from payments.states import PayeeKind, Purse
from web.api.fields import Body, Code, Text, WholeNumber
from web.api.idempotency import answer_once, respond
from web.api.order_shapes import plain
from web.api.reading import body_of, person


class SavedPayee(serializers.ModelSerializer[Payee]):
    """An account that money is paid to. What was saved is never shown in full again."""

    holder = serializers.CharField(source="shown_holder", read_only=True, help_text="masked")

    class Meta:
        model = Payee
        fields = ("code", "kind", "holder", "account_tail", "bank_name", "added_at")
        read_only_fields = fields


class PayeeBody(Body):
    kind = serializers.ChoiceField(choices=PayeeKind.choices)
    holder = Text(max_length=30)
    account = Text(
        max_length=LONGEST_ACCOUNT,
        help_text="a card number; a phone number or e-mail address of Alipay; a WeChat ID or phone number",
    )
    bank_name = Text(max_length=60, required=False, default="", allow_blank=True, help_text="of a card")


class WithdrawalShape(serializers.ModelSerializer[Withdrawal]):
    payee = SavedPayee(read_only=True)

    class Meta:
        model = Withdrawal
        fields = (
            "number",
            "purse",
            "amount_fen",
            "payee",
            "status",
            "note",
            "bank_reference",
            "requested_at",
            "ended_at",
        )
        read_only_fields = fields


class WithdrawalBody(Body):
    payee = Code(help_text="the code of one of the accounts")
    amount_fen = WholeNumber(min_value=1)


def add(request: Request, owner: Owner) -> Response:
    """One more account of this owner."""
    body = body_of(request, PayeeBody)
    details = PayeeDetails(**body | {"kind": PayeeKind(body["kind"])})
    payee = add_payee(owner=owner, details=details, actor_id=person(request).pk, now=timezone.now())
    return Response(SavedPayee(payee).data, status=201)


def ask(request: Request, owner: Owner, *, purse: Purse, body: dict[str, Any]) -> Response:
    """Money out of a purse of this owner, once for each key."""

    def take() -> Answer:
        withdrawal = request_withdrawal(
            owner=owner,
            purse=purse,
            payee_code=body["payee"],
            amount_fen=body["amount_fen"],
            actor_id=person(request).pk,
            now=timezone.now(),
        )
        return Answer(status=201, body=plain(WithdrawalShape(withdrawal).data))

    return respond(answer_once(request, take))


def take_back(request: Request, owner: Owner, number: str) -> Response:
    """The money returns to the purse, once for each key."""
    withdrawal = withdrawal_of(owner, number)

    def cancel() -> Answer:
        cancelled = cancel_withdrawal(withdrawal=withdrawal, actor_id=person(request).pk, now=timezone.now())
        return Answer(status=200, body=plain(WithdrawalShape(cancelled).data))

    return respond(answer_once(request, cancel))

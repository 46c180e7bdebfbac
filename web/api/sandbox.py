"""The demo's telephone and the demo's bank, for whoever tries the API. Not routed outside the demo."""

import re
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models.user import hash_phone
from common.errors import NotFound
from notifications.models import TextMessage
from notifications.selectors.sms import last_texts
from payments.gateways.sandbox import control
from payments.models import Payment

OUTCOMES = ("succeed", "fail", "lose", "duplicate")


CODE = re.compile(r"(?<!\d)\d{6}(?!\d)", re.ASCII)


class SandboxText(serializers.Serializer[Any]):
    code = serializers.SerializerMethodField(help_text="the six digits in it; empty when there are none")
    text = serializers.CharField()
    sent_at = serializers.DateTimeField()

    def get_code(self, message: TextMessage) -> str:
        found = CODE.search(message.text)
        return found.group() if found else ""


class SandboxPhone(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses={200: SandboxText})
    def get(self, request: Request, phone: str) -> Response:
        """The last text message that was sent to a phone."""
        text = next(iter(last_texts(hash_phone(phone))), None)
        if text is None:
            raise NotFound
        return Response(SandboxText(text).data)


class SandboxPayment(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request, number: str, outcome: str) -> Response:
        """Decide what the sandbox gateway does with a payment: succeed, fail, lose (its message), duplicate (it)."""
        if not Payment.objects.filter(number=number, gateway="sandbox").exists():
            raise NotFound
        control(f"payments/{number}/{outcome}")
        return Response(status=202)

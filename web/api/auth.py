"""Becoming known: a code by SMS, registering, signing in and out."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import SmsCode, User
from accounts.services.codes import send_code
from accounts.services.registration import register
from accounts.services.signin import sign_in_with_code, sign_in_with_password
from accounts.services.tokens import issue_token, revoke_token
from web.api.accounts import Me
from web.api.authentication import token_of
from web.api.fields import Body, Text
from web.api.reading import body_of
from web.api.throttling import SignInThrottle
from web.clients import client_address
from web.devices import sight_program


class SmsCodeBody(Body):
    phone = Text(max_length=20, help_text="a mainland mobile number")
    purpose = serializers.ChoiceField(choices=SmsCode.Purpose.choices, required=False, default=SmsCode.Purpose.REGISTER)


class RegisterBody(Body):
    phone = Text(max_length=20)
    code = Text(max_length=6, help_text="the six digits that came by SMS")
    password = Text(max_length=128, trim_whitespace=False)
    name = Text(max_length=30, required=False, default="", allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False, default=settings.LANGUAGE_CODE)


class SignInBody(Body):
    """A phone number with either the SMS code or the password."""

    phone = Text(max_length=20)
    code = Text(max_length=6, required=False)
    password = Text(max_length=128, required=False, trim_whitespace=False)
    device = Text(max_length=60, required=False, default="", allow_blank=True, help_text="what the token is for")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("code" in attrs) == ("password" in attrs):
            raise serializers.ValidationError(_("验证码和密码，填其中一个"), code="code_or_password")
        return attrs


class Session(serializers.Serializer[Any]):
    """A key to the API, shown this once."""

    token = serializers.CharField()
    user = Me()


class SignInEndpoint(APIView):
    """Open to everybody, so counted more tightly."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (SignInThrottle,)


class SmsCodes(SignInEndpoint):
    @extend_schema(request=SmsCodeBody, responses={202: None})
    def post(self, request: Request) -> Response:
        """Send a code by SMS. The answer is the same whether the number is known or not."""
        body = body_of(request, SmsCodeBody)
        send_code(phone=body["phone"], purpose=body["purpose"], ip=client_address(request), now=timezone.now())
        return Response(status=202)


class Register(SignInEndpoint):
    @extend_schema(request=RegisterBody, responses={201: Session})
    def post(self, request: Request) -> Response:
        """Register with phone, code and password; signed in at once."""
        body = body_of(request, RegisterBody)
        user = register(**body, now=timezone.now())
        sight_program(request, user, now=timezone.now())
        return Response(_session(user, label=""), status=201)


class SignIn(SignInEndpoint):
    @extend_schema(request=SignInBody, responses={200: Session})
    def post(self, request: Request) -> Response:
        """Sign in by code or by password; answers a token for the Authorization header."""
        body = body_of(request, SignInBody)
        if "code" in body:
            user = sign_in_with_code(phone=body["phone"], code=body["code"], now=timezone.now())
        else:
            user = sign_in_with_password(phone=body["phone"], password=body["password"], now=timezone.now())
        sight_program(request, user, now=timezone.now())
        return Response(_session(user, label=body["device"]))


class SignOut(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Give the token of this request back; it opens nothing any more."""
        token = token_of(request)
        if token is not None:
            revoke_token(token=token, now=timezone.now())
        return Response(status=204)


def _session(user: User, *, label: str) -> dict[str, Any]:
    return {"token": issue_token(user=user, label=label, now=timezone.now()), "user": Me(user).data}

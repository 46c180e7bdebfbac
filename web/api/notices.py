"""How I want to hear things: by topic and channel, at which hours, at which mail address."""

import datetime as dt
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Contact, User
from accounts.selectors.contacts import contacts_of
from accounts.services.contacts import add_email, confirm_email, forget_contact
from notifications.selectors.preferences import choices_of, quiet_hours_of
from notifications.services.preferences import choose, choose_quiet_hours, stop_marketing
from notifications.states import PERSONAL
from notifications.topics import Topic
from web.api.fields import Body, Text
from web.api.reading import body_of, person

CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
CHANNELS = [(channel.value, channel.label) for channel in PERSONAL]


class NoticeChoice(serializers.Serializer[Any]):
    """Whether one topic is told by one channel."""

    topic = serializers.ChoiceField(choices=Topic.choices)
    channel = serializers.ChoiceField(choices=CHANNELS)
    wanted = serializers.BooleanField()
    fixed = serializers.BooleanField(help_text="money and security stay in the inbox")


class NoticeEmail(serializers.Serializer[Any]):
    address = serializers.CharField()
    verified_at = serializers.DateTimeField(allow_null=True, help_text="null until the link in the mail was opened")


class Notices(serializers.Serializer[Any]):
    choices = NoticeChoice(many=True)
    quiet_from = serializers.RegexField(CLOCK, help_text="on the clock of Shanghai; equal times: never quiet")
    quiet_until = serializers.RegexField(CLOCK)
    email = NoticeEmail(allow_null=True)
    wechat = serializers.BooleanField(help_text="whether WeChat is bound; it is bound on the page, inside WeChat")


class ChoiceBody(Body):
    topic = serializers.ChoiceField(choices=Topic.choices)
    channel = serializers.ChoiceField(choices=CHANNELS)
    wanted = serializers.BooleanField()


class NoticesBody(Body):
    """What is left out stays as it is."""

    choices = serializers.ListField(child=ChoiceBody(), required=False, max_length=60)
    quiet_from = serializers.RegexField(CLOCK, required=False)
    quiet_until = serializers.RegexField(CLOCK, required=False)


class EmailBody(Body):
    address = Text(max_length=254)


class TokenBody(Body):
    token = Text(max_length=400, help_text="from the link in the mail")


class MyNotices(APIView):
    @extend_schema(responses={200: Notices})
    def get(self, request: Request) -> Response:
        """How I hear things."""
        return _answer(person(request))

    @extend_schema(request=NoticesBody, responses={200: Notices})
    def patch(self, request: Request) -> Response:
        """Decide how I hear things from now on."""
        user, said = person(request), body_of(request, NoticesBody)
        wanted = {(one["topic"], one["channel"]): one["wanted"] for one in said.get("choices", ())}
        choose(user_id=user.pk, wanted=wanted, now=timezone.now())
        if {"quiet_from", "quiet_until"} & set(said):
            begins, ends = (_time(said.get(name) or old) for name, old in _hours(user).items())
            choose_quiet_hours(user_id=user.pk, begins=begins, ends=ends)
        return _answer(user)


class StopMarketing(APIView):
    @extend_schema(request=None, responses={200: Notices})
    def post(self, request: Request) -> Response:
        """No more advertising, by whatever channel."""
        stop_marketing(user_id=person(request).pk, now=timezone.now())
        return _answer(person(request))


class MyEmail(APIView):
    @extend_schema(request=EmailBody, responses={202: Notices})
    def put(self, request: Request) -> Response:
        """Keep a mail address; it counts once the link that is sent there was opened."""
        add_email(user=person(request), address=body_of(request, EmailBody)["address"], now=timezone.now())
        return _answer(person(request), status=202)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Forget my mail address."""
        forget_contact(user=person(request), kind=Contact.Kind.EMAIL, now=timezone.now())
        return Response(status=204)


class ConfirmEmail(APIView):
    @extend_schema(request=TokenBody, responses={200: Notices})
    def post(self, request: Request) -> Response:
        """The address is mine: here is what its link carried."""
        confirm_email(user=person(request), token=body_of(request, TokenBody)["token"], now=timezone.now())
        return _answer(person(request))


def _hours(user: User) -> dict[str, str]:
    hours = quiet_hours_of(user.pk)
    return {"quiet_from": f"{hours.begins:%H:%M}", "quiet_until": f"{hours.ends:%H:%M}"}


def _time(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


def _answer(user: User, *, status: int = 200) -> Response:
    contacts = contacts_of(user)
    shown = _hours(user) | {
        "choices": choices_of(user.pk),
        "email": contacts.get(Contact.Kind.EMAIL),
        "wechat": Contact.Kind.WECHAT in contacts,
    }
    return Response(Notices(shown).data, status=status)

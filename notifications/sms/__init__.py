"""Text messages leave through a provider; which one is a setting."""

import datetime as dt
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from notifications.errors import ChannelUnavailable


class SmsUnavailable(ChannelUnavailable):
    """The provider did not take the message."""

    code = "sms_unavailable"
    message = _("短信暂时发不出去，请稍后再试")


class SmsProvider(Protocol):
    """One company that carries text messages."""

    def send(
        self, *, phone: str, text: str, now: dt.datetime, kind: str = "", parameters: tuple[str, ...] = ()
    ) -> None:
        """Hand over one text to an eleven-digit number.

        A provider that sends approved templates only takes the one it has for the kind, filled with the parameters.
        Raises ChannelUnavailable, OutcomeUnknown, ChannelRefused.
        """


def provider() -> SmsProvider:
    """The provider named by settings.SMS_PROVIDER."""
    return cast(SmsProvider, import_string(settings.SMS_PROVIDER)())

"""The ways out of the house, all behind one interface; which adapter carries what is a setting.

A provider's call whose outcome nobody knows is repeated where a second copy is recognised as such (mail carries the
same Message-ID), and nowhere else: a text message costs money each time, and a group would read the same twice.
"""

import datetime as dt
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.wording import Wording


class Channel(Protocol):
    """One way to reach an address."""

    repeats_unknown: bool

    def send(self, *, address: str, wording: Wording, now: dt.datetime) -> None:
        """Hand over one message. Raises ChannelUnavailable, OutcomeUnknown, ChannelRefused; never in a transaction."""


def channel_named(name: str) -> Channel:
    """The adapter that settings.NOTIFICATION_CHANNELS names for a channel."""
    return cast(Channel, import_string(settings.NOTIFICATION_CHANNELS[name])())

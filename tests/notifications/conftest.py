"""A channel that does as it is told, in the place of text messages."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from tests.factories.notifications import Scripted
from tests.fixtures.channels import tencent, wechat, wecom

__all__ = ["tencent", "wechat", "wecom"]

PATH = "tests.factories.notifications.Scripted"


@pytest.fixture
def scripted(settings: Settings) -> Iterator[type[Scripted]]:
    """Text messages, mail and WeChat all go to one scripted channel."""
    personal = dict.fromkeys(("sms", "email", "wechat"), PATH)
    settings.NOTIFICATION_CHANNELS = settings.NOTIFICATION_CHANNELS | personal
    Scripted.reset()
    yield Scripted
    Scripted.reset()

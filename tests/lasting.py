"""What all tests of a module look at, made once: a fixture of the module yields from here."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from django.conf import settings
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.emptying import empty_touched_tables
from tests.fixtures.gateways import NAME, PATH, ScriptedGateway

Made = TypeVar("Made")


def made_once(blocker: DjangoDbBlocker, make: Callable[[], Made]) -> Iterator[Made]:
    """Make it and commit it; what each test changes is rolled back, and after the last one the tables are empty.

    Buyers can pay at the scripted gateway meanwhile. What a test changes it reads from the database itself: an object
    that is handed from one test to the next carries along what the database has forgotten.
    """
    with blocker.unblock():
        ScriptedGateway.reset()
        with override_settings(PAYMENT_GATEWAYS=settings.PAYMENT_GATEWAYS | {NAME: PATH}):
            made = make()
        yield made
        ScriptedGateway.reset()
        empty_touched_tables()

"""Fixtures for every test."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from common import definitions
from tests.emptying import empty_touched_tables
from tests.fixtures.gateways import NAME, PATH, ScriptedGateway
from tests.migrating import migrated_by_the_first
from web.shared import keeping

TransactionTestCase._fixture_teardown = empty_touched_tables  # type: ignore[attr-defined]

# Files are shared out whole among the workers: a long one that came last would leave the other worker with nothing.
LONGEST = (
    "tests/local/test_run.py",
    "tests/browser/test_every_page_of_the_desks.py",
    "tests/web/test_demo.py",
    "tests/browser/",
    "tests/races/",
    "tests/campaigns/test_life_machine.py",
    "tests/local/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; the order among the others stays."""
    items.sort(key=lambda item: next((at for at, long in enumerate(LONGEST) if item.nodeid.startswith(long)), 99))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """After a race every statement that must always be true is true, unless the race was run to see harm."""
    yield
    looked_at = "nothing_broken" in getattr(item, "fixturenames", ())
    if item.get_closest_marker("race") and not item.get_closest_marker("counter_test") and not looked_at:
        from tests.soundness import violations

        assert violations(include_settled=False) == []


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> None:
    """As pytest-django does it, one worker after the other, and only the first has to migrate."""
    with django_db_blocker.unblock(), migrated_by_the_first():
        request.getfixturevalue("django_db_setup")


@pytest.fixture
def scripted_gateway(settings: Settings) -> Iterator[type[ScriptedGateway]]:
    """The gateway that does what the test tells it."""
    settings.PAYMENT_GATEWAYS = settings.PAYMENT_GATEWAYS | {NAME: PATH}
    ScriptedGateway.reset()
    yield ScriptedGateway
    ScriptedGateway.reset()


@pytest.fixture
def nothing_broken() -> Iterator[None]:
    """After the test every statement that must always be true is true."""
    yield
    from tests.soundness import violations

    assert violations() == []


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What another test left in the cache for minutes is not met by this one, whichever came before it."""
    cache.clear()
    keeping._at_hand.clear()
    for kept in definitions._kept:
        kept.clear()


@pytest.fixture(autouse=True)
def the_house_language() -> Iterator[None]:
    """A page asked for in English leaves its thread speaking English; the next test begins in Chinese again."""
    yield
    translation.deactivate()

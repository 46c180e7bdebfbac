"""F5: every task of the platform is safe to run twice in a row and twice at once."""

import pytest
from django.utils import timezone

from bench.seeding import found_shop
from faults.due import CASES, tasks
from faults.scenarios import tasks_twice
from faults.scenarios.tasks_twice import problems
from faults.stage import Town
from notifications.models import TextMessage
from tests.fixtures.sandbox import Sandbox, sandbox_server  # noqa: F401


def test_something_is_due_for_every_task_there_is() -> None:
    assert set(CASES) == set(tasks())


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(CASES))
def test_twice_in_a_row_and_twice_at_once_are_as_good_as_once(
    name: str,
    sandbox_server: Sandbox,  # noqa: F811
    nothing_broken: None,
) -> None:
    assert problems(Town(shop=found_shop(now=timezone.now())), name, rounds=1) == []


@pytest.mark.django_db(transaction=True)
def test_a_task_that_does_it_once_more_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful() -> None:
        TextMessage.objects.create(phone_hash="a", text="123456", sent_at=timezone.now())

    monkeypatch.setattr(tasks_twice, "tasks", lambda: {"forgetful": forgetful})
    monkeypatch.setattr(tasks_twice, "CASES", {"forgetful": lambda _town: None})
    town = Town(shop=found_shop(now=timezone.now()))
    in_a_row, at_once = problems(town, "forgetful", rounds=1)
    assert in_a_row.startswith("did something once more: +1 notifications.textmessage")
    assert at_once.startswith("did something else when two ran at once: +1 notifications.textmessage")
    assert problems(town, "new", rounds=1) == ["has nothing due for it, see faults/due.py"]

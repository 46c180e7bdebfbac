"""K2: preferences by the API."""

from collections.abc import Callable

import pytest

from accounts.models import Contact
from tests.factories.accounts import make_user
from tests.web.api.conftest import Program

pytestmark = pytest.mark.django_db
ProgramOf = Callable[..., Program]
PAGE = "me/notifications/"


def wanted(answer: object) -> dict[tuple[str, str], bool]:
    return {(one["topic"], one["channel"]): one["wanted"] for one in answer.json()["choices"]}  # type: ignore[attr-defined]


def test_alice_reads_and_changes_what_she_hears(program: ProgramOf) -> None:
    alice = program(make_user(name="Alice"))
    first = alice.ask(PAGE)
    assert all(wanted(first).values())
    assert (first.json()["quiet_from"], first.json()["quiet_until"]) == ("22:00", "08:00")
    body = {"choices": [{"topic": "orders", "channel": "email", "wanted": False}], "quiet_from": "21:30"}
    changed = alice.tell(PAGE, body, method="patch")
    assert changed.status_code == 200
    assert [square for square, is_on in wanted(changed).items() if not is_on] == [("orders", "email")]
    assert (changed.json()["quiet_from"], changed.json()["quiet_until"]) == ("21:30", "08:00")


def test_money_stays_in_the_inbox(program: ProgramOf) -> None:
    body = {"choices": [{"topic": "money", "channel": "inbox", "wanted": False}]}
    answer = program(make_user()).tell(PAGE, body, method="patch")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_your_choice")


def test_advertising_ends_with_one_call(program: ProgramOf) -> None:
    answer = program(make_user()).tell(f"{PAGE}marketing/stop/", {})
    off = {topic for (topic, _channel), is_on in wanted(answer).items() if not is_on}
    assert off == {"marketing"}


def test_a_mail_address_waits_for_its_link(program: ProgramOf) -> None:
    alice = program(make_user())
    answer = alice.tell(f"{PAGE}email/", {"address": "alice@example.com"}, method="put")
    assert (answer.status_code, answer.json()["email"]) == (
        202,
        {"address": "alice@example.com", "verified_at": None},
    )
    assert alice.tell(f"{PAGE}email/confirm/", {"token": "forged"}).json()["code"] == "link_spent"
    assert Contact.objects.get().verified_at is None

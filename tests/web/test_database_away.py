"""A database that is away for a moment is a clear "try again" on pages and over the API; and then all is well."""

import psycopg2
import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts.services.tokens import issue_token
from common.contention import Crowded, DatabaseAway, as_refusal
from tests.factories.accounts import make_user

SAID = "暂时连不上，请稍后再试"


def cut_the_line() -> None:
    """As a restart does: the server ends our connection, and we notice at the next statement."""
    ours = connection.connection.info.backend_pid
    killer = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    killer.autocommit = True
    with killer.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ours])
    killer.close()


@pytest.fixture
def browser(transactional_db: None, settings, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Alice's, whose requests keep the connection of the test, as the requests of one server thread share theirs."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.db"
    alice = Client(raise_request_exception=False)
    alice.force_login(make_user(name="Alice"))
    assert alice.get("/me/").status_code == 200
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", False)
    return alice


def test_a_page_says_so_and_the_next_one_is_there(browser: Client) -> None:
    cut_the_line()
    answer = browser.get("/me/")
    assert answer.status_code == 503
    assert SAID in answer.content.decode()
    connection.close_if_unusable_or_obsolete()
    assert browser.get("/me/").status_code == 200


def test_a_program_is_told_so_in_its_own_way(transactional_db: None) -> None:
    token = issue_token(user=make_user(name="Alice"), label="", now=timezone.now())
    program = Client(raise_request_exception=False, headers={"Authorization": f"Token {token}"})
    cut_the_line()
    answer = program.get("/api/v1/me/")
    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (503, "unavailable", SAID)
    connection.close_if_unusable_or_obsolete()
    assert program.get("/api/v1/me/").status_code == 200


def test_a_session_that_cannot_be_saved_is_no_fault_of_the_program(
    browser: Client, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_arguments: object, **_options: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", gone)
    settings.SESSION_SAVE_EVERY_REQUEST = True
    answer = browser.get("/me/")
    assert answer.status_code == 503
    assert SAID in answer.content.decode()


@pytest.mark.parametrize(
    ("code", "refusal"),
    [(None, DatabaseAway), ("57P01", DatabaseAway), ("57P03", DatabaseAway), ("55P03", Crowded), ("57014", None)],
)
def test_each_moment_has_its_refusal(code: str | None, refusal: type[Exception] | None) -> None:
    class Told(Exception):
        pgcode = code

    exception = OperationalError()
    exception.__cause__ = Told()
    assert type(as_refusal(exception)) is (refusal or type(None))


def test_what_is_not_the_database_s_is_left_alone() -> None:
    assert as_refusal(ZeroDivisionError()) is None
    assert as_refusal(None) is None
    assert as_refusal(IntegrityError()) is None
    assert isinstance(as_refusal(InterfaceError("connection already closed")), DatabaseAway)
    assert isinstance(as_refusal(DatabaseError("server closed the connection unexpectedly")), DatabaseAway)

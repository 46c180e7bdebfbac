"""Queries that are written once and planned once: the same answers, whatever happens to the connection."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import BigIntegerField, CharField, DateTimeField, F, TextField, Value
from django.test.utils import CaptureQueriesContext

from accounts.models import Merchant, User
from common.prepared import Prepared, Rows, Slot, side_by_side
from tests.factories.accounts import make_merchant, make_user
from tests.parallel import at_once

NOW = dt.datetime(2026, 11, 28, 4, 0, tzinfo=dt.UTC)
CODE = Slot("code", TextField())
IDS = Slot("ids", ArrayField(BigIntegerField()))


def person_of_code() -> Prepared:
    return Prepared(lambda: User.objects.filter(code=CODE, language="zh-hans").values("id", "name"))


def asked(prepared: Prepared, **values: Any) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        prepared.rows(**values)
    return [query["sql"].split()[0] for query in queries]


@pytest.mark.django_db
def test_it_answers_as_the_orm_does_and_decrypts_what_is_encrypted() -> None:
    alice = make_user(name="Alice")
    make_user(name="Bob")
    assert person_of_code().rows(code=alice.code) == [{"id": alice.pk, "name": "Alice"}]
    assert person_of_code().one(code="nobody") is None


@pytest.mark.django_db
def test_a_text_is_a_value_whatever_stands_in_it() -> None:
    """Quotes, percent signs, another statement: all of it is looked for, none of it is run."""
    alice = make_user(name="Alice")
    prepared = Prepared(lambda: User.objects.filter(code=CODE).values(said=Value("100% '$1'"), code_asked=CODE))
    for text in ("%s", "'; DROP TABLE accounts_user; --", "$1", "团"):
        assert prepared.rows(code=text) == []
    assert prepared.rows(code=alice.code) == [{"said": "100% '$1'", "code_asked": alice.code}]


@pytest.mark.django_db
def test_it_is_sent_once_and_called_from_then_on() -> None:
    prepared = person_of_code()
    assert asked(prepared, code="A") == ["PREPARE"]
    assert asked(prepared, code="B") == ["EXECUTE"]


@pytest.mark.django_db
def test_any_of_an_array_and_rows_within_a_row() -> None:
    people = [make_user(name=name) for name in ("Alice", "Bob", "Charlie")]
    some = Rows(User.objects.filter(pk__any=IDS).order_by("pk").values("id", born=F("birthday")))
    prepared = Prepared(lambda: side_by_side({"some": some, "at": Slot("at", DateTimeField())}))
    wanted = [person.pk for person in people[:2]]
    found = [{"id": pk, "born": ""} for pk in wanted]
    assert prepared.one(ids=wanted, at=NOW) == {"some": found, "at": NOW}
    assert prepared.one(ids=[], at=NOW) == {"some": [], "at": NOW}


@pytest.mark.django_db
def test_it_may_have_no_slot_at_all() -> None:
    assert Prepared(lambda: side_by_side({"said": Value("100%")})).one() == {"said": "100%"}


@pytest.mark.django_db
def test_any_goes_through_a_relation() -> None:
    merchant = make_merchant(now=NOW)
    prepared = Prepared(lambda: Merchant.objects.filter(staff__user__pk__any=IDS).values("code").distinct())
    owner = merchant.staff.get().user_id
    assert prepared.rows(ids=[owner, 0]) == [{"code": merchant.code}]


@pytest.mark.django_db(transaction=True)
def test_another_connection_prepares_it_anew() -> None:
    """A connection that was closed, or has reached its age, leaves nothing behind that could be believed."""
    alice, prepared = make_user(name="Alice"), person_of_code()
    assert asked(prepared, code=alice.code) == ["PREPARE"]
    connection.close()
    assert asked(prepared, code=alice.code) == ["PREPARE"]
    assert prepared.rows(code=alice.code) == [{"id": alice.pk, "name": "Alice"}]


@pytest.mark.django_db(transaction=True)
def test_every_thread_has_its_own() -> None:
    alice, prepared = make_user(name="Alice"), person_of_code()
    expected = [{"id": alice.pk, "name": "Alice"}]
    assert at_once(4, lambda _index: prepared.rows(code=alice.code)) == [expected] * 4


@pytest.mark.django_db(transaction=True)
def test_it_outlives_a_transaction_that_was_rolled_back() -> None:
    alice, prepared = make_user(name="Alice"), person_of_code()

    @transaction.atomic
    def ask_and_fail() -> None:
        prepared.rows(code=alice.code)
        connection.cursor().execute("SELECT 1 / 0")

    with pytest.raises(DatabaseError):
        ask_and_fail()
    assert asked(prepared, code=alice.code) == ["EXECUTE"]


@pytest.mark.django_db(transaction=True)
def test_what_the_server_forgot_is_prepared_again() -> None:
    alice, prepared = make_user(name="Alice"), person_of_code()
    prepared.rows(code=alice.code)
    connection.cursor().execute("DISCARD ALL")
    assert prepared.rows(code=alice.code) == [{"id": alice.pk, "name": "Alice"}]


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_the_next_one_gets_it() -> None:
    """The error has ended the transaction; what was in it was not written, and asking again is right."""
    alice, prepared = make_user(name="Alice"), person_of_code()
    prepared.rows(code=alice.code)
    connection.cursor().execute("DISCARD ALL")
    with pytest.raises(DatabaseError), transaction.atomic():
        prepared.rows(code=alice.code)
    with transaction.atomic():
        assert prepared.one(code=alice.code) is not None


@pytest.mark.django_db(transaction=True)
def test_a_column_of_another_type_is_planned_again() -> None:
    """A migration while the process runs."""
    make_user(name="Alice")
    prepared = Prepared(lambda: User.objects.filter(code__gt=CODE).values("phone_tail"))
    prepared.rows(code="")
    change = "ALTER TABLE accounts_user ALTER COLUMN phone_tail TYPE {}"
    try:
        connection.cursor().execute(change.format("varchar(5)"))
        assert len(prepared.rows(code="")) == 1
    finally:
        connection.cursor().execute(change.format(CharField(max_length=4).db_type(connection)))


@pytest.mark.django_db(transaction=True)
def test_other_errors_are_as_they_were() -> None:
    """A wrong value is a wrong value, and no reason to ask twice."""
    prepared = Prepared(lambda: User.objects.filter(pk=Slot("id", BigIntegerField())).values("id"))
    with CaptureQueriesContext(connection) as queries, pytest.raises(DatabaseError):
        prepared.rows(id="no number")
    assert len(queries) == 1
    assert prepared.rows(id=0) == []


@pytest.mark.django_db(transaction=True)
def test_without_a_server_it_fails_as_every_query_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reliability 4: a database that is away is said to be away, and nobody's mistake."""

    def nobody_answers() -> None:
        raise OperationalError("no such file or directory")

    prepared = person_of_code()
    prepared.rows(code="A")
    connection.close()
    with monkeypatch.context() as night:
        night.setattr(connection, "connect", nobody_answers)
        with pytest.raises(OperationalError):
            prepared.rows(code="A")
    assert prepared.rows(code="A") == []

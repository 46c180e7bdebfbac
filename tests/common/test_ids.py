"""Names of things: numbers never repeat and count nothing, codes cannot be guessed."""

import re

import pytest
from django.db import connection

from common.ids import ALPHABET, DocumentNumber, new_code, new_public_code
from tests.parallel import at_once


def numbers(count):
    with connection.cursor() as cursor:
        cursor.execute("SELECT document_number('PT') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_a_number_is_prefix_day_and_eight_digits():
    assert re.fullmatch(r"PT\d{6}\d{8}", numbers(1)[0])


@pytest.mark.django_db
def test_the_day_is_the_day_in_shanghai():
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_char(clock_timestamp() AT TIME ZONE 'Asia/Shanghai', 'YYMMDD')")
        assert numbers(1)[0][2:8] == cursor.fetchone()[0]


@pytest.mark.django_db
def test_twenty_thousand_numbers_are_twenty_thousand_numbers():
    assert len(set(numbers(20_000))) == 20_000


@pytest.mark.django_db
def test_neighbouring_numbers_do_not_tell_how_many_there_are():
    first, second = numbers(2)
    assert abs(int(first[8:]) - int(second[8:])) > 1_000_000


def test_the_digits_run_through_every_value_before_one_repeats():
    assert 48_271_003 % 2 == 1
    assert 48_271_003 % 5 != 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_at_once_never_get_the_same_number():
    made = [number for batch in at_once(10, lambda _index: numbers(100)) for number in batch]
    assert len(set(made)) == 1000


def test_a_code_uses_only_letters_that_nobody_misreads():
    assert len(new_public_code()) == 10
    assert set("".join(new_code(50) for _code in range(50))) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)
    assert len({new_public_code() for _code in range(1000)}) == 1000


def test_the_default_of_a_number_survives_a_migration_file():
    path, arguments, _fields = DocumentNumber("PT").deconstruct()
    assert (path, arguments) == ("common.ids.DocumentNumber", ("PT",))

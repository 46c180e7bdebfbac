"""Queries that are written once: by the ORM for each process, and planned by the server for each connection.

Writing a query costs the ORM several times what PostgreSQL needs to answer it. A prepared one is built with slots where
its values will be; from then on a request only sends the values.
"""

import itertools
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.models import Expression, Field, JSONField, Lookup, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.sql import Query

# The server has forgotten a statement (DISCARD ALL), or a column it answers with has another type by now.
FORGOTTEN = ("26000", "0A000")
_numbers = itertools.count(1)
# By physical connection, the names of the statements that it knows.
_known: "WeakKeyDictionary[Any, dict[Prepared, str]]" = WeakKeyDictionary()


class Slot(Expression):
    """Where a value will be, in a query that is prepared: `filter(user=Slot("buyer", BigIntegerField()))`."""

    def __init__(self, name: str, output_field: Field) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class DrivenJson(JSONField):
    """What an expression of type json answers: the driver has read it already."""

    def get_db_converters(self, connection: Any) -> list[Any]:
        return []


class Rows(Subquery):
    """All rows of a query as one value of another query: a list of dictionaries."""

    template = "(SELECT coalesce(json_agg(one), '[]') FROM (%(subquery)s) AS one)"

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        super().__init__(queryset, output_field=DrivenJson())


@Field.register_lookup
class AnyOf(Lookup):
    """`sku__pk__any=Slot(…)`: one of the values of an array, however many there are."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        column, of_column = self.process_lhs(compiler, connection)
        values, of_values = self.process_rhs(compiler, connection)
        return f"{column} = ANY({values})", [*of_column, *of_values]


def side_by_side(columns: Mapping[str, Combinable]) -> Query:
    """A query of one row and no table: these expressions."""
    query = Query(None)
    for name, expression in columns.items():
        query.add_annotation(expression, name)
    return query


class _Numbered:
    """How a slot is written in a statement that is prepared."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __conform__(self, _protocol: Any) -> "_Numbered":
        return self

    def getquoted(self) -> bytes:
        return b"$%d" % self._number


class Prepared:
    """A query with slots, by what `build` makes of it: a QuerySet of `values`, or a Query of `side_by_side`.

    Works inside and outside of transactions. Where the server forgot it, or must plan it for other columns, it is
    prepared once more; inside a transaction, which such an error ends, by whoever asks next.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any] | Query]) -> None:
        self._build = build

    def rows(self, **values: Any) -> list[dict[str, Any]]:
        """Its rows with these values in the slots."""
        try:
            found = self._asked(values)
        except DatabaseError as error:
            # There is no connection where there was no server to connect to.
            known = connection.connection and _known.get(connection.connection)
            if known is None or getattr(error.__cause__, "pgcode", None) not in FORGOTTEN:
                raise
            known.pop(self, None)
            if connection.in_atomic_block:
                raise
            found = self._asked(values)
        names = self._written.names
        return [dict(zip(names, row, strict=True)) for row in found]

    def one(self, **values: Any) -> dict[str, Any] | None:
        """Its first row, if there is any."""
        found = self.rows(**values)
        return found[0] if found else None

    def _asked(self, values: Mapping[str, Any]) -> list[Any]:
        written = self._written
        with connection.cursor() as cursor:
            known = _known.setdefault(connection.connection, {})
            name, filled = known.get(self), [values[slot] for slot in written.slots]
            if name:
                cursor.execute(written.call % name, filled)
            else:
                name = f"prepared_{next(_numbers)}"
                asked = cursor.mogrify(written.call % name, filled)
                cursor.execute(f"PREPARE {name} {written.sql}; {asked.decode()}")
            found = cursor.fetchall()
        known[self] = name
        return written.converted(found)

    @cached_property
    def _written(self) -> "_Written":
        built = self._build()
        return _Written(built.query if isinstance(built, QuerySet) else built)


def _in_brackets(listed: str) -> str:
    """Nothing where nothing is listed: PostgreSQL takes no empty brackets here."""
    return f"({listed})" if listed else ""


class _Written:
    """What the ORM made of a query: the statement, the slots in the order they are sent in, and its columns."""

    def __init__(self, query: Query) -> None:
        self._compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = self._compiler.as_sql()
        fields = {slot.name: slot.output_field for slot in parameters if isinstance(slot, Slot)}
        self.slots = list(fields)
        numbered = {slot: _Numbered(number) for number, slot in enumerate(self.slots, 1)}
        with connection.cursor() as cursor:
            body = cursor.mogrify(sql, [numbered[each.name] if isinstance(each, Slot) else each for each in parameters])
        types = ", ".join(str(field.db_type(connection)) for field in fields.values())
        self.sql = f"{_in_brackets(types)} AS {body.decode()}"
        self.call = f"EXECUTE %s {_in_brackets(', '.join(['%%s'] * len(fields)))}"
        self.names = list(query.selected or query.annotation_select)
        self._converters = self._compiler.get_converters(column for column, _sql, _alias in self._compiler.select)

    def converted(self, rows: list[Any]) -> list[Any]:
        """The rows as the ORM would hand them out."""
        return list(self._compiler.apply_converters(rows, self._converters)) if self._converters else rows

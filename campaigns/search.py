"""What the hall's search looks into, and how PostgreSQL finds it: by pairs of characters, in a GIN index.

The SQL function `zh_grams` (a migration of this app) cuts a text into its pairs. Whatever holds 脐橙 holds the pair
脐橙; whatever spells qicheng holds qi, ic, ch … The index finds those, `common.searching` says which really match.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, QuerySet, TextField, Value

from common.searching import matches, terms


class Grams(Func):
    """The pairs of characters of a text, as the index holds them; a single character has none."""

    function = "zh_grams"
    output_field = ArrayField(TextField())


def searched(things: QuerySet[Any], typed: str) -> QuerySet[Any]:
    """Those of whose `search_text` every word is a part; all of them where nothing was typed."""
    found = things.filter(matches(typed)).alias(grams=Grams("search_text"))
    for term in terms(typed):
        found = found.filter(grams__contains=Grams(Value(term)))
    return found

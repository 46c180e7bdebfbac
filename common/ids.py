"""Names of things: a dated number to read aloud, an unguessable code for a public address."""

import secrets

from django.db import models

# Crockford's alphabet: no I, L, O, U, so that nobody misreads a code.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_code(length: int = 10) -> str:
    """An unguessable code, 5 bits a character."""
    bits = secrets.randbits(5 * length)
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(length))


def new_public_code() -> str:
    """The code of a thing with a public address."""
    return new_code(10)


class DocumentNumber(models.Func):
    """Database default of a dated number: prefix, day in Shanghai, eight digits that never repeat within the day.

    The digits run through a permutation, so that a number tells nobody how many documents there are.
    """

    function = "document_number"
    output_field = models.CharField()

    def __init__(self, prefix: str) -> None:
        super().__init__(models.Value(prefix))
        self.prefix = prefix

    def deconstruct(self) -> tuple[str, tuple[str], dict[str, str]]:
        return "common.ids.DocumentNumber", (self.prefix,), {}

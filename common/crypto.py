"""Personal data at rest: AES-256-GCM in the column, a keyed hash beside it for look-up.

The stored form is `<key id>:<base64 of nonce, ciphertext and tag>`; the column's name is authenticated with it, so a
value cannot be moved to another column. The first key of FIELD_KEYS encrypts, all of them decrypt.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

NONCE_BYTES = 12


@lru_cache
def _ciphers(pairs: tuple[str, ...]) -> dict[str, AESGCM]:
    keys = {}
    for pair in pairs:
        key_id, _separator, encoded = pair.partition(":")
        keys[key_id] = AESGCM(base64.b64decode(encoded))
    return keys


def encrypt(text: str, *, context: str) -> str:
    """Ciphertext of a text, bound to a context such as "accounts_user.phone"."""
    key_id, cipher = next(iter(_ciphers(tuple(settings.FIELD_KEYS)).items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = cipher.encrypt(nonce, text.encode(), context.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, context: str) -> str:
    """The text again. Raises cryptography's InvalidTag when the value or its place was tampered with."""
    key_id, _separator, encoded = stored.partition(":")
    sealed = base64.b64decode(encoded)
    cipher = _ciphers(tuple(settings.FIELD_KEYS))[key_id]
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode()).decode()


def keyed_hash(text: str, *, purpose: str) -> str:
    """64 hex digits that find an encrypted value again, and say nothing without the key."""
    message = f"{purpose}\0{text}".encode()
    return hmac.new(settings.FIELD_INDEX_KEY.encode(), message, hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """A text that stands encrypted in the database and clear in Python. It cannot be filtered by; use a keyed hash."""

    def _context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> str | None:
        text = super().get_prep_value(value)
        return text if text is None or text == "" else encrypt(text, context=self._context())

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return value if value is None or value == "" else decrypt(value, context=self._context())

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted: look it up by its keyed hash")
        return super().get_lookup(lookup_name)

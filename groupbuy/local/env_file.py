"""`<data dir>/env`: the addresses of this run and the secrets of this installation, for every command beside it."""

import base64
import os
import secrets
from pathlib import Path

NAME = "env"
HEADER = "# Written by `make run`. Keep it with the data: without these keys the encrypted columns cannot be read.\n"


def read(folder: Path) -> dict[str, str]:
    """What the file says; nothing where there is none."""
    path = folder / NAME
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    pairs = (line.partition("=") for line in lines if not line.startswith("#"))
    return {name: value for name, separator, value in pairs if separator}


def write(folder: Path, addresses: dict[str, str]) -> dict[str, str]:
    """Write the addresses beside the secrets, which are made once; return all of it."""
    values = _new_secrets() | read(folder) | addresses
    # Replaced in one step and closed to others from its first moment.
    unfinished = folder / f"{NAME}.{os.getpid()}"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(HEADER + "".join(f"{name}={value}\n" for name, value in values.items()))
    unfinished.replace(folder / NAME)
    return values


def _new_secrets() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "FIELD_INDEX_KEY": secrets.token_urlsafe(32),
        "SANDBOX_GATEWAY_SECRET": secrets.token_urlsafe(32),
    }

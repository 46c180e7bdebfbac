"""Whether the process lives and whether it can work are two questions."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client


def test_the_process_is_alive_without_asking_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_it_is_ready_when_database_and_cache_answer(client: Client) -> None:
    assert client.get("/readyz").json() == {"status": "ok", "database": True, "cache": True}


@pytest.mark.django_db
def test_it_is_not_ready_without_a_cache(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_args: object, **_options: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(cache, "set", unreachable)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": True, "cache": False}


@pytest.mark.django_db
def test_it_is_not_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise ConnectionError

    monkeypatch.setattr(connection, "cursor", unreachable)
    assert client.get("/readyz").json() == {"status": "unavailable", "database": False, "cache": True}

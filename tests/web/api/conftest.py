"""People with a program in their hands."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.tokens import issue_token
from tests.fixtures.gateways import ScriptedGateway

PROBLEM = "application/problem+json"
_keys = itertools.count(1)


class Program(Client):
    """Speaks JSON, signed in by a token."""

    def __init__(self, user: User | None = None) -> None:
        token = issue_token(user=user, label="test", now=timezone.now()) if user else ""
        super().__init__(headers={"Authorization": f"Token {token}"} if user else {}, raise_request_exception=True)

    def ask(self, path: str, **query: Any) -> Any:
        """GET under /api/v1/."""
        return self.get(f"/api/v1/{path}", query)

    def tell(self, path: str, body: Any = None, *, key: str | None = "", method: str = "post") -> Any:
        """POST (or PUT) JSON under /api/v1/ with a fresh Idempotency-Key, the given one, or with None none."""
        headers = {} if key is None else {"Idempotency-Key": key or f"key-{next(_keys)}"}
        send = getattr(self, method)
        return send(f"/api/v1/{path}", body if body is not None else {}, "application/json", headers=headers)


@pytest.fixture
def program() -> Callable[..., Program]:
    """A program of somebody, or of nobody."""
    return Program


@pytest.fixture
def gateway(scripted_gateway: type[ScriptedGateway]) -> type[ScriptedGateway]:
    """The scripted gateway, under its name."""
    return scripted_gateway


def is_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """Assert the shape every error has; returns it."""
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Content-Type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "code", "detail"} <= set(problem)
    assert (problem["status"], problem["code"]) == (status, code), problem
    assert problem["type"] == f"urn:groupbuy:problem:{code}"
    return problem

"""The one call of the database that joining makes, recorded once as our endpoint sends it, for whoever repeats it bare.

All its arguments are constant but one: the buyer, for whom a number stands that nobody has.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from bench.seeding import HOT, choice_of, line_of, token_of
from common.notes import write_all
from groupbuy.local.environment import data_dir
from orders.services.placing import PLACE

ANYBODY = 987_654_321_987


def record(buyer: User) -> None:
    """Let somebody join the hot campaign, keep what was called, and undo it."""
    calls: list[str] = []

    def listen(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql == PLACE:
            calls.extend(params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen), transaction.atomic():
        _join(buyer)
        transaction.set_rollback(True)
    # What it noted is of this database, and is written before it is taken away.
    write_all()
    (form,) = calls
    _path().write_text(_bare(json.loads(form)))


def form_for(buyer_id: int) -> str:
    """The call's argument, for this buyer."""
    return recorded().replace(str(ANYBODY), str(buyer_id))


@cache
def recorded() -> str:
    """The call's argument, for anybody."""
    return _path().read_text()


def _join(buyer: User) -> None:
    body = {"lines": [{"sku": line_of(HOT).sku, "quantity": 1}], "pickup_point": choice_of(HOT).pickup_point}
    headers = {"Authorization": f"Token {token_of(buyer)}", "Idempotency-Key": "join"}
    answer = Client().post(f"/api/v1/campaigns/{HOT}/join/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 201, answer.content


def _bare(form: dict[str, Any]) -> str:
    """As many send it at once, each on its own."""
    form["order"]["buyer_id"] = form["once"]["actor_id"] = ANYBODY
    return json.dumps(form | {"alone": True, "commit_early": True}, ensure_ascii=False)


def _path() -> Path:
    return data_dir() / "placing.json"

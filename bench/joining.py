"""What the rows of joining share: who joins, and what goes over the wire."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import cycle

from django.test import Client

from accounts.models import User
from bench import load, placing
from bench.seeding import HOT, buyers, choice_of, line_of, token_of
from bench.server import plan
from common.ids import new_code
from groupbuy.local.ports import LOOPBACK


def hot_requests(buyers: Iterable[User]) -> list[bytes]:
    """For each buyer the request to join the hot campaign with one piece."""
    return join_requests(buyers, {HOT: line_of(HOT).sku})


def join_requests(buyers: Iterable[User], skus: Mapping[str, str]) -> list[bytes]:
    """For each buyer the request to join one of the campaigns, by turns; `skus` says what each of them offers."""
    point = choice_of(HOT).pickup_point
    return [
        load.post(
            f"/api/v1/campaigns/{code}/join/",
            json.dumps({"lines": [{"sku": sku, "quantity": 1}], "pickup_point": point}).encode(),
            {"Authorization": f"Token {token_of(buyer)}", "Idempotency-Key": f"join-{buyer.pk}"},
        )
        for buyer, (code, sku) in zip(buyers, cycle(skus.items()), strict=False)
    ]


def bare_requests(buyers: Sequence[User]) -> list[bytes]:
    """For each buyer the request to the bare endpoint, which joins the hot campaign."""
    placing.record(buyers[0])
    return [load.post("/bench/join/", b"", {"Authorization": f"Token {token_of(buyer)}"}) for buyer in buyers]


def joined_per_second(requests: Sequence[bytes]) -> float:
    """How many join in a second. Raises WrongAnswer when one of them is refused."""
    return load.drive(plan().port, requests, expect=(201,)).rate


def join_in_process() -> Callable[[], None]:
    """The same request, answered by this process, once more each time. Raises AssertionError when it is refused."""
    asked = {"lines": [{"sku": line_of(HOT).sku, "quantity": 1}], "pickup_point": choice_of(HOT).pickup_point}
    (buyer,) = buyers(1)
    client = Client(headers={"host": LOOPBACK, "Authorization": f"Token {token_of(buyer)}"})

    def join() -> None:
        key = {"Idempotency-Key": new_code()}
        answer = client.post(f"/api/v1/campaigns/{HOT}/join/", asked, content_type="application/json", headers=key)
        assert answer.status_code == 201, answer.content

    return join

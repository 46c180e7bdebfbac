"""B7: programs read what is said of a product, and say it of what was received."""

from collections.abc import Callable

import pytest

from community.models import Review
from orders.models import Order
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import join_and_pay, make_open
from tests.factories.catalog import make_sku
from tests.factories.reviews import make_imported, make_received, make_review, product_of
from tests.web.api.conftest import Program, is_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
ProgramOf = Callable[..., Program]


def test_everybody_reads_reviews_with_masked_names(program: ProgramOf) -> None:
    sku = make_sku(make_merchant(), external_id="A1")
    order = make_received(make_user("13811112222", name="王小明"), merchant=sku.product.merchant, skus=[sku])[0]
    make_review(order, stars=4, text="脆甜")
    make_imported(sku.product, "一直喜欢")
    answer = program().ask(f"products/{sku.product.code}/reviews/")
    shown = [(row["stars"], row["text"], row["author"], row["source"]) for row in answer.json()["results"]]
    assert shown == [(None, "一直喜欢", "", "严选"), (4, "脆甜", "王**", "")]
    assert "13811112222" not in answer.content.decode()
    is_problem(program().ask("products/0000000000/reviews/"), 404, "not_found")


def test_a_buyer_reviews_by_program_once(program: ProgramOf) -> None:
    order = make_received()[0]
    alice, path = program(order.buyer), f"orders/{order.number}/reviews/"
    body = {"sku": sku_of(order), "stars": 5, "text": "脆甜"}
    answer = alice.tell(path, body)
    assert (answer.status_code, answer.json()["stars"], answer.json()["photos"]) == (201, 5, [])
    is_problem(alice.tell(path, body), 409, "already_reviewed")
    assert Review.objects.get().product == product_of(order)


def test_what_cannot_be_reviewed_is_refused_with_its_reason(program: ProgramOf) -> None:
    order = make_received()[0]
    alice, path = program(order.buyer), f"orders/{order.number}/reviews/"
    is_problem(alice.tell(path, {"sku": sku_of(order), "stars": 6}), 400, "invalid")
    is_problem(alice.tell(path, {"sku": "0000000000", "stars": 5}), 400, "unknown_sku")
    waiting = join_and_pay(order.buyer, make_open())
    refused = alice.tell(f"orders/{waiting.number}/reviews/", {"sku": sku_of(waiting), "stars": 5})
    is_problem(refused, 409, "not_received_yet")
    assert not Review.objects.exists()


def sku_of(order: Order) -> str:
    return order.lines.get().sku.code

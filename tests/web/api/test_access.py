"""A5, ASVS 8.2.2: every route × every kind of person has a declared expectation; a route without one fails.

The world: Alice joined a campaign of 果园; Bob is another buyer; Mary runs 果园, Rita runs the rival shop; Oscar is
an operator, who has no business in other people's API.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from orders.services.paying import start_payment
from payments.purses import Owner
from tests.factories.accounts import make_merchant, make_operator, make_user, owner_of
from tests.factories.campaigns import join_and_pay, join_as, make_draft, make_open
from tests.factories.marketing import make_template
from tests.factories.payouts import make_payee, make_withdrawal
from tests.web.api.conftest import Program

ProgramOf = Callable[..., Program]
VISITOR, ALICE, BOB, MARY, RITA, OSCAR = "visitor", "alice", "bob", "mary", "rita", "oscar"
PEOPLE = (VISITOR, ALICE, BOB, MARY, RITA, OSCAR)

# No withdrawal waits to be paid to it, so that it may be removed.
OTHER_CARD = "6225880133334442"

# What each may expect: "in" is any answer of the thing itself, the rest is a refusal by status.
OPEN = dict.fromkeys(PEOPLE, "in")
SIGNED_IN = OPEN | {VISITOR: 401}
ONLY_ALICE = dict.fromkeys(PEOPLE, 404) | {VISITOR: 401, ALICE: "in"}
ANY_STAFF = dict.fromkeys(PEOPLE, 403) | {VISITOR: 401, MARY: "in", RITA: "in"}
ONLY_MARY = ANY_STAFF | {RITA: 404}

Rules = dict[str, Any]
RULES: dict[tuple[str, str], Rules] = {
    ("POST", "auth/sms-codes/"): OPEN,
    ("POST", "auth/register/"): OPEN,
    ("POST", "auth/login/"): OPEN,
    ("POST", "auth/logout/"): SIGNED_IN,
    ("GET", "me/"): SIGNED_IN,
    ("PUT", "me/"): SIGNED_IN,
    ("GET", "me/leaderboard/"): SIGNED_IN,
    ("PATCH", "me/leaderboard/"): SIGNED_IN,
    ("GET", "me/notifications/"): SIGNED_IN,
    ("PATCH", "me/notifications/"): SIGNED_IN,
    ("PUT", "me/notifications/email/"): SIGNED_IN,
    ("DELETE", "me/notifications/email/"): SIGNED_IN,
    ("POST", "me/notifications/email/confirm/"): SIGNED_IN,
    ("POST", "me/notifications/marketing/stop/"): SIGNED_IN,
    ("GET", "me/payees/"): SIGNED_IN,
    ("POST", "me/payees/"): SIGNED_IN,
    ("DELETE", "me/payees/<public_code:code>/"): ONLY_ALICE,
    ("GET", "me/withdrawals/"): SIGNED_IN,
    ("POST", "me/withdrawals/"): SIGNED_IN,
    ("POST", "me/withdrawals/<document_number:number>/cancel/"): ONLY_ALICE,
    ("GET", "me/wallet/"): SIGNED_IN,
    ("PATCH", "me/wallet/"): SIGNED_IN,
    ("GET", "me/wallet/movements/"): SIGNED_IN,
    ("GET", "me/coupons/"): SIGNED_IN,
    ("GET", "me/points/"): SIGNED_IN,
    ("GET", "me/points/entries/"): SIGNED_IN,
    ("POST", "me/check-in/"): SIGNED_IN,
    ("GET", "me/member/"): SIGNED_IN,
    ("GET", "me/invitations/"): SIGNED_IN,
    ("GET", "me/rewards/"): SIGNED_IN,
    ("GET", "coupons/"): OPEN,
    ("POST", "coupons/redeem/"): SIGNED_IN,
    ("POST", "coupons/<public_code:code>/claim/"): SIGNED_IN,
    ("GET", "addresses/"): SIGNED_IN,
    ("POST", "addresses/"): SIGNED_IN,
    ("DELETE", "addresses/<public_code:code>/"): ONLY_ALICE,
    ("GET", "messages/"): SIGNED_IN,
    ("POST", "messages/read/"): SIGNED_IN,
    ("GET", "campaigns/"): OPEN,
    ("GET", "campaigns/<public_code:code>/"): OPEN,
    ("POST", "campaigns/<public_code:code>/quote/"): SIGNED_IN,
    ("POST", "campaigns/<public_code:code>/join/"): SIGNED_IN,
    ("GET", "categories/"): OPEN,
    ("GET", "orders/"): SIGNED_IN,
    ("GET", "orders/<document_number:number>/"): ONLY_ALICE,
    ("POST", "orders/<document_number:number>/cancel/"): ONLY_ALICE,
    ("POST", "orders/<document_number:number>/payments/"): ONLY_ALICE,
    ("POST", "orders/<document_number:number>/pickup-point/"): ONLY_ALICE,
    ("GET", "orders/<document_number:number>/refunds/"): ONLY_ALICE,
    ("POST", "orders/<document_number:number>/refunds/"): ONLY_ALICE,
    ("GET", "payments/<document_number:number>/"): ONLY_ALICE,
    ("POST", "payments/<document_number:number>/check/"): ONLY_ALICE,
    ("POST", "orders/<document_number:number>/reviews/"): ONLY_ALICE,
    ("GET", "products/<public_code:code>/reviews/"): OPEN,
    ("GET", "pickup-points/"): OPEN,
    ("GET", "communities/"): OPEN,
    ("GET", "regions/"): OPEN,
    ("GET", "merchant/"): SIGNED_IN,
    ("GET", "merchant/application/"): dict.fromkeys(PEOPLE, 404) | {VISITOR: 401, MARY: "in", RITA: "in"},
    ("POST", "merchant/application/"): SIGNED_IN,
    ("GET", "merchant/products/"): ANY_STAFF,
    ("POST", "merchant/products/"): ANY_STAFF,
    ("GET", "merchant/products/<public_code:code>/"): ONLY_MARY,
    ("PUT", "merchant/products/<public_code:code>/"): ONLY_MARY,
    ("POST", "merchant/products/<public_code:code>/put-on-shelf/"): ONLY_MARY,
    ("POST", "merchant/products/<public_code:code>/take-off-shelf/"): ONLY_MARY,
    ("POST", "merchant/products/<public_code:code>/images/"): ONLY_MARY,
    # Mary's product has no such picture.
    ("DELETE", "merchant/products/<public_code:code>/images/<int:image_id>/"): ONLY_MARY | {MARY: 404},
    ("GET", "merchant/products/<public_code:code>/member-prices/"): ONLY_MARY,
    ("PUT", "merchant/products/<public_code:code>/member-prices/"): ONLY_MARY,
    ("GET", "merchant/skus/"): ANY_STAFF,
    ("POST", "merchant/skus/<public_code:code>/stock/"): ONLY_MARY,
    ("PUT", "merchant/skus/<public_code:code>/alert-threshold/"): ONLY_MARY,
    ("GET", "merchant/campaigns/"): ANY_STAFF,
    ("POST", "merchant/campaigns/"): ANY_STAFF,
    ("GET", "merchant/campaigns/<public_code:code>/"): ONLY_MARY,
    ("PUT", "merchant/campaigns/<public_code:code>/"): ONLY_MARY,
    ("POST", "merchant/campaigns/<public_code:code>/copy/"): ONLY_MARY,
    ("POST", "merchant/campaigns/<public_code:code>/submit/"): ONLY_MARY,
    ("POST", "merchant/campaigns/<public_code:code>/cancel/"): ONLY_MARY,
    ("GET", "merchant/coupons/"): ANY_STAFF,
    ("POST", "merchant/coupons/"): ANY_STAFF,
    ("GET", "merchant/coupons/<public_code:code>/"): ONLY_MARY,
    ("PUT", "merchant/coupons/<public_code:code>/"): ONLY_MARY,
    ("POST", "merchant/coupons/<public_code:code>/stop/"): ONLY_MARY,
    ("POST", "merchant/coupons/<public_code:code>/issue/"): ONLY_MARY,
    ("POST", "merchant/coupons/<public_code:code>/words/"): ONLY_MARY,
    ("POST", "merchant/coupons/<public_code:code>/batches/"): ONLY_MARY,
    ("GET", "merchant/coupons/<public_code:code>/codes/"): ONLY_MARY,
    ("GET", "merchant/numbers/"): ANY_STAFF,
    ("GET", "merchant/orders/"): ANY_STAFF,
    ("POST", "merchant/orders/ready/"): ANY_STAFF,
    ("GET", "merchant/orders/<document_number:number>/"): ONLY_MARY,
    # Alice's order is for pick-up: nobody delivers it.
    ("POST", "merchant/orders/<document_number:number>/deliver/"): ONLY_MARY | {MARY: 404},
    ("POST", "merchant/orders/<document_number:number>/recipient/"): ONLY_MARY,
    ("GET", "merchant/customers/"): ANY_STAFF,
    ("GET", "merchant/customers/<public_code:code>/"): ONLY_MARY,
    ("POST", "merchant/customers/<public_code:code>/tags/"): ONLY_MARY,
    # Mary's shop has no such word.
    ("DELETE", "merchant/customers/<public_code:code>/tags/<int:tag_id>/"): ONLY_MARY | {MARY: 404},
    ("GET", "merchant/tags/"): ANY_STAFF,
    ("GET", "merchant/payees/"): ANY_STAFF,
    ("POST", "merchant/payees/"): ANY_STAFF,
    ("DELETE", "merchant/payees/<public_code:code>/"): ONLY_MARY,
    ("GET", "merchant/withdrawals/"): ANY_STAFF,
    ("POST", "merchant/withdrawals/"): ANY_STAFF,
    ("POST", "merchant/withdrawals/<document_number:number>/cancel/"): ONLY_MARY,
    ("GET", "merchant/orders/<document_number:number>/refunds/"): ONLY_MARY,
    ("POST", "merchant/orders/<document_number:number>/refunds/"): ONLY_MARY,
    # The code is checked against the actor's own orders; an empty body is a 400 for everybody signed in.
    ("POST", "merchant/pickups/verify/"): SIGNED_IN,
    ("GET", "merchant/pickup-points/"): ANY_STAFF,
    ("POST", "merchant/pickup-points/"): ANY_STAFF,
    ("PUT", "merchant/pickup-points/<public_code:code>/"): ONLY_MARY,
    # The demo's own toys, routed in the demo only.
    ("GET", "sandbox/sms/<phone:phone>/"): dict.fromkeys(PEOPLE, 404),
    ("POST", r"sandbox/payments/(?P<number>[A-Z][0-9]+)/(?P<outcome>succeed|fail|lose|duplicate)/"): dict.fromkeys(
        PEOPLE, 404
    ),
}


def api_routes() -> list[tuple[str, Any]]:
    """Each path under /api/v1/ with its view class, as the URLconf has them."""
    found = [(path.removeprefix("api/v1/"), view) for path, view in _walk(get_resolver()) if path.startswith("api/v1/")]
    assert len(found) > 40
    return found


def _walk(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern).replace("^", "").replace("$", "")
        if isinstance(entry, URLResolver):
            yield from _walk(entry, path)
        elif isinstance(entry, URLPattern) and hasattr(entry.callback, "cls"):
            yield path, entry.callback.cls


def operations() -> set[tuple[str, str]]:
    """Every (method, path) that is offered."""
    return {
        (method.upper(), path)
        for path, view in api_routes()
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(view, method)
    }


def test_every_route_has_a_rule_and_every_rule_a_route() -> None:
    assert operations() == set(RULES)


class World:
    def __init__(self) -> None:
        merchant, rival = make_merchant("果园"), make_merchant("对面果园")
        self.people: dict[str, User | None] = {
            VISITOR: None,
            ALICE: make_user(name="Alice"),
            BOB: make_user(name="Bob"),
            MARY: owner_of(merchant),
            RITA: owner_of(rival),
            OSCAR: make_operator(),
        }
        alice = self.people[ALICE]
        assert alice is not None
        campaign, self.draft = make_open(merchant), make_draft(merchant)
        self.order = join_as(alice, campaign)
        self.numbers = {
            "payments/": self._payment(),
            "me/withdrawals/": make_withdrawal(Owner(user=alice)).number,
            "merchant/withdrawals/": make_withdrawal(Owner(merchant=merchant)).number,
        }
        coupon = make_template(merchant).code
        self.codes = {
            "coupons/": coupon,
            "merchant/coupons/": coupon,
            "campaigns/": campaign.code,
            "products/": campaign.skus.get().sku.product.code,
            "merchant/products/": self.draft.skus.get().sku.product.code,
            "merchant/skus/": self.draft.skus.get().sku.code,
            "merchant/campaigns/": self.draft.code,
            "merchant/customers/": join_and_pay(make_user(name="Carol"), campaign).buyer.code,
            "merchant/pickup-points/": self.draft.pickup_points.get().code,
            "addresses/": self._address(alice),
            "me/payees/": make_payee(Owner(user=alice), account=OTHER_CARD).code,
            "merchant/payees/": make_payee(Owner(merchant=merchant), account=OTHER_CARD).code,
        }

    def _address(self, alice: User) -> str:
        answer = Program(alice).tell(
            "addresses/", {"name": "Alice", "phone": "13811112222", "region_code": "330106", "detail": "文三路 1 号"}
        )
        code: str = answer.json()["code"]
        return code

    def _payment(self) -> str:
        return start_payment(order=self.order, gateway="scripted", now=self.order.placed_at).number

    def address_of(self, path: str) -> str:
        """The route with Alice's and Mary's things in it."""
        area = path.partition("<")[0]
        number = self.numbers.get(area, self.order.number)
        filled = path.replace("<public_code:code>", self.codes.get(area, "")).replace("<phone:phone>", "13900009999")
        filled = (
            filled.replace("<document_number:number>", number)
            .replace("<int:image_id>", "1")
            .replace("<int:tag_id>", "0")
        )
        return filled.replace("(?P<number>[A-Z][0-9]+)", "P1").replace(
            "(?P<outcome>succeed|fail|lose|duplicate)", "succeed"
        )


@pytest.mark.django_db
@pytest.mark.parametrize("who", PEOPLE)
def test_each_person_gets_in_where_the_rules_say(program: ProgramOf, gateway: object, who: str) -> None:
    world = World()
    caller = program(world.people[who])
    surprises = []
    # Reading first, so that nothing is gone before it is looked at; signing out last.
    for method, path in sorted(RULES, key=lambda route: ("logout" in route[1], route[0] != "GET", route)):
        expected = RULES[method, path][who]
        if method == "DELETE" and expected == "in":
            expected = 204
        answer = _send(caller, method, f"/api/v1/{world.address_of(path)}")
        got_in = answer.status_code not in (401, 403, 404)
        if got_in if expected == "in" else answer.status_code == expected:
            continue
        surprises.append((method, path, expected, answer.status_code, answer.content.decode()[:120]))
    assert not surprises


@pytest.mark.django_db
def test_a_refused_stranger_changed_nothing(program: ProgramOf, gateway: object) -> None:
    world = World()
    for who in (VISITOR, BOB, RITA, OSCAR):
        caller = program(world.people[who])
        for method, path in sorted(RULES):
            if RULES[method, path] in (ONLY_ALICE, ONLY_MARY):
                _send(caller, method, f"/api/v1/{world.address_of(path)}")
    world.order.refresh_from_db()
    world.draft.refresh_from_db()
    assert (world.order.status, world.draft.status) == ("pending_payment", "draft")


def _send(caller: Program, method: str, address: str) -> Any:
    headers = {"Idempotency-Key": address[-90:]}
    if method in ("GET", "DELETE"):
        return getattr(caller, method.lower())(address)
    return getattr(caller, method.lower())(address, {}, "application/json", headers=headers)

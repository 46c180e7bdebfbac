"""F5: what must always be true of money in balances, and that each statement notices when it is not."""

import datetime as dt

import pytest
from django.db import connection, transaction

from campaigns.services.leaving import withdraw
from common import invariants
from orders.services.ending import expire
from orders.services.paying import start_payment
from payments.states import RefundRoute
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_and_pay, join_as, make_open
from tests.factories.payouts import give_balance
from tests.fixtures.gateways import NAME

pytestmark = pytest.mark.django_db

SOMEBODY = "(SELECT max(id) FROM accounts_user)"
# What a bug would have to do for each statement to fail: triggers and constraints off, then this.
BROKEN = {
    "money_balance_parts_booked": [
        f"UPDATE payments_payment SET payer_id = {SOMEBODY} WHERE gateway = 'balance'",
        "UPDATE payments_payment SET status = 'closed' WHERE gateway = 'balance'",
        "UPDATE payments_payment SET amount_fen = amount_fen + 1 WHERE gateway = 'balance'",
        "DELETE FROM payments_ledgerentry WHERE side = 'D' AND account_id IN "
        "(SELECT id FROM payments_ledgeraccount WHERE kind = 'balance')",
        "UPDATE payments_ledgeraccount SET gateway = 'balance' WHERE kind = 'refund_in_flight'",
    ],
    "money_balance_refunds_arrive": [
        "UPDATE payments_refund SET status = 'requested' WHERE route = 'balance'",
        "UPDATE payments_refund SET route = 'original' WHERE route = 'balance'",
        "UPDATE payments_refund SET route = 'balance', status = 'done' WHERE route = 'original'",
        f"UPDATE payments_ledgeraccount SET user_id = {SOMEBODY} WHERE id = (SELECT max(id) FROM "
        "payments_ledgeraccount WHERE kind = 'balance')",
        "UPDATE payments_payment SET gateway = 'balance' WHERE id IN "
        "(SELECT payment_id FROM payments_refund WHERE route = 'original')",
    ],
    "money_unpaid_parts_return_whole": [
        "UPDATE payments_refund SET kind = 'unpaid' WHERE kind = 'left'",
        "UPDATE payments_refund SET kind = 'missed' WHERE kind = 'unpaid'",
        "UPDATE payments_refund SET amount_fen = amount_fen - 1 WHERE kind = 'unpaid'",
        "UPDATE payments_payment SET applied = true WHERE gateway = 'balance' AND NOT applied",
    ],
}


@pytest.fixture
def purses(scripted_gateway: object, now: dt.datetime) -> None:
    """Alice's part went back unpaid; Bob paid by balance; Carol left, to her balance, and Dan, the way he paid."""
    campaign = make_open(now=now)
    alice, bob, carol, dan = (make_user(name=name) for name in ("Alice", "Bob", "Carol", "Dan"))
    for person in (alice, bob):
        give_balance(person, 2990)
    unpaid = join_as(alice, campaign, now=now)
    start_payment(order=unpaid, gateway=NAME, balance_fen=1000, now=now)
    expire(order=unpaid, now=unpaid.pay_by)
    start_payment(order=join_as(bob, campaign, now=now), balance_fen=2990, now=now)
    for person, route in ((carol, RefundRoute.BALANCE), (dan, RefundRoute.ORIGINAL)):
        withdraw(buyer=person, order=join_and_pay(person, campaign, now=now), route=route, now=now)


def test_every_statement_about_balances_is_tried() -> None:
    declared = {invariant.name for invariant in invariants.all_invariants()}
    assert {name for name in declared if name.startswith(("money_balance", "money_unpaid"))} == set(BROKEN)


@pytest.mark.usefixtures("purses")
def test_each_statement_notices_when_it_is_broken() -> None:
    assert invariants.check_all() == []
    unseen = []
    for name, harms in BROKEN.items():
        statement = next(invariant for invariant in invariants.all_invariants() if invariant.name == name)
        for harm in harms:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET LOCAL session_replication_role = replica")
                for check in ("payment_never_over_refunded", "payment_only_captured_counts"):
                    cursor.execute(f"ALTER TABLE payments_payment DROP CONSTRAINT {check}")
                cursor.execute(harm)
                assert cursor.rowcount > 0, f"the world holds nothing to break: {harm}"
                if invariants.check(statement) is None:
                    unseen.append((name, harm))
                transaction.set_rollback(True)
    assert unseen == []

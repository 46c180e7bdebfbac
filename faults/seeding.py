"""Campaigns, people and money for the faults to hit; what is made here is as sound as what the services make."""

import datetime as dt

from django.db import connection

from accounts.models import User
from bench.cloning import clone_orders
from bench.seeding import choice_of, first_order, line_of, make_buyers, open_for_joining, schedule
from campaigns.models import Campaign
from campaigns.services.joining import join
from common.clock import database_now
from common.ids import new_public_code
from faults.stage import Stage, Town
from orders.models import Order
from orders.services.paying import start_payment
from payments.gateways.sandbox import control
from payments.models import Payment
from payments.sandbox.models import SandboxPayment
from payments.services.querying import resolve
from payments.services.starting import open_at_gateway

IDS_APART = 10_000_000
PEOPLE_APART = 100_000
# Every tenth payer's gateway tells us about the refund as well, so that answers and messages meet.
INTO_THE_BOOKS = """
INSERT INTO sandbox_payment (number, gateway_number, token, title, amount_fen, status, notify_url, return_url,
                             created_at, expires_at, paid_at)
SELECT payment.number, payment.gateway_number, md5(payment.number), payment.title, payment.amount_fen, 'paid',
       CASE WHEN payment.id %% 10 = 0 THEN %(notify_url)s ELSE '' END, '',
       payment.created_at, payment.expires_at, payment.captured_at
  FROM payments_payment payment JOIN orders_order o ON o.number = payment.subject_number
 WHERE o.source_code = %(code)s
"""


def people(town: Town, count: int) -> list[User]:
    """So many neighbours who have not bought anything yet."""
    return make_buyers(count, first=town.turn() * PEOPLE_APART)


def open_code(
    town: Town, *, thresholds: tuple[int, ...] = (10, 100, 1000), pieces: int = 50_000, opened: bool = True
) -> str:
    """The code of a new campaign, open unless it is to wait for its opening."""
    code = new_public_code()
    make = open_for_joining if opened else schedule
    make(town.shop, code=code, now=database_now(), pieces=pieces, thresholds=thresholds)
    return code


def missed_campaign(stage: Stage, *, orders: int) -> str:
    """The code of a campaign with so many paid orders, too few by half, that the gateway knows as well."""
    code = open_code(stage, thresholds=(orders * 2, orders * 3, orders * 4), pieces=orders * 4)
    order = first_order(people(stage, 1)[0], code=code, now=database_now())
    clone_orders(order, orders - 1, first_id=stage.turn() * IDS_APART)
    with connection.cursor() as cursor:
        notify_url = f"{stage.platform.address}/payments/callbacks/sandbox/"
        cursor.execute(INTO_THE_BOOKS, {"code": code, "notify_url": notify_url})
        cursor.execute("ANALYZE")
    return code


def end_now(code: str) -> None:
    """The campaign's deadline is this moment."""
    Campaign.objects.filter(code=code).update(closes_at=database_now())


def place(buyer: User, code: str, *, now: dt.datetime) -> tuple[Order, Payment]:
    """An order for one piece, and its payment, open at the gateway, which tells nobody by itself what comes of it."""
    order = join(buyer=buyer, code=code, lines=[line_of(code)], fulfilment=choice_of(code), now=now)
    payment = start_payment(order=order, gateway="sandbox", now=now)
    open_at_gateway(payment=payment, now=now)
    SandboxPayment.objects.filter(number=payment.number).update(notify_url="")
    return order, payment


def pay_untold(payment: Payment) -> None:
    """The payer pays, and nobody is told."""
    control(f"payments/{payment.number}/lose")


def buy(buyer: User, code: str, *, now: dt.datetime) -> tuple[Order, Payment]:
    """A paid order, whose payment we asked the gateway about."""
    order, payment = place(buyer, code, now=now)
    pay_untold(payment)
    payment = resolve(payment=payment, now=now, close=False)
    order.refresh_from_db()
    return order, payment

"""`python -m bench.oscar.placing [prepare]`: place orders in django-oscar, and say how many a second it was.

One order is a basket with one piece of one product, whose stock is tracked, and `OrderCreator.place_order`: no HTTP, no
session. The better of one thread and eight counts, as oscar's own work in Python is what limits it.
"""

import sys
import threading
import time
from decimal import Decimal

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from oscar.core.loading import get_class, get_model  # noqa: E402
from oscar.test import factories  # noqa: E402

Basket, Product = get_model("basket", "Basket"), get_model("catalogue", "Product")
Default = get_class("partner.strategy", "Default")

THREADS = (1, 8)
SECONDS = 2.5
PIECES = 10_000_000


def prepare() -> None:
    """Make the tables, a product with pieces enough, and somebody who buys."""
    call_command("migrate", verbosity=0)
    product = factories.create_product(title="Apples, 5 kg")
    factories.create_stockrecord(product, price=Decimal("29.90"), num_in_stock=PIECES)
    get_user_model().objects.create_user("buyer", email="buyer@example.com")


def place_until(end: float, placed: list[int]) -> None:
    """Place one order after the other."""
    product, buyer = Product.objects.get(), get_user_model().objects.get()
    while time.perf_counter() < end:
        basket = Basket.objects.create(owner=buyer, status=Basket.SAVED)
        basket.strategy = Default()
        basket.add_product(product)
        factories.create_order(basket=basket, user=buyer)
        placed.append(basket.pk)
    connection.close()


def per_second(threads: int) -> float:
    """Orders per second of so many threads."""
    placed: list[int] = []
    begun = time.perf_counter()
    workers = [threading.Thread(target=place_until, args=(begun + SECONDS, placed)) for _thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return len(placed) / (time.perf_counter() - begun)


if __name__ == "__main__":
    if sys.argv[1:] == ["prepare"]:
        prepare()
    else:
        print(max(per_second(threads) for threads in THREADS))

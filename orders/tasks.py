from celery import shared_task

from common.clock import database_now
from orders.services.completing import complete_due
from orders.services.ending import expire_due


@shared_task
def expire_orders() -> None:
    """Expire unpaid orders whose time is over."""
    expire_due(now=database_now())


@shared_task
def complete_orders() -> None:
    """Complete the orders whose after-sales window is over."""
    complete_due(now=database_now())

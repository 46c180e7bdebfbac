from celery import shared_task

from common.clock import database_now
from orders.services.ending import expire_due


@shared_task
def expire_orders() -> None:
    """Expire unpaid orders whose time is over."""
    expire_due(now=database_now())

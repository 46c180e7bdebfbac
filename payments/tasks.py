from celery import shared_task

from common.clock import database_now
from payments.services.querying import query_overdue
from payments.services.sending import send_due


@shared_task
def query_payments() -> None:
    """Ask the gateways about payments that nobody told us about."""
    query_overdue(now=database_now())


@shared_task
def send_refunds() -> None:
    """Send the refunds that are due."""
    send_due(now=database_now())

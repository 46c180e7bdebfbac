from celery import shared_task

from common.clock import database_now
from payments.services.querying import query_overdue
from payments.services.reconciling.sweeping import reconcile_due
from payments.services.sending import send_due


@shared_task
def query_payments() -> None:
    """Ask the gateways about payments that nobody told us about."""
    query_overdue(now=database_now())


@shared_task
def send_refunds() -> None:
    """Send the refunds that are due."""
    send_due(now=database_now())


@shared_task
def reconcile_bills() -> None:
    """Read the bills of days that have none yet: yesterday's from 10:30 on, and any that was missed."""
    reconcile_due(now=database_now())

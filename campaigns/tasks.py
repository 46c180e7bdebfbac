from celery import shared_task

from campaigns.services.opening import open_due
from campaigns.services.settling import settle_due
from common.clock import database_now


@shared_task
def open_due_campaigns() -> None:
    """Open the campaigns whose time has come."""
    open_due(now=database_now())


@shared_task
def settle_due_campaigns() -> None:
    """Settle the campaigns whose time is over, whatever was missed however long ago."""
    settle_due(now=database_now())

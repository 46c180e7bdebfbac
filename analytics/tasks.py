from celery import shared_task

from analytics.services import folding, visiting
from common.clock import database_now


@shared_task
def fold_facts() -> None:
    """Count again the days of which something has changed."""
    folding.fold_stale()


@shared_task
def close_days() -> None:
    """Count the days that are over as a whole, and throw away what told their visitors apart."""
    now = database_now()
    visiting.forget(now=now)
    folding.close_days(now=now)

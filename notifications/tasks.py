from celery import shared_task

from common.clock import database_now
from notifications.services import cleaning


@shared_task
def clean_up() -> None:
    """Drop texts that have been kept long enough."""
    cleaning.clean(now=database_now())

from celery import shared_task

from accounts.services import cleaning
from common.clock import database_now


@shared_task
def clean_up() -> None:
    """Drop codes and wrong passwords that have been kept long enough."""
    cleaning.clean(now=database_now())

from celery import shared_task

from common.clock import database_now
from notifications.services import cleaning
from notifications.services.sending import send_due


@shared_task
def send_dispatches() -> None:
    """Send the messages that are due to leave the house."""
    send_due(now=database_now())


@shared_task
def clean_up() -> None:
    """Drop texts and traces that have been kept long enough."""
    cleaning.clean(now=database_now())

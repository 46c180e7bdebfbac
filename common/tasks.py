from celery import shared_task

from common import events, invariants
from common.cleaning import clean
from common.clock import database_now


@shared_task
def relay_events() -> None:
    """Deliver what waits in the outbox."""
    events.drain(now=database_now())


@shared_task
def check_invariants() -> None:
    """Raise the alarm when a statement that must always be true is not."""
    invariants.watch(now=database_now())


@shared_task
def clean_up() -> None:
    """Drop what has been kept long enough."""
    clean(now=database_now())

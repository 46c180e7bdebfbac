from celery import shared_task

from common import events, invariants
from common.cleaning import clean
from common.clock import database_now

# As long as beat pauses between two: one worker at a time is busy with it, and the news of ten thousand orders that
# failed at once does not keep the others from sending their refunds.
RELAY_SECONDS = 2


@shared_task
def relay_events() -> None:
    """Deliver what waits in the outbox, as much of it as there is time for."""
    events.drain(now=database_now(), seconds=RELAY_SECONDS)


@shared_task
def check_invariants() -> None:
    """Raise the alarm when a statement that must always be true is not."""
    invariants.watch(now=database_now())


@shared_task
def clean_up() -> None:
    """Drop what has been kept long enough."""
    clean(now=database_now())

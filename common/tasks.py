from celery import shared_task

from common import events, watching
from common.cleaning import clean
from common.clock import database_now
from common.exports.writing import write_next

# As long as beat pauses between two: one worker at a time is busy with it, and the news of ten thousand orders that
# failed at once does not keep the others from sending their refunds.
RELAY_SECONDS = 2
# Of the five minutes between two walks, whatever there is to walk through.
WALK_SECONDS = 10
# A million rows take minutes; the lease is renewed meanwhile.
EXPORT_SECONDS = 1_800


@shared_task
def relay_events() -> None:
    """Deliver what waits in the outbox, as much of it as there is time for."""
    events.drain(now=database_now(), seconds=RELAY_SECONDS)


@shared_task
def check_invariants() -> None:
    """Raise the alarm when a statement that must always be true is not, of what has moved."""
    watching.watch(now=database_now())


@shared_task
def walk_invariants() -> None:
    """The same of all there is, by turns."""
    watching.walk(now=database_now(), seconds=WALK_SECONDS)


@shared_task
def clean_up() -> None:
    """Drop what has been kept long enough."""
    clean(now=database_now())


@shared_task(soft_time_limit=EXPORT_SECONDS, time_limit=EXPORT_SECONDS + 60)
def write_exports() -> None:
    """Write one export that waits, also one whose worker was killed."""
    write_next(now=database_now())

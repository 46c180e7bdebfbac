from celery import shared_task

from common.clock import database_now
from community.services.segmenting.recomputing import recompute_due


@shared_task
def recompute_segments() -> None:
    """Put every member into their segment, once a day."""
    recompute_due(now=database_now())

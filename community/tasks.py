from celery import shared_task

from common.clock import database_now
from community.services.points.expiring import expire_due
from community.services.segmenting.recomputing import recompute_due
from community.services.standings.reviewing import review_due


@shared_task
def recompute_segments() -> None:
    """Put every member into their segment, once a day."""
    recompute_due(now=database_now())


@shared_task
def expire_points() -> None:
    """Expire the points that nobody spent in time."""
    expire_due(now=database_now())


@shared_task
def review_members() -> None:
    """Count everybody's figures, once a day: raise, warn, and lower on the first of a month."""
    review_due(now=database_now())

from celery import shared_task

from common.clock import database_now
from risk.services import sightings, sweeping


@shared_task
def sweep_detectors() -> None:
    """Let the detectors look back over the last weeks."""
    sweeping.sweep(now=database_now())


@shared_task
def clean_up() -> None:
    """Forget where people were seen too long ago."""
    sightings.forget(now=database_now())

from celery import shared_task

from common.clock import database_now
from marketing.services.codes import make_waiting
from marketing.services.reminding import remind_ending


@shared_task
def make_codes() -> None:
    """Go on with the batches of codes that are not whole yet."""
    make_waiting(now=database_now())


@shared_task
def remind_ending_coupons() -> None:
    """Tell people that a coupon of theirs ends soon."""
    remind_ending(now=database_now())

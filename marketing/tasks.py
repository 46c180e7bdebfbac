from celery import shared_task

from common.clock import database_now
from marketing.services.codes import make_waiting
from marketing.services.promotions.ending import end_due
from marketing.services.reminding import remind_ending
from marketing.services.rewards.birthdays import congratulate


@shared_task
def make_codes() -> None:
    """Go on with the batches of codes that are not whole yet."""
    make_waiting(now=database_now())


@shared_task
def remind_ending_coupons() -> None:
    """Tell people that a coupon of theirs ends soon."""
    remind_ending(now=database_now())


@shared_task
def end_due_promotions() -> None:
    """End the promotions whose time is over, and bring back the gifts that are left."""
    end_due(now=database_now())


@shared_task
def congratulate_members() -> None:
    """Give the coupons of today's birthdays."""
    congratulate(now=database_now())

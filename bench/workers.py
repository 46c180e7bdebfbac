"""Work done by as many processes as Celery has workers, timed once all of them are there."""

import time
from collections.abc import Callable
from multiprocessing import get_context

import django

WORKERS = 2


def set_up() -> None:
    """What a worker needs before it can work."""
    django.setup()


def wait(seconds: float) -> None:
    """Keep one worker busy while the other starts."""
    time.sleep(seconds)


def seconds_of(work: Callable[[], int]) -> tuple[int, float]:
    """Let each worker do this; returns how much they did together, and how long the last of them took."""
    with get_context("spawn").Pool(WORKERS, initializer=set_up) as pool:
        pool.map(wait, [0.5] * WORKERS, chunksize=1)
        started = time.perf_counter()
        done = [pool.apply_async(work) for _worker in range(WORKERS)]
        return sum(each.get() for each in done), time.perf_counter() - started

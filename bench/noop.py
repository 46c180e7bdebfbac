"""Celery and nothing else: a task that only counts itself, with the product's settings and as many workers as ours."""

import os
import subprocess
import sys
import time
from functools import lru_cache

import redis
from celery import Celery

from bench.workers import WORKERS

TASKS = 4_000
# Until then the workers are starting.
WARM = 400
COUNT = "bench-noop-count"
QUEUE = "bench-noop"

# Beside the cache, which is emptied between rounds, and with it whatever a broker keeps there.
BROKER = f"{os.environ.get('REDIS_URL', '').rpartition('/')[0]}/1"

app = Celery("bench-noop", broker=BROKER)
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    task_default_queue=QUEUE,
)


@lru_cache
def valkey() -> redis.Redis:
    """This process's connection."""
    return redis.Redis.from_url(BROKER)


@app.task
def nothing() -> None:
    """The work of one of ours, without the work."""
    valkey().incr(COUNT)


def tasks_per_second() -> float:
    """How many of them two workers get through."""
    valkey().delete(COUNT, QUEUE)
    for _task in range(TASKS):
        nothing.delay()
    command = [sys.executable, "-m", "celery", "-A", "bench.noop", "worker", "-P", "prefork", "-c", str(WORKERS)]
    worker = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle", "--without-heartbeat"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(WARM)
        started, already = time.perf_counter(), _counted()
        _wait_for(TASKS)
        return (TASKS - already) / (time.perf_counter() - started)
    finally:
        worker.terminate()
        worker.wait()


def _counted() -> int:
    return int(valkey().get(COUNT) or 0)


def _wait_for(count: int) -> None:
    while _counted() < count:
        time.sleep(0.005)

"""The pytest plugin that gives a test run its own PostgreSQL and Valkey, and in CI allows no skipped test.

Django reads its settings before any conftest is loaded, so this is a plugin that pyproject.toml names. The
servers belong to the process that was started; the workers of pytest-xdist inherit their addresses.
"""

import atexit
import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from groupbuy.local.messages import compile_messages
from groupbuy.local.servers import stop_on_signals, throw_away_servers

# The database that workers copy instead of migrating their own, where the server goes with the run.
MIGRATED = "GROUPBUY_TESTS_MIGRATED"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
_until_the_end = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Settle where the servers are; a wrapper, because it must come before pytest-django reads the settings."""
    if WORKER:
        os.environ["REDIS_URL"] = _own_database(os.environ["REDIS_URL"], int(WORKER.removeprefix("gw")))
    else:
        stop_on_signals()
        # Not pytest_unconfigure, which is left out when a conftest cannot be loaded.
        atexit.register(_until_the_end.close)
        compile_messages()
        servers = _until_the_end.enter_context(throw_away_servers())
        os.environ |= servers.environment()
        if "PostgreSQL" in servers.own:
            os.environ[MIGRATED] = "groupbuy_migrated"
    return (yield)


def pytest_collection_finish() -> None:
    """Hundreds of thousands of objects stay until the end: looking through them for rubbish took an eighth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """In CI a skipped test is a failure: there everything that tests need can be had."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and not WORKER and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line("")
        reporter.write_line("Skipped tests are failures here, because CI=true.", red=True)
    return (yield)


def _own_database(redis_url: str, worker: int) -> str:
    """The URL with a database number of this worker's own: its cache, counters and queues are nobody else's."""
    parts = urlsplit(redis_url)
    return parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1 + worker}").geturl()

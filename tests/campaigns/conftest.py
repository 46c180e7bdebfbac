import datetime as dt

import pytest

NOON = dt.datetime(2090, 5, 20, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def now() -> dt.datetime:
    """Noon in Shanghai, far from any midnight, and so far off that the database's own clock finds nothing overdue."""
    return NOON

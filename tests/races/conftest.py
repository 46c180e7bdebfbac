import pytest

from accounts.models import User
from tests.races.crowd import make_crowd


@pytest.fixture
def crowd(transactional_db: None, scripted_gateway: object) -> list[User]:
    """Two hundred neighbours."""
    return make_crowd(200)

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sound(scripted_gateway: object, nothing_broken: None) -> None:
    """Whatever a test does here, every statement that must always be true is true afterwards."""

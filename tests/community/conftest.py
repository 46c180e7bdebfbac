from tests.campaigns.conftest import now

__all__ = ["now"]

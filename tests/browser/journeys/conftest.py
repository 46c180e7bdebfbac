"""The gateway of the journeys is the sandbox, a server of its own."""

from tests.fixtures.sandbox import sandbox_server

__all__ = ["sandbox_server"]

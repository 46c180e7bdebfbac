"""Reading what a gateway answered."""

from collections.abc import Callable
from typing import Any, TypeVar

from payments.errors import FactRejected, GatewayUnavailable

Read = TypeVar("Read")


def read_answer(content: dict[str, Any], read: Callable[[dict[str, Any]], Read]) -> Read:
    """What cannot be understood, or speaks of something else, is no answer. Raises GatewayUnavailable."""
    try:
        return read(content)
    except (ValueError, KeyError, TypeError, AttributeError, FactRejected) as error:
        raise GatewayUnavailable from error

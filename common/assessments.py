"""What a check of a higher app says of something that is about to happen: let it go, let a person look, or no."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise


class Verdict(StrEnum):
    ALLOW = "allow"
    FLAG = "flag"
    DENY = "deny"


@dataclass(frozen=True)
class Assessment:
    """A verdict and why. Operators read why something was flagged, its owner reads why it was denied.

    `evidence` is what a person needs to judge it: numbers and public codes, no personal data.
    """

    verdict: Verdict
    reason: str | Promise = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


ALLOWED = Assessment(Verdict.ALLOW)


def flagged(reason: str | Promise, **evidence: Any) -> Assessment:
    """Somebody should look at it."""
    return Assessment(Verdict.FLAG, reason, evidence)


def denied(reason: str | Promise, **evidence: Any) -> Assessment:
    """It must not happen at all."""
    return Assessment(Verdict.DENY, reason, evidence)

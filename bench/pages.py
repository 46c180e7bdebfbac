"""What the rows of pages share: a page of ours beside a view that answers as many bytes, behind the same middleware."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench import load
from bench.endpoints import keep
from bench.server import answer_of, plan


@dataclass(frozen=True)
class Page:
    """The requests for a page, by everybody who asks for it, and for as many bytes. `status` is what ours answers."""

    ours: Sequence[bytes]
    kept: Sequence[bytes]
    status: int = 200


def page_of(path: str, visitors: Sequence[Mapping[str, str]] = ({},)) -> Page:
    """A page as these visitors ask for it, each with headers of their own."""
    first = answer_of(path, visitors[0])
    kept = keep("page", first.content)
    return Page(
        ours=[load.get(path, headers) for headers in visitors],
        kept=[load.get(kept, headers) for headers in visitors],
        status=first.status_code,
    )


def ours(page: Page) -> float:
    return load.drive(plan().port, page.ours, expect=(page.status,), again=True).rate


def reference(page: Page) -> float:
    return load.drive(plan().port, page.kept, again=True).rate

"""The hall of forty campaigns, as a visitor sees it."""

from dataclasses import dataclass

from bench import load
from bench.endpoints import keep
from bench.row import Row
from bench.server import answer_of, plan


@dataclass(frozen=True)
class Page:
    """A page of ours, and as many bytes out of Valkey."""

    ours: bytes
    kept: bytes


def prepare() -> Page:
    content = answer_of("/campaigns/").content
    return Page(load.get("/campaigns/"), load.get(keep("hall", content)))


def ours(page: Page) -> float:
    return load.drive(plan().port, [page.ours], again=True).rate


def reference(page: Page) -> float:
    return load.drive(plan().port, [page.kept], again=True).rate


ROW = Row(
    name="hall",
    unit="pages/s ÷ as many bytes from one Valkey GET",
    bar=0.7,
    prepare=prepare,
    ours=ours,
    reference=reference,
    served=True,
)

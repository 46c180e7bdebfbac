"""The hall, as a visitor sees it."""

from bench.pages import Page, ours, page_of, reference
from bench.row import Row


def prepare() -> Page:
    return page_of("/campaigns/")


ROW = Row(
    name="hall",
    unit="pages/s ÷ as many bytes from one Valkey GET",
    bar=0.7,
    prepare=prepare,
    ours=ours,
    reference=reference,
    served=True,
)

"""The page of a campaign that many have joined, as a visitor sees it."""

from bench.pages import Page, ours, page_of, reference
from bench.row import Row
from bench.seeding import BIG


def prepare() -> Page:
    return page_of(f"/campaigns/{BIG}/")


ROW = Row(
    name="campaign-page",
    unit="pages/s ÷ as many bytes from one Valkey GET",
    bar=0.5,
    prepare=prepare,
    ours=ours,
    reference=reference,
    served=True,
)

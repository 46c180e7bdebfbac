"""The hall, as a hundred neighbours see it who are signed in."""

from bench.pages import Page, ours, page_of, reference
from bench.row import Row
from bench.seeding import buyers
from bench.signing_in import cookie_of

NEIGHBOURS = 100


def prepare() -> Page:
    return page_of("/campaigns/", [{"Cookie": cookie_of(buyer)} for buyer in buyers(NEIGHBOURS)])


ROW = Row(
    name="hall-signed-in",
    unit="pages/s ÷ as many bytes from one Valkey GET",
    bar=0.35,
    prepare=prepare,
    ours=ours,
    reference=reference,
    served=True,
)

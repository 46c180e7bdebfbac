"""What open pages ask every few seconds: has anything changed? Mostly nothing has, and then the answer is empty."""

import html
import re

from bench.pages import Page, ours, page_of, reference
from bench.row import Row
from bench.seeding import BIG
from bench.server import answer_of

POLL = re.compile(r'data-poll hx-get="([^"]+)"')


def prepare() -> Page:
    """The poll that the page of a campaign itself names."""
    page = answer_of(f"/campaigns/{BIG}/").text
    (address,) = set(POLL.findall(page))
    path = html.unescape(address)
    etag = answer_of(path).headers.get("ETag")
    return page_of(path, [{"If-None-Match": etag} if etag else {}])


ROW = Row(
    name="progress-poll",
    unit="polls/s ÷ as many bytes from one Valkey GET",
    bar=0.8,
    prepare=prepare,
    ours=ours,
    reference=reference,
    served=True,
)

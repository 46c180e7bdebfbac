"""The first view on a phone is light, and nothing jumps while its pictures come."""

import gzip
import io
import time
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, Response, Route
from pytest_django.live_server_helper import LiveServer

from campaigns.models import Campaign
from catalog.services.images import add_image
from tests.browser.conftest import PHONE
from tests.browser.looking import window
from tests.factories.accounts import make_merchant
from tests.factories.campaigns import fill, make_open, make_point

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]
MOST_BYTES, MOST_REQUESTS, MOST_SHIFT = 250_000, 15, 0.1
# What WhiteNoise stores compressed beside the file.
COMPRESSED = ("text/css", "text/javascript", "application/javascript", "image/svg+xml")
SHIFTS = """window.shift = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});"""


def photo(number: int) -> SimpleUploadedFile:
    """A picture with as much in it as a photograph of fruit: soft shapes and some grain."""
    soft = Image.effect_noise((24, 18), 90 + number).resize((1200, 900), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((1200, 900), 12)
    drawn = io.BytesIO()
    Image.merge("RGB", (soft, Image.blend(soft, grain, 0.3), grain)).save(drawn, "JPEG", quality=85)
    return SimpleUploadedFile(f"{number}.jpg", drawn.getvalue(), content_type="image/jpeg")


@pytest.fixture
def campaign() -> Campaign:
    """One of six in the hall, each with two photographs."""
    merchant = make_merchant()
    point = make_point(merchant)
    running = [make_open(merchant, points=[point], title=f"阿克苏苹果 {number} 斤") for number in range(1, 7)]
    for number, each in enumerate(running):
        for photograph in range(2):
            product = each.skus.get().sku.product
            add_image(product=product, upload=photo(number + photograph), now=timezone.now())
    fill(running[0], 2)
    return running[0]


@pytest.fixture
def cold(chromium: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A phone that was never here."""
    context = window(chromium, live_server.url, PHONE)
    yield context.new_page()
    context.close()


def weight(response: Response) -> int:
    """What travels for it in production: static files compressed as they are stored, everything else as it is."""
    body = response.body() if response.ok else b""
    kind = response.headers.get("content-type", "").split(";")[0]
    return len(gzip.compress(body)) if kind in COMPRESSED else len(body)


@pytest.mark.parametrize("path", ["/campaigns/", "/campaigns/{code}/"])
def test_the_first_view_is_light_and_stands_still(cold: Page, campaign: Campaign, path: str) -> None:
    """Under 250 kB and 15 requests with nothing cached; pictures that come late move nothing."""
    answers: list[Response] = []
    cold.on("response", lambda answer: answers.append(answer))
    cold.add_init_script(SHIFTS)

    def late(route: Route) -> None:
        time.sleep(0.1)
        route.continue_()

    cold.route("**/media/**", late)
    cold.goto(path.format(code=campaign.code), wait_until="networkidle")
    weights = {answer.url: weight(answer) for answer in answers}
    assert any("/media/" in url for url in weights)
    assert sum(weights.values()) < MOST_BYTES, weights
    assert len(weights) <= MOST_REQUESTS, list(weights)
    assert cold.evaluate("window.shift") < MOST_SHIFT

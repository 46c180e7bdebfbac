"""A merchant's day with the back office, one step a function."""

import datetime as dt

from django.utils import timezone
from playwright.sync_api import expect

from campaigns.models import Campaign
from catalog.models import Product
from orders.models import Order, PickupPoint
from tests.browser.journeys.walking import Walker
from tests.web.backoffice.sheets import typed_time


def write_a_product(walker: Walker, desk: str) -> Product:
    """B1: a name, a story in the editor, one specification with its price, cost and pieces that came in."""
    walker.go(f"{desk}products/new/")
    walker.fill("name", "阿克苏苹果")
    walker.fill("unit", "箱")
    walker.fill("sku0-specification", "5 斤装")
    walker.fill("sku0-price_fen", "39.90")
    walker.fill("sku0-cost_fen", "19.60")
    walker.fill("sku0-come_in", "60")
    walker.press(".savebar button.btn--primary")
    product = Product.objects.get(name="阿克苏苹果")
    assert walker.path == f"{desk}products/{product.code}/"
    walker.press(f"form[action$='/products/{product.code}/shelf/'] button[value=on]")
    return product


def open_a_campaign(walker: Walker, desk: str, product: Product, point: PickupPoint) -> Campaign:
    """C1 C12: five steps with the buyer's view beside them; prices in yuan and as so much off."""
    sku = product.skus.get()
    now = timezone.now()
    walker.go(f"{desk}campaigns/new/?sku={sku.code}")
    walker.fill("title", "阿克苏苹果 5 斤")
    walker.fill(f"{sku.code}-quantity", "20")
    walker.press(".savebar button.btn--primary")
    for tier, (threshold, price) in enumerate((("2", "29.90"), ("4", "-40%"))):
        walker.fill(f"threshold{tier}", threshold)
        walker.fill(f"{sku.code}-price{tier}", price)
    expect(walker.page.locator("#seen")).to_contain_text("¥23.94")
    walker.press(".savebar button.btn--primary")
    walker.fill("opens_at", typed_time(now))
    walker.fill("closes_at", typed_time(now + dt.timedelta(days=1)))
    walker.press(".savebar button.btn--primary")
    walker.tick("pickup_points", point.code)
    walker.press(".savebar button.btn--primary")
    walker.press("button[name=submit]")
    return Campaign.objects.get(title="阿克苏苹果 5 斤")


def watch(walker: Walker, desk: str, campaign: Campaign, *, pieces: int) -> None:
    """The count moves while one looks at it."""
    walker.go(f"{desk}campaigns/{campaign.code}/")
    expect(walker.page.locator("main")).to_contain_text(str(pieces))


def mark_ready(walker: Walker, desk: str, orders: list[Order]) -> None:
    """D5: all that is there, in one go."""
    walker.go(f"{desk}orders/?state=preparing")
    for order in orders:
        walker.page.locator(f"input[name=order][value='{order.number}']").check(force=True)
    walker.press(".bulk button.btn--primary[type=submit]")


def hand_over(walker: Walker, order: Order) -> None:
    """D5: eight digits, a look at who it is, and the bag changes hands."""
    order.refresh_from_db()
    walker.go("/pickups/")
    walker.fill("code", order.pickup_code)
    walker.press("main form button.btn--primary[type=submit]")
    expect(walker.page.locator("main")).to_contain_text(order.number)
    walker.press("main form button.btn--primary[type=submit]")

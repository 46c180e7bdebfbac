"""A consumer's life with the platform, one step a function."""

import re

from playwright.sync_api import expect

from orders.models import Order
from payments.models import Refund
from tests.browser.journeys.town import Town, last_code
from tests.browser.journeys.walking import Walker

PASSWORD = "melons-at-noon"


def register(walker: Walker, phone: str) -> None:
    """A1: with a phone, a code and a password; signed in at once and taken home."""
    walker.go("/register/")
    walker.fill("phone", phone)
    walker.press("main form button[name=send], main form button[formaction]")
    walker.fill("phone", phone)
    walker.fill("code", last_code(phone))
    walker.fill("name", "林晓棠")
    walker.fill("password", PASSWORD)
    walker.tick("agreed")
    walker.press("main form button.btn--primary[type=submit]")
    assert walker.path == "/"


def follow_the_link(walker: Walker, town: Town) -> None:
    """C3: a neighbour's own link leads to the campaign and says who invites."""
    walker.go(town.shared_path())
    assert walker.path == f"/campaigns/{town.campaign.code}/"
    expect(walker.page.locator("main")).to_contain_text("王**")


def find_in_the_hall(walker: Walker, town: Town) -> None:
    """C2: by its initials."""
    walker.press("nav.tabbar a[href='/campaigns/']")
    walker.page.locator("input[name=q]").fill("aks")
    walker.page.locator("input[name=q]").press("Enter")
    walker.page.wait_for_url("**q=aks**")
    walker.press(f"#hall a[href='/campaigns/{town.campaign.code}/']")
    assert walker.path == f"/campaigns/{town.campaign.code}/", walker.path


def join(walker: Walker, town: Town) -> Order:
    """C1 D1: two pieces at the price of now, picked up at the point."""
    walker.press("a[href$='/join/']")
    quantity = walker.page.locator("[name^=quantity-]")
    quantity.fill("2")
    quantity.blur()
    if not walker.has_script:
        walker.press("noscript button[name=requote]")
    walker.press("#join button.btn--primary[type=submit]")
    assert re.fullmatch(r"/orders/\w+/pay/", walker.path), walker.page.locator("main").inner_text()
    return Order.objects.get(number=walker.path.split("/")[2])


def pay(walker: Walker, order: Order) -> None:
    """F1: at the sandbox, and back to the order."""
    walker.press("#pay button.btn--primary[type=submit]", passing=True)
    walker.page.wait_for_url("**/pay/**")
    walker.page.locator("button[value=success]").click()
    walker.page.wait_for_url(f"**/orders/{order.number}/")
    walker.stumble()


def watch_the_price_fall(walker: Walker, town: Town, *, price: str) -> None:
    """C2 C15: a neighbour joins, and the page says so without being asked."""
    walker.go(f"/campaigns/{town.campaign.code}/")
    town.buy(2)
    expect(walker.page.locator("#lead-price")).to_contain_text(price)


def see_the_refund(walker: Walker, order: Order, *, amount: str) -> None:
    """D2: settled, the difference on its way and then there."""
    walker.go(f"/orders/{order.number}/")
    expect(walker.page.locator("main")).to_contain_text(amount)


def see_the_code(walker: Walker, order: Order) -> None:
    """D5: eight digits in two groups, to show at the point."""
    order.refresh_from_db()
    walker.go(f"/orders/{order.number}/")
    expect(walker.page.locator(".pickup")).to_contain_text(order.pickup_code[:4])
    expect(walker.page.locator(".pickup")).to_contain_text(order.pickup_code[4:])


def review(walker: Walker, order: Order, *, text: str) -> None:
    """B7: five stars and a sentence, seen by everybody afterwards."""
    walker.go(f"/orders/{order.number}/")
    walker.press(f"a[href='/orders/{order.number}/review/']")
    walker.tick("stars", "5")
    walker.fill("text", text)
    walker.press("main form button.btn--primary[type=submit]")


def refunded(order: Order) -> list[tuple[int, str]]:
    """What went back of an order, in fen, and how far it is."""
    return list(
        Refund.objects.filter(payment__subject_number=order.number).order_by("pk").values_list("amount_fen", "status")
    )

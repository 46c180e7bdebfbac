"""Paying an order, and coming back."""

import datetime as dt

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.models import Order
from orders.states import OrderStatus
from payments.models import Payment
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_and_pay, join_as, make_open
from tests.fixtures.gateways import NAME, ScriptedGateway, pay_at_gateway
from tests.web.storefront.pages import browser_of, says, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]


@pytest.fixture
def order() -> Order:
    return join_as(make_user(), make_open(), 2)


def url(order: Order, page: str = "pay") -> str:
    return f"/orders/{order.number}/{page}/"


def test_alice_chooses_how_to_pay_and_is_handed_over(order: Order) -> None:
    """F1: the amount and the deadline first, then the gateway's own page."""
    browser = browser_of(order.buyer)
    page = browser.get(url(order))
    assert "去付款 ¥59.80" in says(page)
    assert "模拟支付" in says(page)
    answer = browser.post(url(order), {"gateway": NAME}, follow=True)
    payment = Payment.objects.get(subject_number=order.number)
    assert f"https://gateway.test/{payment.number}" in text_of(answer)
    assert answer.redirect_chain == [(f"{url(order)}{payment.number}/", 302)]


def test_pressing_twice_starts_one_payment(order: Order) -> None:
    browser = browser_of(order.buyer)
    browser.post(url(order), {"gateway": NAME})
    browser.post(url(order), {"gateway": NAME})
    assert Payment.objects.filter(subject_number=order.number).count() == 1


def test_another_gateway_closes_the_payment_begun_before(order: Order, settings: Settings) -> None:
    settings.PAYMENT_GATEWAYS = settings.PAYMENT_GATEWAYS | {"other": settings.PAYMENT_GATEWAYS[NAME]}
    browser = browser_of(order.buyer)
    browser.post(url(order), {"gateway": NAME})
    assert browser.post(url(order), {"gateway": "other"}).status_code == 302
    states = dict(Payment.objects.filter(subject_number=order.number).values_list("gateway", "status"))
    assert states == {NAME: "closed", "other": "pending"}


def test_a_gateway_that_is_not_offered_is_refused(order: Order) -> None:
    answer = browser_of(order.buyer).post(url(order), {"gateway": "mattress"})
    assert answer.status_code >= 400
    assert not Payment.objects.exists()


def test_a_silent_gateway_is_said_and_nothing_is_charged(order: Order, scripted_gateway: type[ScriptedGateway]) -> None:
    scripted_gateway.silent = True
    answer = browser_of(order.buyer).post(url(order), {"gateway": NAME})
    assert answer.status_code == 503
    assert "去付款 ¥59.80" in says(answer)


def test_coming_back_asks_the_gateway_when_its_message_got_lost(order: Order) -> None:
    """The result comes by message or by asking; the page waits for either."""
    browser = browser_of(order.buyer)
    browser.post(url(order), {"gateway": NAME})
    waiting = browser.get(url(order, "paid"))
    assert "正在等支付结果，一般几秒钟" in says(waiting)
    assert browser.get(url(order, "paid"), headers={"HX-Request": "true"}).status_code == 204

    payment = Payment.objects.get(subject_number=order.number)
    pay_at_gateway(payment, at=timezone.now())
    Payment.objects.update(queried_at=timezone.now() - dt.timedelta(seconds=9))
    answer = browser.get(url(order, "paid"), headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == f"/orders/{order.number}/"
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


def test_while_the_gateway_is_silent_alice_is_asked_not_to_pay_twice(
    order: Order, scripted_gateway: type[ScriptedGateway]
) -> None:
    browser = browser_of(order.buyer)
    browser.post(url(order), {"gateway": NAME})
    scripted_gateway.silent = True
    assert "我们在查。请不要重复付款" in says(browser.get(url(order, "paid")))


def test_the_button_to_ask_again_comes_after_a_minute_of_waiting(order: Order) -> None:
    """The page asks by itself meanwhile: a script every two seconds, a browser without one by loading anew."""
    browser = browser_of(order.buyer)
    browser.post(url(order), {"gateway": NAME})
    page = text_of(browser.get(url(order, "paid")))
    assert 'hx-trigger="every 2s"' in page
    assert 'data-give-up="60"' in page
    assert f'href="{url(order, "paid")}" hidden data-late' in page
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in page


def test_back_and_paying_again_hands_over_to_the_same_payment(order: Order) -> None:
    """F1: the way back from the gateway and another press start nothing new; after paying there is nothing to pay."""
    browser = browser_of(order.buyer)
    first = browser.post(url(order), {"gateway": NAME})["Location"]
    browser.get(url(order))
    assert browser.post(url(order), {"gateway": NAME})["Location"] == first
    pay_at_gateway(Payment.objects.get(), at=timezone.now())
    browser.get(url(order, "paid"))
    assert browser.post(url(order), {"gateway": NAME})["Location"] == f"/orders/{order.number}/"
    assert Payment.objects.count() == 1


def test_a_paid_order_has_nothing_to_pay() -> None:
    alice = make_user()
    order = join_and_pay(alice, make_open())
    assert browser_of(alice).get(url(order))["Location"] == f"/orders/{order.number}/"
    assert browser_of(alice).get(url(order, "paid"))["Location"] == f"/orders/{order.number}/"


@pytest.mark.parametrize("page", ["pay", "paid", "leave"])
def test_an_order_of_somebody_else_is_not_there(order: Order, page: str) -> None:
    """A5: strangers cannot tell that it exists."""
    bob = browser_of(make_user(name="Bob"))
    assert bob.get(url(order, page)).status_code == 404
    assert bob.post(url(order, page), {"gateway": NAME}).status_code == 404
    assert not Payment.objects.exists()
    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING_PAYMENT


def test_a_payment_of_another_order_is_not_handed_over(order: Order) -> None:
    browser_of(order.buyer).post(url(order), {"gateway": NAME})
    payment = Payment.objects.get(subject_number=order.number)
    bob = make_user(name="Bob")
    bobs = join_as(bob, make_open())
    assert browser_of(bob).get(f"{url(bobs)}{payment.number}/").status_code == 404

"""F5: paying with the balance, choosing where refunds go, and reading how a balance came about."""

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from orders.models import Order
from orders.services.ending import expire
from orders.services.paying import start_payment
from orders.states import OrderStatus
from payments.models import Payment, Refund
from payments.selectors.balance import balance_of
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import join_and_pay, join_as, make_open, make_point
from tests.factories.payouts import give_balance
from tests.fixtures.gateways import NAME, ScriptedGateway, capture
from tests.web.storefront.pages import browser_of, next_of, queries_of, says, text_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway", "nothing_broken"),
]


@pytest.fixture
def campaign() -> Campaign:
    return make_open()


@pytest.fixture
def order(campaign: Campaign) -> Order:
    """Alice's two boxes for ¥59.80; she has a balance of ¥12.00."""
    order = join_as(make_user(name="Alice"), campaign, 2)
    give_balance(order.buyer, 1200)
    return order


@pytest.fixture
def alice(order: Order) -> Client:
    return browser_of(order.buyer)


def url(order: Order, page: str = "") -> str:
    return f"/orders/{order.number}/{page}"


def test_alice_pays_a_part_with_her_balance(alice: Client, order: Order) -> None:
    """F5: what it takes off and what remains are on the page; afterwards the order says how it was paid."""
    page = alice.get(url(order, "pay/"))
    assert "用余额抵扣 ¥12.00 余额 ¥12.00，还要付 ¥47.80" in says(page)
    assert 'name="balance" value="1200"' in text_of(page)
    answer = alice.post(url(order, "pay/"), {"gateway": NAME, "balance": "1200"}, follow=True)
    payment = Payment.objects.get(gateway=NAME)
    assert answer.redirect_chain == [(f"{url(order, 'pay/')}{payment.number}/", 302)]
    assert "去付款 ¥47.80" in says(answer)
    assert "余额已抵扣 ¥12.00，没付清会退回余额" in says(alice.get(url(order)))
    assert 'value="1200" checked' in text_of(alice.get(url(order, "pay/")))
    assert "¥47.80，付过就不会丢" in says(alice.get(url(order, "paid/")))

    capture(payment, at=timezone.now())
    assert f"{NAME} ¥47.80 + 余额 ¥12.00" in says(alice.get(url(order)))


def test_a_balance_that_is_enough_needs_no_gateway(alice: Client, order: Order) -> None:
    give_balance(order.buyer, 5000)
    ScriptedGateway.silent = True
    page = alice.get(url(order, "pay/"))
    assert "用余额抵扣 ¥59.80 余额 ¥62.00，不用再付" in says(page)
    assert "用余额付 ¥59.80" in says(page)
    answer = alice.post(url(order, "pay/"), {"gateway": NAME, "balance": "5980"}, follow=True)
    assert answer.redirect_chain[-1][0] == url(order)
    assert "已付 ¥ 59 .80 余额，" in says(answer)
    assert balance_of(order.buyer) == 220


def test_without_a_balance_nothing_is_offered(campaign: Campaign) -> None:
    order = join_as(make_user(name="Bob"), campaign)
    page = text_of(browser_of(order.buyer).get(url(order, "pay/")))
    assert 'name="balance"' not in page
    assert "pay__rest" not in page


def test_alice_changes_her_mind_and_pays_otherwise(alice: Client, order: Order) -> None:
    """Back from the gateway's page she takes the tick away: her ¥12.00 are hers again."""
    alice.post(url(order, "pay/"), {"gateway": NAME, "balance": "1200"})
    assert alice.post(url(order, "pay/"), {"gateway": NAME}).status_code == 302
    assert Payment.objects.get(status="pending").amount_fen == 5980
    assert balance_of(order.buyer) == 1200


@pytest.mark.parametrize(("said", "status"), [("1201", 409), ("5981", 400), ("-1", 400), ("12.00", 400), ("二", 400)])
def test_what_the_page_did_not_offer_is_refused(alice: Client, order: Order, said: str, status: int) -> None:
    answer = alice.post(url(order, "pay/"), {"gateway": NAME, "balance": said})
    assert answer.status_code == status
    assert not Payment.objects.exists()
    assert balance_of(order.buyer) == 1200


def test_a_silent_gateway_keeps_the_part_until_the_order_ends(alice: Client, order: Order) -> None:
    ScriptedGateway.silent = True
    assert alice.post(url(order, "pay/"), {"gateway": NAME, "balance": "1200"}).status_code == 503
    assert "余额抵扣的 ¥12.00 马上退回余额" in says(alice.get(url(order, "leave/")))
    ScriptedGateway.silent = False
    alice.post(url(order, "leave/"))
    assert balance_of(order.buyer) == 1200
    assert "实际花费" not in says(alice.get(url(order)))


def paid(order: Order) -> Order:
    """Paid with ¥12.00 of the balance."""
    now = timezone.now()
    capture(start_payment(order=order, gateway=NAME, balance_fen=1200, now=now), at=now)
    return order


def test_leaving_asks_where_the_money_goes(alice: Client, order: Order) -> None:
    """F5: the way she paid unless she says otherwise; the page defaults to her standing choice."""
    page = alice.get(url(paid(order), "leave/"))
    assert f"原路退回 退到{NAME}，最晚 24 小时到账；余额付的 ¥12.00 马上退回余额" in says(page)
    assert 'value="original" checked' in text_of(page)
    alice.post("/me/wallet/refunds/", {"route": "balance"})
    assert 'value="balance" checked' in text_of(alice.get(url(order, "leave/")))

    alice.post(url(order, "leave/"), {"route": "original"})

    routes = Refund.objects.order_by("pk").values_list("amount_fen", "route")
    assert list(routes) == [(4780, "original"), (1200, "balance")]
    assert balance_of(order.buyer) == 1200


def test_leaving_to_the_balance_pays_back_at_once(alice: Client, order: Order) -> None:
    alice.post(url(paid(order), "leave/"), {"route": "balance"})
    assert balance_of(order.buyer) == 5980
    page = says(alice.get(url(order)))
    assert "退出退款 ¥47.80 已退回余额" in page
    assert "¥59.80 全部退回" in page
    assert ScriptedGateway.refunded == {}


def test_what_the_balance_paid_alone_goes_back_there_without_a_question(alice: Client, order: Order) -> None:
    give_balance(order.buyer, 5000)
    alice.post(url(order, "pay/"), {"balance": "5980"})
    page = alice.get(url(order, "leave/"))
    assert 'name="route"' not in text_of(page)
    assert "退到余额，立刻到账" in says(page)
    alice.post(url(order, "leave/"))
    assert balance_of(order.buyer) == 6200


def test_a_wallet_without_a_past_says_so() -> None:
    bob = browser_of(make_user(name="Bob"))
    page = bob.get("/me/wallet/")
    assert "¥ 0 .00" in says(page)
    assert "余额还没有变动" in says(page)
    assert "余额 ¥0.00" in says(bob.get("/me/"))


def test_every_movement_is_told_in_words_with_its_order(alice: Client, order: Order) -> None:
    """F5: out with the payment, back when it expired, newest first; and nobody else's."""
    alice.post(url(order, "pay/"), {"gateway": NAME, "balance": "1000"})
    expire(order=order, now=order.pay_by)
    bobs = join_and_pay(make_user(name="Bob"), order.campaign_order.campaign)
    give_balance(bobs.buyer, 777)
    page = says(alice.get("/me/wallet/"))
    assert order.number in page
    back, out, came = (page.index(word) for word in ("未付清退回", "付款 红富士苹果", "转入"))
    assert back < out < came
    assert "+¥10.00" in page
    assert "−¥10.00" in page
    assert "7.77" not in page


def test_many_movements_come_page_by_page_in_as_many_queries(alice: Client, order: Order) -> None:
    few = queries_of(alice, "/me/wallet/")
    for _more in range(30):
        give_balance(order.buyer, 1)
    assert queries_of(alice, "/me/wallet/") <= few
    first = text_of(alice.get("/me/wallet/"))
    assert "+¥12.00" not in first
    assert "+¥12.00" in says(alice.get(f"/me/wallet/{next_of(first)}"))


def test_the_wallet_leads_to_withdrawing_and_leaders_to_what_they_earn(alice: Client) -> None:
    leader = make_user(name="Leo")
    make_point(make_merchant(), leader=leader)
    page = text_of(alice.get("/me/wallet/"))
    assert ("/me/wallet/withdraw/" in page, "/me/commission/" in page) == (True, False)
    assert "/me/commission/" in text_of(browser_of(leader).get("/me/wallet/"))


def test_the_choice_is_kept_and_changed_by_its_owner_only(alice: Client, order: Order) -> None:
    assert browser_of().post("/me/wallet/refunds/", {"route": "balance"}).status_code == 302
    assert alice.get("/me/wallet/refunds/").status_code == 405
    for route, kept in (("balance", True), ("original", False)):
        assert alice.post("/me/wallet/refunds/", {"route": route}).status_code == 302
        order.buyer.refresh_from_db()
        assert order.buyer.refund_to_balance is kept


def test_strangers_cannot_spend_or_see_it(order: Order) -> None:
    """A5: Bob's browser finds no order to pay, and his wallet is his own."""
    bob = browser_of(make_user(name="Bob"))
    assert bob.post(url(order, "pay/"), {"gateway": NAME, "balance": "1200"}).status_code == 404
    assert bob.post(url(order, "leave/"), {"route": "balance"}).status_code == 404
    assert "12.00" not in says(bob.get("/me/wallet/"))
    assert browser_of().get("/me/wallet/").status_code == 302
    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING_PAYMENT

"""D5, A5 and what finance reads: orders from "to prepare" to the buyer, and the refunds of them."""

import pytest
from django.utils import timezone

from accounts.models import Merchant
from accounts.services.addresses import add_address
from campaigns.models import Campaign
from campaigns.services.joining import join
from campaigns.services.settling import settle
from orders.models import Order
from orders.quotes import FulfilmentChoice
from orders.services.fulfilment import mark_ready
from payments.models import Refund
from tests.factories.accounts import make_merchant, make_staff, make_user, owner_of
from tests.factories.campaigns import HOUR, fill, lines_of, make_open, pay
from tests.web.backoffice.desks import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发")


@pytest.fixture
def desk(merchant: Merchant) -> Desk:
    return Desk(make_staff(merchant, "warehouse"), merchant)


def succeeded(merchant: Merchant, people: int = 3) -> list[Order]:
    """Orders to prepare; three people pay ¥29.90 each, five the second step."""
    campaign = make_open(merchant, now=timezone.now() - 30 * HOUR)
    orders = fill(campaign, people, now=timezone.now() - 28 * HOUR)
    settle(campaign_id=campaign.pk, now=timezone.now())
    for order in orders:
        order.refresh_from_db()
    return orders


def states() -> list[str]:
    return list(Order.objects.order_by("pk").values_list("status", flat=True))


class TestMarkingReady:
    """D5."""

    def test_the_ticked_ones_get_their_codes_and_the_others_wait(self, desk: Desk, merchant: Merchant) -> None:
        first, second, _third = succeeded(merchant)
        desk.post("orders/ready/", order=[first.number, second.number])

        assert states() == ["ready", "ready", "preparing"]
        assert "2 单已备好，已通知买家" in desk.read("orders/")

    def test_nothing_ticked_changes_nothing(self, desk: Desk, merchant: Merchant) -> None:
        succeeded(merchant)
        desk.post("orders/ready/")
        assert "先勾选要备好的订单" in desk.read("orders/")
        assert states() == ["preparing"] * 3

    def test_pressed_twice_codes_stay_and_nobody_is_confused(self, desk: Desk, merchant: Merchant) -> None:
        order = succeeded(merchant)[0]
        typed = {"order": [order.number], "idempotency_key": "once"}
        desk.post("orders/ready/", fields=typed)
        code = Order.objects.get(pk=order.pk).pickup_code

        desk.post("orders/ready/", fields=typed)

        assert Order.objects.get(pk=order.pk).pickup_code == code
        page = desk.read("orders/")
        assert "1 单已备好" in page
        assert "什么都没有改动" not in page

    def test_an_order_of_another_merchant_is_passed_over(self, desk: Desk) -> None:
        theirs = succeeded(make_merchant("隔壁果园"))[0]
        desk.post("orders/ready/", order=[theirs.number])
        assert states() == ["preparing"] * 3
        assert "什么都没有改动" in desk.read("orders/")

    @pytest.mark.parametrize("number", ["a/b", "GB000"])
    def test_a_number_that_is_none_is_not_there(self, desk: Desk, number: str) -> None:
        assert desk.post("orders/ready/", order=[number], alone="1").status_code == 404

    def test_all_of_them_after_reading_how_many(self, desk: Desk, merchant: Merchant) -> None:
        orders = succeeded(merchant)
        page = desk.read("orders/ready-all/?state=preparing")
        assert "共 3 单、3 件，3 位买家会马上收到到货消息和取货码" in page
        assert states() == ["preparing"] * 3

        desk.post("orders/ready-all/", order=[order.number for order in orders])
        assert states() == ["ready"] * 3
        assert "现在没有待备货的订单" in desk.read("orders/ready-all/")

    def test_support_reads_and_marks_nothing(self, merchant: Merchant) -> None:
        """A5."""
        order = succeeded(merchant)[0]
        support = Desk(make_staff(merchant, "support"), merchant)

        assert 'name="order"' not in support.read("orders/")
        assert order.number in support.read(f"orders/{order.number}/")
        assert support.post("orders/ready/", order=[order.number]).status_code == 403
        assert states() == ["preparing"] * 3


class TestFinding:
    def test_by_number_and_by_the_tail_of_a_phone(self, desk: Desk, merchant: Merchant) -> None:
        first, second, third = succeeded(merchant)
        mark_ready(merchant=merchant, numbers=[third.number], actor_id=desk.person.pk, now=timezone.now())

        by_number = desk.read("orders/", q=first.number)
        assert first.number in by_number
        assert second.number not in by_number
        by_tail = desk.read("orders/", q=third.buyer.phone_tail)
        assert third.number in by_tail, "a search looks everywhere, not only at what is to prepare"
        assert first.number not in by_tail
        assert "没有找到这样的订单" in desk.read("orders/", q="00000000000")

    def test_by_what_they_wait_for(self, desk: Desk, merchant: Merchant) -> None:
        first, second, _third = succeeded(merchant)
        mark_ready(merchant=merchant, numbers=[first.number], actor_id=desk.person.pk, now=timezone.now())

        assert first.number not in desk.read("orders/")
        assert second.number in desk.read("orders/")
        assert first.number in desk.read("orders/", state="ready")
        assert "这里没有订单" in desk.read("orders/", state="ended")

    def test_of_one_campaign(self, desk: Desk, merchant: Merchant) -> None:
        first = succeeded(merchant)[0]
        other = succeeded(merchant)[0]
        page = desk.read("orders/", campaign=first.source_code)
        assert first.number in page
        assert other.number not in page


class TestOneOrder:
    def test_its_story_its_money_and_a_masked_phone(self, merchant: Merchant) -> None:
        """A7: nobody at the desk sees a whole number; the difference of the second step stands with its sum."""
        desk = Desk(owner_of(merchant), merchant)
        order = succeeded(merchant, people=5)[0]

        page = desk.read(f"orders/{order.number}/")

        assert order.buyer.phone not in page
        assert f"138****{order.buyer.phone_tail}" in page
        assert "成团了，备货" in page
        assert page.index("成团了，备货") < page.index("下单，等付款"), "newest first"
        assert "差价退款" in page
        assert "−¥3.00" in page

    def test_no_page_shows_a_whole_phone_number(self, merchant: Merchant) -> None:
        """A7."""
        desk = Desk(owner_of(merchant), merchant)
        orders = succeeded(merchant)
        campaign = Campaign.objects.get(code=orders[0].source_code)
        paths = ["", "orders/", f"campaigns/{campaign.code}/", "staff/", "points/", "refunds/"]
        shown = "".join(desk.read(path) for path in paths)
        assert [order.buyer.phone for order in orders if order.buyer.phone in shown] == []

    def test_delivered_to_the_door_once(self, desk: Desk, merchant: Merchant) -> None:
        order = delivery(merchant)
        mark_ready(merchant=merchant, numbers=[order.number], actor_id=desk.person.pk, now=timezone.now())
        page = desk.read(f"orders/{order.number}/")
        assert "待送达" in page
        assert "2 栋 501" in page

        typed = {"idempotency_key": "once"}
        answers = [desk.post(f"orders/{order.number}/deliver/", fields=typed) for _click in range(2)]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert states() == ["received"]
        assert "已送达" in desk.read(f"orders/{order.number}/")

    def test_what_is_fetched_at_a_point_is_not_delivered(self, desk: Desk, merchant: Merchant) -> None:
        order = succeeded(merchant)[0]
        desk.post(f"orders/{order.number}/deliver/")
        assert states() == ["preparing"] * 3
        assert "没有这个订单" in desk.read(f"orders/{order.number}/")


def test_finance_reads_the_refunds(merchant: Merchant) -> None:
    """A5: by state, with their sum; and opens no door that moves anything."""
    finance = Desk(make_staff(merchant, "finance"), merchant)
    succeeded(merchant, people=5)
    Refund.objects.filter(pk=Refund.objects.order_by("pk")[0].pk).update(status="abnormal")

    page = finance.read("refunds/")
    assert "5 笔，共 ¥15.00" in page
    abnormal = finance.read("refunds/", state="abnormal")
    assert abnormal.count("差价退款") == 1
    assert finance.get("stock/").status_code == 403


def test_refunds_of_another_merchant_are_not_listed(merchant: Merchant) -> None:
    succeeded(make_merchant("隔壁果园"), people=5)
    page = Desk(owner_of(merchant), merchant).read("refunds/")
    assert "没有退款" in page


def delivery(merchant: Merchant) -> Order:
    """An order to bring to a door, to prepare."""
    campaign = make_open(
        merchant, now=timezone.now() - 30 * HOUR, delivers=True, thresholds=(1, 2), prices_fen=(2990, 2690), minimum=1
    )
    buyer, then = make_user(name="林小雨"), timezone.now() - 28 * HOUR
    address = add_address(
        user=buyer, name="林小雨", phone=buyer.phone, region_code="360702", detail="锦绣花园 2 栋 501"
    )
    order = join(
        buyer=buyer,
        code=campaign.code,
        lines=lines_of(campaign, 1),
        fulfilment=FulfilmentChoice(address=address.code),
        now=then,
    )
    pay(order, at=then)
    settle(campaign_id=campaign.pk, now=timezone.now())
    return order


def test_a_refused_repeat_with_other_orders_changes_nothing(desk: Desk, merchant: Merchant) -> None:
    """The key of a form belongs to what it was sent with."""
    first, second, _third = succeeded(merchant)
    desk.post("orders/ready/", fields={"order": [first.number], "idempotency_key": "once"})
    other = desk.post("orders/ready/", fields={"order": [second.number], "idempotency_key": "once"})
    assert other.status_code == 422
    assert "这张表提交过一次，内容又改了" in words(other)
    assert states() == ["ready", "preparing", "preparing"]

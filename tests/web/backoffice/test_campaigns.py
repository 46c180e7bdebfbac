"""C1, C6, C12, C14: campaigns as a merchant writes, previews, hands in, copies and cancels them."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Merchant
from accounts.services.merchants import set_trusted
from campaigns.models import Campaign, TierPrice
from campaigns.services.drafting import plan_of
from campaigns.services.reviewing import send_back
from campaigns.services.settling import settle
from campaigns.states import CampaignStatus
from catalog.models import Sku
from orders.models import Order, PickupPoint
from payments.models import Refund
from tests.factories.accounts import make_merchant, make_operator, make_user, owner_of
from tests.factories.campaigns import HOUR, fill, join_and_pay, join_as, make_draft, make_open, make_point
from tests.factories.catalog import make_product, make_sku
from tests.web.backoffice.desks import FIELD_ERROR, Desk, words
from tests.web.backoffice.sheets import campaign_form
from web.backoffice.campaigns.reading import figures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发")


@pytest.fixture
def desk(merchant: Merchant) -> Desk:
    return Desk(owner_of(merchant), merchant)


@pytest.fixture
def point(merchant: Merchant) -> PickupPoint:
    return make_point(merchant)


@pytest.fixture
def skus(merchant: Merchant) -> list[Sku]:
    return list(make_product(merchant, specifications=("5 斤装", "10 斤装")).skus.order_by("position"))


class TestWriting:
    """C1."""

    def test_everything_that_is_typed_is_kept(self, desk: Desk, skus: list[Sku], point: PickupPoint) -> None:
        now = timezone.now().replace(second=0, microsecond=0)
        until = now + dt.timedelta(hours=5)
        typed = campaign_form(
            skus,
            point,
            now=now,
            threshold2="10",
            minimum="4",
            limit_per_person="3",
            max_participants="30",
            payment_minutes="20",
            early_bird_orders="5",
            early_bird_until=timezone.localtime(until).strftime("%Y-%m-%dT%H:%M"),
            when_missed="extend",
            extend_hours="24",
            delivers="on",
            freight_fen="6",
            free_freight_from_fen="59.9",
            fulfilment_note="成团后第二天到",
            leaving_allowed=None,
        ) | {
            "offer0-price2": "23.9",
            "offer1-price2": "22.9",
            "offer0-early_bird_price_fen": "25",
            "offer1-early_bird_price_fen": "24.5",
        }

        desk.post("campaigns/new/", fields=typed)

        plan = plan_of(Campaign.objects.get())
        assert plan.thresholds == [3, 5, 10]
        assert [(sku.sku, sku.quantity, list(sku.prices_fen), sku.early_bird_price_fen) for sku in plan.skus] == [
            (skus[0].code, 20, [2990, 2690, 2390], 2500),
            (skus[1].code, 20, [2990, 2690, 2290], 2450),
        ]
        assert (plan.opens_at, plan.closes_at, plan.early_bird_until) == (now, now + 24 * HOUR, until)
        assert (plan.minimum, plan.limit_per_person, plan.max_participants, plan.payment_minutes) == (4, 3, 30, 20)
        assert (plan.when_missed, plan.extend_hours, plan.early_bird_orders) == ("extend", 24, 5)
        assert (plan.delivers, plan.freight_fen, plan.free_freight_from_fen) == (True, 600, 5990)
        assert (plan.leaving_allowed, plan.settle_when_full, plan.pickup_points) == (False, True, [point.code])

    def test_prices_may_be_typed_as_a_part_of_the_list_price(
        self, desk: Desk, skus: list[Sku], point: PickupPoint
    ) -> None:
        """C1: 9 折 and -10 % of ¥39.90 are ¥35.91, 8.5 折 is ¥33.92 by half up."""
        typed = {"offer0-price0": "9 折", "offer0-price1": "8.5折", "offer1-price0": "-10%", "offer1-price1": "¥30"}
        desk.post("campaigns/new/", fields=campaign_form(skus, point) | typed)
        plan = plan_of(Campaign.objects.get())
        assert [list(sku.prices_fen) for sku in plan.skus] == [[3591, 3392], [3591, 3000]]

    def test_what_was_saved_stands_in_the_form_again(self, desk: Desk, skus: list[Sku], point: PickupPoint) -> None:
        desk.post("campaigns/new/", fields=campaign_form(skus, point, freight_fen="6.5"))
        draft = Campaign.objects.get()

        page = desk.read(f"campaigns/{draft.code}/edit/")
        assert 'name="offer0-price0" value="29.90"' in page
        assert 'name="freight_fen" value="6.50"' in page
        assert f'value="{point.code}" checked' in page
        assert "卖到几件会怎样" in page, "a draft shows its preview at once"

        desk.post(f"campaigns/{draft.code}/edit/", fields=campaign_form(skus[:1], point, title="只卖 5 斤装"))
        draft.refresh_from_db()
        assert (draft.title, draft.skus.count(), Campaign.objects.count()) == ("只卖 5 斤装", 1, 1)
        assert TierPrice.objects.count() == 2

    def test_an_empty_minimum_is_the_lowest_threshold_and_hours_without_extension_are_forgotten(
        self, desk: Desk, skus: list[Sku], point: PickupPoint
    ) -> None:
        desk.post("campaigns/new/", fields=campaign_form(skus, point, minimum="", extend_hours="24"))
        draft = Campaign.objects.get()
        assert (draft.minimum, draft.extend_hours) == (3, None)

    def test_who_has_chosen_nothing_chooses_first(self, desk: Desk, skus: list[Sku]) -> None:
        assert desk.get("campaigns/new/").headers["Location"] == desk.url("campaigns/choose/")
        assert skus[0].code in desk.read("campaigns/choose/", q="苹果")
        assert "没有可以卖的商品" in desk.read("campaigns/choose/", q="车厘子")
        assert f'value="{skus[0].code}"' in desk.read(f"campaigns/new/?sku={skus[0].code}")

    def test_the_sku_of_another_merchant_is_not_offered(self, desk: Desk, skus: list[Sku]) -> None:
        theirs = make_sku(make_merchant("隔壁果园"))
        page = desk.read(f"campaigns/new/?sku={skus[0].code}&sku={theirs.code}")
        assert theirs.code not in page

    def test_the_sku_of_another_merchant_is_not_taken(self, desk: Desk, point: PickupPoint) -> None:
        theirs = make_sku(make_merchant("隔壁果园"))
        page = words(desk.post("campaigns/new/", fields=campaign_form([theirs], point)))
        assert "至少选一个商品" in page
        assert not Campaign.objects.exists()

    def test_a_form_sent_twice_writes_one_draft(self, desk: Desk, skus: list[Sku], point: PickupPoint) -> None:
        typed = campaign_form(skus, point, idempotency_key="once")
        first, again = (desk.post("campaigns/new/", fields=typed) for _click in range(2))
        assert first.headers["Location"] == again.headers["Location"]
        assert Campaign.objects.count() == 1


@pytest.mark.parametrize(
    ("cell", "typed", "said"),
    [
        ({"title": ""}, "title", "写一个标题"),
        ({"offer0-price1": "29.90"}, "offer0-price1", "要比上一档 ¥29.90 低"),
        ({"offer1-price1": "abc"}, "offer1-price1", "金额要写成数字，最多两位小数，比如 29.90"),
        ({"offer1-price1": ""}, "offer1-price1", "每档都要写一个价"),
        ({"offer0-price0": "40"}, "offer0-price0", "第一档不能高于单买价 ¥39.90"),
        ({"offer0-price2": "20"}, "threshold2", "写满多少才是这个价"),
        ({"threshold1": "3"}, "threshold1", "后一档的数量要比前一档多"),
        ({"threshold1": "", "offer0-price1": "", "offer1-price1": ""}, "threshold1", "阶梯要 2 到 6 档"),
        ({"offer1-quantity": ""}, "offer1-quantity", "写划出多少件"),
        ({"offer1-quantity": "0"}, "offer1-quantity", "件数至少 1，最多 100 万"),
        ({"offer0-early_bird_price_fen": "20"}, "offer0-early_bird_price_fen", "先写早鸟名额或早鸟截止时间"),
        ({"early_bird_orders": "5"}, "offer0-early_bird_price_fen", "每个规格都要写早鸟价"),
        ({"minimum": "2"}, "minimum", "成团数量不能低于第一档 3"),
        ({"minimum": "41"}, "minimum", "成团数量不能多于总件数 40"),
        ({"closes_at": "2020-01-01T10:00"}, "closes_at", "截止要晚于开团"),
        ({"closes_at": "tomorrow"}, "closes_at", "输入一个有效的日期/时间"),
        ({"when_missed": "extend"}, "extend_hours", "延长 1 到 168 小时"),
        ({"pickup_points": []}, None, "选一个自提点，或者开启送货上门"),
        ({"payment_minutes": "1"}, "payment_minutes", "付款时限在 5 分钟到 24 小时之间"),
        ({"freight_fen": "-1"}, "freight_fen", "金额要写成数字，最多两位小数，比如 29.90"),
    ],
)
def test_a_wrong_plan_is_said_in_its_cell_and_nothing_is_written(
    desk: Desk, skus: list[Sku], point: PickupPoint, cell: dict[str, Any], typed: str | None, said: str
) -> None:
    """C1: one error, at the very field, and the rest stays as it was typed."""
    page = words(desk.post("campaigns/new/", fields=campaign_form(skus, point, description="挂果实拍") | cell))

    assert page.count(FIELD_ERROR) == 1
    before, after = page.split(FIELD_ERROR)
    assert said in after[:400]
    if typed:
        assert f'id="id_{typed}_error"' in after[:60]
        assert f'name="{typed}"' in before[-900:], "the error stands beside the field it is about"
    assert "挂果实拍" in page
    assert not Campaign.objects.exists()


class TestPreviewing:
    """C1, C14: what buyers would see, and what it would bring, before anything is written."""

    def test_the_ladder_and_the_sum_at_a_count(self, desk: Desk, merchant: Merchant, point: PickupPoint) -> None:
        sku = make_sku(merchant)
        Sku.objects.filter(pk=sku.pk).update(cost_fen=2000)
        typed = campaign_form([sku], point, suppose="4", save=None, preview="1")

        page = words(desk.post("campaigns/new/", fields=typed))

        assert '还差 <span class="ladder__gap">1</span> 件，降到' in page
        # 4 × ¥29.90 comes in, 4 × ¥20.00 goes out.
        assert "¥119.60" in page
        assert "¥39.60" in page
        assert not Campaign.objects.exists()

    @pytest.mark.parametrize(
        ("when_missed", "said"),
        [("refund", "没成团，全部退款，没有收入。"), ("extend", "没成团，延长一次再看。"), ("subsidy", "商家补贴成团")],
    )
    def test_what_happens_below_the_minimum(
        self, desk: Desk, skus: list[Sku], point: PickupPoint, when_missed: str, said: str
    ) -> None:
        typed = campaign_form(
            skus, point, suppose="2", save=None, preview="1", when_missed=when_missed, extend_hours="24"
        )
        page = words(desk.post("campaigns/new/", fields=typed)).split('class="preview dense"')[1]
        assert said in page

    def test_a_sku_is_added_and_another_taken_away_while_everything_typed_stays(
        self, desk: Desk, merchant: Merchant, skus: list[Sku], point: PickupPoint
    ) -> None:
        eggs = make_sku(merchant, name="土鸡蛋")
        typed = campaign_form(skus, point, save=None, title="")

        added = words(desk.post("campaigns/new/", fields=typed | {"another": eggs.code, "add": "1"}))
        assert f'name="offer2-code" value="{eggs.code}"' in added
        assert 'name="offer1-price1" value="26.90"' in added
        assert FIELD_ERROR not in added, "nothing is judged before it is saved"

        gone = words(desk.post("campaigns/new/", fields=typed | {"offer0-gone": "1"}))
        assert 'name="offer0-code"' not in gone
        assert 'name="offer1-price1" value="26.90"' in gone


class TestHandingIn:
    """C12."""

    def test_a_draft_goes_to_review_and_is_no_longer_written_on(self, desk: Desk, merchant: Merchant) -> None:
        draft = make_draft(merchant)
        desk.post(f"campaigns/{draft.code}/submit/")

        draft.refresh_from_db()
        assert draft.status == CampaignStatus.IN_REVIEW
        edit = desk.get(f"campaigns/{draft.code}/edit/")
        assert edit.headers["Location"] == desk.url(f"campaigns/{draft.code}/")
        assert "只有草稿可以修改" in desk.read(f"campaigns/{draft.code}/")

    def test_a_trusted_merchant_s_goes_straight_through(self, desk: Desk, merchant: Merchant) -> None:
        set_trusted(merchant=merchant, actor_id=make_operator().pk, trusted=True, now=timezone.now())
        draft = make_draft(merchant)
        desk.post(f"campaigns/{draft.code}/submit/")
        draft.refresh_from_db()
        assert draft.status == CampaignStatus.SCHEDULED

    def test_more_than_the_shelf_holds_is_not_handed_in(self, desk: Desk, merchant: Merchant) -> None:
        draft = make_draft(merchant, skus=[make_sku(merchant, stock=10)], quantity=11)

        desk.post(f"campaigns/{draft.code}/submit/")

        assert "库存只有 10 件" in desk.read(f"campaigns/{draft.code}/")
        draft.refresh_from_db()
        assert draft.status == CampaignStatus.DRAFT

    def test_what_was_sent_back_says_why(self, desk: Desk, merchant: Merchant) -> None:
        draft = make_draft(merchant)
        desk.post(f"campaigns/{draft.code}/submit/")
        draft.refresh_from_db()
        send_back(campaign=draft, actor_id=make_operator().pk, note="图片太糊", now=timezone.now())

        for page in (f"campaigns/{draft.code}/", f"campaigns/{draft.code}/edit/"):
            assert "图片太糊" in desk.read(page)
        assert "1 个被退回" in desk.read()

    def test_a_copy_is_a_draft_of_the_same_ladder(self, desk: Desk, merchant: Merchant) -> None:
        campaign = make_open(merchant)
        answer = desk.post(f"campaigns/{campaign.code}/copy/")

        copied = Campaign.objects.exclude(pk=campaign.pk).get()
        assert answer.headers["Location"] == desk.url(f"campaigns/{copied.code}/edit/")
        assert copied.status == CampaignStatus.DRAFT
        assert plan_of(copied).skus == plan_of(campaign).skus


class TestCancelling:
    """C6."""

    def test_the_page_says_the_numbers_and_asking_changes_nothing(self, desk: Desk, merchant: Merchant) -> None:
        campaign = make_open(merchant)
        fill(campaign, 2)
        join_and_pay(make_user(name="Bob"), campaign, 3)
        join_as(make_user(name="Carol"), campaign)

        page = desk.read(f"campaigns/{campaign.code}/cancel/")

        # Two pieces at ¥29.90 each, then three more at ¥29.90: five pieces, three people, one who has not paid.
        assert "取消后 3 户邻居会收到你写的原因，¥149.50 全部原路退回" in page
        assert "还有 1 单没付款，会一起作废" in page
        campaign.refresh_from_db()
        assert campaign.status == CampaignStatus.OPEN

    def test_everybody_gets_everything_back(self, desk: Desk, merchant: Merchant) -> None:
        campaign = make_open(merchant)
        fill(campaign, 3)

        desk.post(f"campaigns/{campaign.code}/cancel/", reason="产地大雪封路")
        settle(campaign_id=campaign.pk, now=timezone.now())

        campaign.refresh_from_db()
        assert (campaign.status, campaign.cancel_note) == (CampaignStatus.CANCELLED, "产地大雪封路")
        assert set(Order.objects.values_list("status", flat=True)) == {"cancelled"}
        assert [refund.amount_fen for refund in Refund.objects.all()] == [2990, 2990, 2990]
        page = desk.read(f"campaigns/{campaign.code}/")
        assert "已取消：产地大雪封路" in page
        assert "−¥89.70" in page

    def test_without_a_reason_nothing_is_cancelled(self, desk: Desk, merchant: Merchant) -> None:
        campaign = make_open(merchant)
        page = words(desk.post(f"campaigns/{campaign.code}/cancel/", reason="  "))
        assert "写一句原因，参团的邻居会看到" in page.split(FIELD_ERROR)[1]
        campaign.refresh_from_db()
        assert campaign.status == CampaignStatus.OPEN

    def test_pressed_twice_it_is_cancelled_once(self, desk: Desk, merchant: Merchant) -> None:
        campaign = make_open(merchant)
        typed = {"reason": "产地大雪封路", "idempotency_key": "once"}
        answers = [desk.post(f"campaigns/{campaign.code}/cancel/", fields=typed) for _click in range(2)]
        assert [answer.status_code for answer in answers] == [302, 302]

    def test_what_is_over_is_not_cancelled(self, desk: Desk, merchant: Merchant) -> None:
        campaign = make_open(merchant, now=timezone.now() - 30 * HOUR)
        settle(campaign_id=campaign.pk, now=timezone.now())

        desk.get(f"campaigns/{campaign.code}/cancel/")
        refused = desk.post(f"campaigns/{campaign.code}/cancel/", reason="后悔了")

        assert "不能取消" in words(refused)
        campaign.refresh_from_db()
        assert campaign.status == CampaignStatus.FAILED


def test_a_subsidised_campaign_shows_what_it_cost(desk: Desk, merchant: Merchant) -> None:
    """C14: Σ (regular − paid) × quantity: two pieces at ¥29.90 instead of ¥39.90."""
    campaign = make_open(merchant, now=timezone.now() - 30 * HOUR, when_missed="subsidy")
    fill(campaign, 2, now=timezone.now() - 28 * HOUR)
    settle(campaign_id=campaign.pk, now=timezone.now())

    page = desk.read(f"campaigns/{campaign.code}/")
    assert "由商家补贴" in page
    assert "¥20.00" in page


def test_campaigns_are_listed_by_state(desk: Desk, merchant: Merchant) -> None:
    make_draft(merchant, title="草稿里的苹果")
    make_open(merchant, title="正在拼的苹果")

    assert "草稿里的苹果" in desk.read("campaigns/")
    assert "草稿里的苹果" not in desk.read("campaigns/", state="open")
    assert "正在拼的苹果" in desk.read("campaigns/", state="open")
    assert "这里没有团" in desk.read("campaigns/", state="succeeded")


@pytest.mark.django_db
def test_what_a_subsidy_costs_stands_though_the_regular_price_moves(scripted_gateway: object) -> None:
    """Rule 11: Σ (regular − paid) × quantity: two people, three boxes at ¥29.90 instead of ¥39.90 each."""
    now = timezone.now()
    merchant = make_merchant()
    sku = make_sku(merchant, price_fen=3990)
    campaign = make_open(merchant, now=now, skus=[sku], minimum=5, when_missed="subsidy")
    join_and_pay(make_user(name="Alice"), campaign, 2, now=now)
    join_and_pay(make_user(name="Bob"), campaign, now=now)
    settled = settle(campaign_id=campaign.pk, now=now + 25 * HOUR)
    Sku.objects.update(price_fen=9990)
    assert (settled.subsidised, figures(settled).subsidy_fen) == (True, 3000)
    assert not Refund.objects.exists()

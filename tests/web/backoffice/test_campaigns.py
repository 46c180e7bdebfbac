"""C6, C12, C14: campaigns as a merchant hands them in, watches, copies and cancels them."""

from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.models import Merchant
from accounts.services.merchants import set_trusted
from campaigns.models import Campaign
from campaigns.selectors.notes import review_says
from campaigns.services import cancelling
from campaigns.services.drafting import plan_of
from campaigns.services.opening import open_campaign
from campaigns.services.reviewing import send_back
from campaigns.services.settling import settle
from campaigns.states import CampaignStatus
from catalog.models import Sku
from catalog.services.stock import adjust
from orders.models import Order
from payments.models import Refund
from tests.factories.accounts import make_merchant, make_operator, make_user, owner_of
from tests.factories.campaigns import HOUR, fill, join_and_pay, join_as, make_draft, make_open
from tests.factories.catalog import make_sku
from tests.web.backoffice.desks import FIELD_ERROR, Desk, words
from web.backoffice.campaigns.reading import figures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发")


@pytest.fixture
def desk(merchant: Merchant) -> Desk:
    return Desk(owner_of(merchant), merchant)


class TestHandingIn:
    """C12."""

    def test_a_draft_goes_to_review_and_is_no_longer_written_on(self, desk: Desk, merchant: Merchant) -> None:
        draft = make_draft(merchant)
        desk.post(f"campaigns/{draft.code}/submit/")

        draft.refresh_from_db()
        assert draft.status == CampaignStatus.IN_REVIEW
        edit = desk.get(f"campaigns/{draft.code}/edit/rules/")
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

        for page in (f"campaigns/{draft.code}/", f"campaigns/{draft.code}/edit/rules/"):
            assert "图片太糊" in desk.read(page)
        assert "1 个被退回" in desk.read()

    def test_a_copy_is_a_draft_of_the_same_ladder(self, desk: Desk, merchant: Merchant) -> None:
        campaign = make_open(merchant)
        answer = desk.post(f"campaigns/{campaign.code}/copy/")

        copied = Campaign.objects.exclude(pk=campaign.pk).get()
        assert answer.headers["Location"] == desk.url(f"campaigns/{copied.code}/edit/rules/")
        assert copied.status == CampaignStatus.DRAFT
        assert plan_of(copied).skus == plan_of(campaign).skus


class TestWatching:
    """C2: the page keeps itself up to date, and asks for nothing new while nothing is."""

    def live(self, desk: Desk, page: str) -> Any:
        """What the page asks for, with what it has seen."""
        return desk.client.get(page.split('id="watch" data-poll hx-get="')[1].split('"')[0].replace("&amp;", "&"))

    def test_nothing_is_sent_until_somebody_joins_or_pays(self, desk: Desk, merchant: Merchant) -> None:
        campaign = make_open(merchant)
        page = desk.read(f"campaigns/{campaign.code}/")
        assert self.live(desk, page).status_code == 204

        join_as(make_user(name="Carol"), campaign, 2)
        waiting = words(self.live(desk, page))
        assert "1 单待付款，占着 2 件" in waiting
        assert "<html" not in waiting
        fill(campaign, 1)
        assert "1 户参团" in words(self.live(desk, waiting))

    def test_a_new_state_loads_the_page_anew_and_an_old_one_is_no_longer_asked_about(
        self, desk: Desk, merchant: Merchant
    ) -> None:
        campaign = make_open(merchant)
        page = desk.read(f"campaigns/{campaign.code}/")
        cancelling.cancel(campaign=campaign, actor_id=desk.person.pk, reason="产地大雪封路", now=timezone.now())
        assert self.live(desk, page).headers["HX-Refresh"] == "true"
        settle(campaign_id=campaign.pk, now=timezone.now())
        assert "data-poll" not in desk.read(f"campaigns/{campaign.code}/")

    def test_the_way_to_the_poster_and_to_the_papers(self, desk: Desk, merchant: Merchant) -> None:
        campaign = make_open(merchant)
        fill(campaign, 1)
        page = desk.read(f"campaigns/{campaign.code}/")
        for way in (f"/campaigns/{campaign.code}/share/", "picking/", "handover/"):
            assert way in page


def test_why_it_did_not_open_is_read_in_the_language_of_the_reader(desk: Desk, merchant: Merchant) -> None:
    """C12: the worker speaks Chinese, Olivia reads English."""
    sku = make_sku(merchant, stock=100)
    set_trusted(merchant=merchant, actor_id=make_operator().pk, trusted=True, now=timezone.now())
    draft = make_draft(merchant, skus=[sku], now=timezone.now())
    desk.post(f"campaigns/{draft.code}/submit/")
    adjust(sku_id=sku.pk, quantity=-90, reason="霉变", actor_id=None, now=timezone.now())
    open_campaign(campaign_id=draft.pk, now=draft.opens_at)

    draft.refresh_from_db()
    assert draft.obstacle == {"code": "not_enough_stock", "available": 10}
    assert "没有开团：库存不够，可用 10 件" in desk.read(f"campaigns/{draft.code}/")
    with translation.override("en"):
        assert "库存" not in review_says(draft)


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
    for typed in ("正在拼", "zhengzaipin", "zzp"):
        found = desk.read("campaigns/", q=typed)
        assert ("正在拼的苹果" in found, "草稿里的苹果" in found) == (True, False), typed
    assert "没有这样的团" in desk.read("campaigns/", q="车厘子")


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

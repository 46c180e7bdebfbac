"""C1, C12, C14: a campaign written in five steps, previewed while it is written, saved and handed in."""

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Merchant
from accounts.services.merchants import set_trusted
from campaigns.errors import NotEditable, UnsavedChanges
from campaigns.models import Campaign, Sketch, TierPrice
from campaigns.services import sketching
from campaigns.services.drafting import plan_of
from campaigns.services.reviewing import submit
from campaigns.states import CampaignStatus
from catalog.models import Sku
from orders.models import PickupPoint
from tests.factories.accounts import make_merchant, make_operator, make_staff, owner_of
from tests.factories.campaigns import HOUR, make_draft, make_point
from tests.factories.catalog import make_product, make_sku
from tests.web.backoffice.desks import FIELD_ERROR, Desk, words
from tests.web.backoffice.sheets import STEPS, Sheets, campaign_steps, typed_time, write_campaign

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


@pytest.fixture
def sheets(skus: list[Sku], point: PickupPoint) -> Sheets:
    return campaign_steps(skus, point)


def begun(desk: Desk, sheets: Sheets, *steps: str) -> str:
    """The code of a sketch with its goods and these steps written."""
    desk.post("campaigns/new/", fields=sheets["goods"])
    code = Sketch.objects.latest("pk").code
    for step in steps:
        desk.post(f"campaigns/{code}/edit/{step}/", fields=sheets[step])
    return code


class TestWriting:
    """C1."""

    def test_everything_that_is_typed_is_kept(self, desk: Desk, skus: list[Sku], point: PickupPoint) -> None:
        now = timezone.now().replace(second=0, microsecond=0)
        until = now + dt.timedelta(hours=5)
        sheets = campaign_steps(skus, point, now=now)
        small, large = (sku.code for sku in skus)
        sheets["ladder"] |= {"threshold2": "10", "minimum": "4", f"{small}-price2": "23.9", f"{large}-price2": "22.9"}
        sheets["rules"] |= {
            "limit_per_person": "3",
            "max_participants": "30",
            "payment_minutes": "20",
            "early_bird_orders": "5",
            "early_bird_until": typed_time(until),
            "when_missed": "extend",
            "extend_hours": "24",
            f"{small}-early_bird_price_fen": "25",
            f"{large}-early_bird_price_fen": "24.5",
        }
        del sheets["rules"]["leaving_allowed"]
        sheets["handover"] |= {
            "delivers": "on",
            "freight_fen": "6",
            "free_freight_from_fen": "59.9",
            "fulfilment_note": "成团后第二天到",
        }

        write_campaign(desk, sheets)

        plan = plan_of(Campaign.objects.get())
        assert plan.thresholds == [3, 5, 10]
        assert [(sku.sku, sku.quantity, list(sku.prices_fen), sku.early_bird_price_fen) for sku in plan.skus] == [
            (small, 20, [2990, 2690, 2390], 2500),
            (large, 20, [2990, 2690, 2290], 2450),
        ]
        assert (plan.opens_at, plan.closes_at, plan.early_bird_until) == (now, now + 24 * HOUR, until)
        assert (plan.minimum, plan.limit_per_person, plan.max_participants, plan.payment_minutes) == (4, 3, 30, 20)
        assert (plan.when_missed, plan.extend_hours, plan.early_bird_orders) == ("extend", 24, 5)
        assert (plan.delivers, plan.freight_fen, plan.free_freight_from_fen) == (True, 600, 5990)
        assert (plan.leaving_allowed, plan.settle_when_full, plan.pickup_points) == (False, True, [point.code])
        assert not Sketch.objects.exists(), "what is saved is no longer a sketch"

    def test_prices_may_be_typed_as_a_part_of_the_list_price(self, desk: Desk, skus: list[Sku], sheets: Sheets) -> None:
        """C1: 9 折 and -10 % of ¥39.90 are ¥35.91, 8.5 折 is ¥33.92 by half up."""
        small, large = (sku.code for sku in skus)
        sheets["ladder"] |= {f"{small}-price0": "9 折", f"{small}-price1": "8.5折"}
        sheets["ladder"] |= {f"{large}-price0": "-10%", f"{large}-price1": "¥30"}
        write_campaign(desk, sheets)
        assert [list(sku.prices_fen) for sku in plan_of(Campaign.objects.get()).skus] == [[3591, 3392], [3591, 3000]]

    def test_a_draft_is_written_over_at_its_own_address(self, desk: Desk, skus: list[Sku], sheets: Sheets) -> None:
        code = write_campaign(desk, sheets)
        assert desk.get(f"campaigns/{code}/edit/").headers["Location"] == desk.url(f"campaigns/{code}/edit/check/")
        assert f'name="{skus[0].code}-price0" value="29.90"' in desk.read(f"campaigns/{code}/edit/ladder/")
        assert not Sketch.objects.exists(), "looking changes nothing"

        one = sheets["goods"] | {"sku": [skus[0].code], "title": "只卖 5 斤装"}
        desk.post(f"campaigns/{code}/edit/goods/", fields=one)
        assert Campaign.objects.get().title == "阿克苏苹果 5 斤", "the draft stays until it is saved"
        desk.post(f"campaigns/{code}/edit/check/", fields={"save": "1"})

        draft = Campaign.objects.get()
        assert (draft.code, draft.title, draft.skus.count(), TierPrice.objects.count()) == (code, "只卖 5 斤装", 1, 2)

    def test_what_is_left_empty_follows_from_the_rest(self, desk: Desk, sheets: Sheets) -> None:
        sheets["goods"]["title"] = ""
        sheets["rules"]["extend_hours"] = "24"
        write_campaign(desk, sheets)
        draft = Campaign.objects.get()
        assert (draft.title, draft.minimum, draft.extend_hours) == ("红富士苹果", 3, None)

    def test_nothing_typed_is_lost_on_the_way(self, desk: Desk, skus: list[Sku], sheets: Sheets) -> None:
        """Half a ladder, then away, then a colleague goes on: it is all there, right or wrong."""
        code = begun(desk, sheets)
        half = {"basis": "participants", "threshold0": "三", f"{skus[0].code}-price0": "29.9"}
        later = desk.post(f"campaigns/{code}/edit/ladder/", fields=half | {"to": "later"})
        assert later.headers["Location"] == desk.url("campaigns/?state=draft")

        colleague = Desk(make_staff(desk.merchant, "manager"), desk.merchant)
        assert f"campaigns/{code}/edit/" in colleague.read("campaigns/", state="draft")
        page = colleague.read(f"campaigns/{code}/edit/ladder/")
        assert 'name="threshold0" value="三"' in page
        assert f'name="{skus[0].code}-price0" value="29.9"' in page
        assert not Campaign.objects.exists()

    def test_going_back_keeps_what_was_typed(self, desk: Desk, sheets: Sheets) -> None:
        code = begun(desk, sheets)
        back = desk.post(f"campaigns/{code}/edit/ladder/", fields=sheets["ladder"] | {"to": "goods"})
        assert back.headers["Location"] == desk.url(f"campaigns/{code}/edit/goods/")
        assert 'name="threshold1" value="5"' in desk.read(f"campaigns/{code}/edit/ladder/")

    def test_what_was_found_joins_what_was_ticked_and_nothing_is_judged_yet(
        self, desk: Desk, merchant: Merchant, skus: list[Sku]
    ) -> None:
        eggs = make_sku(merchant, name="土鸡蛋")
        typed = {"sku": [skus[0].code], f"{skus[0].code}-quantity": "", "q": "鸡蛋", "find": "1", "title": "周末团"}
        page = words(desk.post("campaigns/new/", fields=typed))
        assert f'value="{skus[0].code}" checked' in page
        assert f'value="{eggs.code}"' in page
        assert f'value="{skus[1].code}"' not in page
        assert 'value="周末团"' in page
        assert FIELD_ERROR not in page
        assert not Sketch.objects.exists()

    def test_another_merchant_s_sku_is_neither_offered_nor_taken(
        self, desk: Desk, skus: list[Sku], point: PickupPoint
    ) -> None:
        theirs = make_sku(make_merchant("隔壁果园"))
        page = desk.read(f"campaigns/new/?sku={skus[0].code}&sku={theirs.code}")
        assert theirs.code not in page
        assert f'value="{skus[0].code}" checked' in page
        refused = words(desk.post("campaigns/new/", fields=campaign_steps([theirs], point)["goods"]))
        assert "选 1 到 50 个规格" in refused
        assert not Sketch.objects.exists()

    def test_a_form_sent_twice_begins_and_saves_once(self, desk: Desk, sheets: Sheets) -> None:
        typed = sheets["goods"] | {"idempotency_key": "once"}
        first, again = (desk.post("campaigns/new/", fields=typed) for _click in range(2))
        assert first.headers["Location"] == again.headers["Location"]
        code = Sketch.objects.get().code
        for step in STEPS[1:]:
            desk.post(f"campaigns/{code}/edit/{step}/", fields=sheets[step])
        done = [desk.post(f"campaigns/{code}/edit/check/", submit="1", idempotency_key="x") for _click in range(2)]
        assert [answer.headers["Location"] for answer in done] == [desk.url(f"campaigns/{code}/")] * 2
        assert Campaign.objects.get().status == CampaignStatus.IN_REVIEW

    def test_a_sketch_is_thrown_away_and_a_draft_loses_its_changes_only(self, desk: Desk, sheets: Sheets) -> None:
        code = begun(desk, sheets)
        assert "写过的都不要了" in desk.read(f"campaigns/{code}/discard/")
        assert Sketch.objects.exists(), "asking changes nothing"
        desk.post(f"campaigns/{code}/discard/")
        assert not Sketch.objects.exists()
        code = write_campaign(desk, sheets)
        desk.post(f"campaigns/{code}/edit/goods/", fields=sheets["goods"] | {"title": "改到一半"})
        desk.post(f"campaigns/{code}/discard/")
        assert (Campaign.objects.get().title, Sketch.objects.count()) == ("阿克苏苹果 5 斤", 0)

    def test_fifty_sketches_are_enough(self, desk: Desk, sheets: Sheets, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sketching, "MOST_SKETCHES", 1)
        begun(desk, sheets)
        assert "没写完的团已有 1 个" in words(desk.post("campaigns/new/", fields=sheets["goods"]))
        assert Sketch.objects.count() == 1


@pytest.mark.parametrize(
    ("step", "cell", "said"),
    [
        ("goods", {"1-quantity": ""}, "写划出多少件"),
        ("goods", {"1-quantity": "0"}, "件数至少 1，最多 100 万"),
        ("ladder", {"0-price1": "29.90"}, "要比上一档 ¥29.90 低，比如 ¥26.90"),
        ("ladder", {"1-price1": "abc"}, "金额要写成数字，最多两位小数，比如 29.90"),
        ("ladder", {"1-price1": ""}, "每档都要写一个价"),
        ("ladder", {"0-price0": "40"}, "第一档不能高于单买价 ¥39.90"),
        ("ladder", {"threshold1": "3"}, "要比上一档 3 多，比如 6"),
        ("ladder", {"threshold1": "", "0-price1": "", "1-price1": ""}, "阶梯要 2 到 6 档"),
        ("ladder", {"minimum": "2"}, "成团数量不能低于第一档 3"),
        ("ladder", {"minimum": "41"}, "成团数量不能多于总件数 40"),
        ("rules", {"closes_at": "2020-01-01T10:00"}, "截止要晚于开团"),
        ("rules", {"closes_at": "tomorrow"}, "输入一个有效的日期/时间"),
        ("rules", {"extend_hours": "", "when_missed": "extend"}, "延长 1 到 168 小时"),
        ("rules", {"payment_minutes": "1"}, "付款时限在 5 分钟到 24 小时之间"),
        ("rules", {"0-early_bird_price_fen": "20"}, "先写早鸟名额或早鸟截止时间"),
        ("rules", {"1-early_bird_price_fen": "", "early_bird_orders": "5"}, "每个规格都要写早鸟价"),
        ("handover", {"pickup_points": []}, "选一个自提点，或者开启送货上门"),
        ("handover", {"freight_fen": "-1"}, "金额要写成数字，最多两位小数，比如 29.90"),
    ],
)
def test_what_is_wrong_is_said_in_its_cell_and_one_does_not_go_on(
    desk: Desk, skus: list[Sku], sheets: Sheets, step: str, cell: dict[str, Any], said: str
) -> None:
    """C1: at the very field, with the fix; what was typed stays and is kept."""
    cells = {_named(name, skus): value for name, value in cell.items()}
    sheets["rules"] |= {} if "early_bird_orders" not in cells else {f"{skus[0].code}-early_bird_price_fen": "20"}
    code = begun(desk, sheets, *STEPS[1 : STEPS.index(step)])

    answer = desk.post(f"campaigns/{code}/edit/{step}/", fields=sheets[step] | cells)

    page = words(answer)
    assert answer.status_code == 200
    assert page.count(FIELD_ERROR) == 1
    before, after = page.split(FIELD_ERROR)
    assert said in after[:400]
    wrong = next(iter(cells))
    if wrong != "pickup_points":
        assert f'id="id_{wrong}_error"' in after[:60]
        assert f'name="{wrong}"' in before[-1500:], "the error stands beside the field it is about"
    assert step in Sketch.objects.get().typed


def _named(name: str, skus: list[Sku]) -> str:
    """0-price1 → price1 of the first SKU."""
    number, dash, field = name.partition("-")
    return f"{skus[int(number)].code}-{field}" if dash and number.isdecimal() else name


def test_a_price_without_its_threshold_is_said_at_the_threshold(desk: Desk, skus: list[Sku], sheets: Sheets) -> None:
    code = begun(desk, sheets)
    typed = sheets["ladder"] | {f"{skus[0].code}-price2": "20"}
    page = words(desk.post(f"campaigns/{code}/edit/ladder/", fields=typed))
    assert "写满多少才是这个价" in page.split('id="id_threshold2_error"')[1][:300]


class TestPreviewing:
    """C1, C14: what buyers would see, and what it would bring, before anything is kept."""

    def seen(self, desk: Desk, sheets: Sheets, step: str = "ladder", **typed: Any) -> str:
        """What the page asks for while somebody types."""
        code = begun(desk, sheets, *STEPS[1 : STEPS.index(step)])
        url, fields = desk.url(f"campaigns/{code}/edit/{step}/"), sheets[step] | {"preview": "1"} | typed
        answer = desk.client.post(url, fields, headers={"hx-request": "true"})
        assert "<html" not in answer.content.decode()
        assert step not in Sketch.objects.latest("pk").typed, "a preview keeps nothing"
        return words(answer)

    def test_the_ladder_the_differences_and_the_margin_at_a_count(
        self, desk: Desk, skus: list[Sku], sheets: Sheets
    ) -> None:
        Sku.objects.update(cost_fen=2000)
        page = self.seen(desk, sheets, suppose="6")
        # Five pay ¥29.90, the sixth ¥26.90; everybody ends at ¥26.90, so ¥15.00 goes back and 6 × ¥20.00 is spent.
        for amount in ("¥176.40", "−¥15.00", "¥161.40", "−¥120.00", "¥41.40"):
            assert amount in page
        assert "已降到最低价" in page

    def test_ten_fifty_and_a_hundred_are_always_told(self, desk: Desk, sheets: Sheets) -> None:
        page = self.seen(desk, sheets)
        rows = page.split("<tbody>")[1].split("</tbody>")[0]
        assert [row.split("</th>")[0].split(">")[-1] for row in rows.split("<tr>")[1:]] == [
            "2", "3", "5", "10", "40", "50", "100",
        ]  # fmt: skip
        assert rows.count("到不了") == 2
        assert "¥269.00" in rows

    @pytest.mark.parametrize(
        ("when_missed", "said"),
        [
            ("refund", "没成团，¥59.80 全部退款，没有收入。"),
            ("extend", "没成团，延长一次再看。"),
            ("subsidy", "商家补贴成团"),
        ],
    )
    def test_what_happens_below_the_minimum(self, desk: Desk, sheets: Sheets, when_missed: str, said: str) -> None:
        typed = {"suppose": "2", "when_missed": when_missed, "extend_hours": "24"}
        assert said in self.seen(desk, sheets, "rules", **typed)

    def test_a_step_that_is_not_right_yet_is_left_out(self, desk: Desk, skus: list[Sku], sheets: Sheets) -> None:
        typed = {"threshold2": "8"} | {f"{sku.code}-price2": "28" for sku in skus}
        page = self.seen(desk, sheets, **typed)
        assert "第 3 档还没填对，先不显示" in page
        assert "¥28.00" not in page

    def test_losses_unknown_costs_and_steps_out_of_reach_are_pointed_out(
        self, desk: Desk, skus: list[Sku], sheets: Sheets
    ) -> None:
        Sku.objects.filter(pk=skus[0].pk).update(cost_fen=2800)
        typed = {"threshold2": "41"} | {f"{sku.code}-price2": "25" for sku in skus}
        page = self.seen(desk, sheets, suppose="5", **typed)
        assert "第 3 档要满 41，但最多只能到 40，到不了" in page
        assert "红富士苹果 5 斤装 第 2 档 ¥26.90 低于成本 ¥28.00，卖一件亏 ¥1.10" in page
        assert "红富士苹果 10 斤装 没写成本，算不出毛利" in page
        assert '<span class="less">−¥5.50</span>' in page

    def test_without_a_script_a_button_shows_it_on_the_page(self, desk: Desk, sheets: Sheets) -> None:
        code = begun(desk, sheets)
        typed = sheets["ladder"] | {"preview": "1", "suppose": "4"}
        page = words(desk.post(f"campaigns/{code}/edit/ladder/", fields=typed))
        assert '还差 <span class="ladder__gap">1</span> 件，降到' in page
        assert 'name="threshold1" value="5"' in page
        assert "ladder" not in Sketch.objects.get().typed


class TestFinishing:
    """C12."""

    def test_the_list_names_what_is_missing_and_nothing_is_saved_before(self, desk: Desk, sheets: Sheets) -> None:
        code = begun(desk, sheets, "ladder")
        page = desk.read(f"campaigns/{code}/edit/check/")
        assert "还差这些" in page
        assert page.count("还没填") == 2
        desk.post(f"campaigns/{code}/edit/check/", save="1")
        desk.post(f"campaigns/{code}/edit/check/", submit="1")
        assert not Campaign.objects.exists()

    def test_a_step_that_no_longer_fits_is_named_with_its_fix(
        self, desk: Desk, skus: list[Sku], sheets: Sheets
    ) -> None:
        """Fewer pieces than the minimum, changed after the ladder was written."""
        code = begun(desk, sheets, "ladder", "rules", "handover")
        few = sheets["goods"] | {f"{sku.code}-quantity": "1" for sku in skus}
        desk.post(f"campaigns/{code}/edit/goods/", fields=few)
        assert "成团数量不能多于总件数 2" in desk.read(f"campaigns/{code}/edit/check/")
        assert "成团数量不能多于总件数 2" in desk.read(f"campaigns/{code}/edit/ladder/").split(FIELD_ERROR)[1]

    def test_more_than_the_shelf_holds_is_saved_but_not_handed_in(
        self, desk: Desk, skus: list[Sku], sheets: Sheets
    ) -> None:
        sheets["goods"][f"{skus[0].code}-quantity"] = "101"
        code = begun(desk, sheets, "ladder", "rules", "handover")
        page = desk.read(f"campaigns/{code}/edit/check/")
        assert "红富士苹果 5 斤装 库存只有 100 件" in page
        assert 'name="submit"' not in page
        desk.post(f"campaigns/{code}/edit/check/", submit="1")
        assert Campaign.objects.get().status == CampaignStatus.DRAFT

    @pytest.mark.parametrize(("trusted", "to"), [(False, CampaignStatus.IN_REVIEW), (True, CampaignStatus.SCHEDULED)])
    def test_it_is_handed_in_from_the_last_step(
        self, desk: Desk, merchant: Merchant, sheets: Sheets, trusted: bool, to: CampaignStatus
    ) -> None:
        set_trusted(merchant=merchant, actor_id=make_operator().pk, trusted=trusted, now=timezone.now())
        write_campaign(desk, sheets, finish="submit")
        assert Campaign.objects.get().status == to

    def test_a_draft_somebody_is_writing_on_is_not_handed_in_as_it_was(self, desk: Desk, merchant: Merchant) -> None:
        draft = make_draft(merchant)
        desk.post(f"campaigns/{draft.code}/edit/goods/", fields={"title": "改到一半"})
        assert "没存的修改" in desk.read(f"campaigns/{draft.code}/")
        desk.post(f"campaigns/{draft.code}/submit/")
        draft.refresh_from_db()
        assert draft.status == CampaignStatus.DRAFT

    def test_a_program_hands_in_no_draft_somebody_is_writing_on(self, desk: Desk, merchant: Merchant) -> None:
        """C12: whoever hands it in, and no sketch is left behind that nobody could finish or throw away."""
        draft = make_draft(merchant)
        desk.post(f"campaigns/{draft.code}/edit/goods/", fields={"title": "改到一半"})
        with pytest.raises(UnsavedChanges):
            submit(campaign=draft, actor_id=desk.person.pk, now=timezone.now())
        assert Campaign.objects.get().status == CampaignStatus.DRAFT
        desk.post(f"campaigns/{draft.code}/discard/")
        submit(campaign=Campaign.objects.get(), actor_id=desk.person.pk, now=timezone.now())
        with pytest.raises(NotEditable):
            sketching.keep(
                merchant=merchant,
                code=draft.code,
                actor_id=desk.person.pk,
                step="goods",
                typed={"title": ["晚了一步"]},
                before={},
                now=timezone.now(),
            )
        assert not Sketch.objects.exists()

    def test_what_a_colleague_changed_since_is_looked_at_before_it_is_saved(
        self, desk: Desk, merchant: Merchant, sheets: Sheets
    ) -> None:
        """C1: what was shown is what is saved, and handed in."""
        code = begun(desk, sheets, "ladder", "rules", "handover")
        seen = desk.get(f"campaigns/{code}/edit/check/").context["work"].stamp
        colleague = Desk(make_staff(merchant, "manager"), merchant)
        colleague.post(f"campaigns/{code}/edit/goods/", fields=sheets["goods"] | {"title": "同事的标题"})

        answer = desk.post(f"campaigns/{code}/edit/check/", submit="1", seen=seen)

        assert "同事刚改过这个团，看一遍再保存" in words(answer)
        assert not Campaign.objects.exists()
        desk.post(f"campaigns/{code}/edit/check/", submit="1", seen=answer.context["work"].stamp)
        assert (Campaign.objects.get().title, Sketch.objects.count()) == ("同事的标题", 0)

    def test_what_a_colleague_writes_while_it_is_saved_is_not_lost(self, desk: Desk, merchant: Merchant) -> None:
        draft = make_draft(merchant)
        desk.post(f"campaigns/{draft.code}/edit/goods/", fields={"title": "同事写得晚"})
        written_at = Sketch.objects.get().written_at
        finish = partial(
            sketching.finish, merchant=merchant, code=draft.code, actor_id=desk.person.pk, plan=plan_of(draft)
        )
        finish(sketched_at=written_at - HOUR, now=timezone.now())
        assert Sketch.objects.get().typed["goods"] == {"title": ["同事写得晚"]}
        finish(sketched_at=written_at, now=timezone.now())
        assert not Sketch.objects.exists()

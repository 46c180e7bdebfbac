"""A5 and D5: who works here, where goods are fetched, and the way in."""

from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Merchant, StaffMember
from accounts.selectors.tokens import tokens_of, user_of_token
from accounts.services.merchants import reject
from campaigns.services.settling import settle
from community.models import Community
from orders.models import PickupPoint
from orders.selectors.pickup import leads_points
from orders.services.fulfilment import mark_ready
from tests.factories.accounts import make_merchant, make_operator, make_staff, make_user, owner_of
from tests.factories.campaigns import HOUR, fill, make_open, make_point
from tests.factories.community import make_community
from tests.web.backoffice.desks import FIELD_ERROR, Desk, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发")


@pytest.fixture
def desk(merchant: Merchant) -> Desk:
    return Desk(owner_of(merchant), merchant)


class TestStaff:
    """A5."""

    def test_olivia_hires_stan_for_the_warehouse(self, desk: Desk, merchant: Merchant) -> None:
        stan = make_user(name="Stan")
        desk.post("staff/add/", phone=f"+86 {stan.phone}", role="warehouse")

        assert StaffMember.objects.get(user=stan).role == "warehouse"
        page = desk.read("staff/")
        assert "S***" in page
        assert stan.phone not in page
        assert Desk(stan, merchant).get().status_code == 200

    @pytest.mark.parametrize(
        ("phone", "role", "said"),
        [
            ("13812345678", "manager", "这个手机号还没有注册，请对方先注册"),
            ("", "manager", "先填手机号"),
            ("12", "manager", "手机号"),
            ("13812345678", "boss", "boss"),
        ],
    )
    def test_nobody_is_hired_by_mistake(self, desk: Desk, phone: str, role: str, said: str) -> None:
        page = words(desk.post("staff/add/", phone=phone, role=role))
        assert said in page.split(FIELD_ERROR)[1]
        assert StaffMember.objects.count() == 1

    def test_a_manager_sees_the_list_and_hires_nobody(self, merchant: Merchant) -> None:
        manager = Desk(make_staff(merchant, "manager"), merchant)
        bob = make_user(name="Bob")

        assert "加一个人" not in manager.read("staff/")
        assert manager.post("staff/add/", phone=bob.phone, role="owner").status_code == 403
        assert manager.post(f"staff/{owner_of(merchant).code}/remove/").status_code == 403
        assert StaffMember.objects.count() == 2

    def test_asking_removes_nobody(self, desk: Desk, merchant: Merchant) -> None:
        stan = make_staff(merchant)
        assert "把 S*** 移出？" in desk.read(f"staff/{stan.code}/remove/")
        assert StaffMember.objects.filter(user=stan).exists()

        desk.post(f"staff/{stan.code}/remove/")
        assert not StaffMember.objects.filter(user=stan).exists()

    def test_the_last_owner_stays(self, desk: Desk) -> None:
        page = words(desk.post(f"staff/{desk.person.code}/remove/"))
        assert "店里至少要有一位店主" in page
        assert StaffMember.objects.count() == 1


class TestPoints:
    """D5."""

    def test_a_point_with_a_leader_and_a_rate(self, desk: Desk) -> None:
        wang = make_user(name="王团长")
        desk.post(
            "points/new/",
            name="东门便民超市",
            address="文三路 1 号",
            hours="每天 16:00–20:00",
            leader_phone=wang.phone,
            commission_bp="5.5",
            is_active="on",
        )
        point = PickupPoint.objects.get()
        assert (point.name, point.hours, point.leader, point.commission_bp) == (
            "东门便民超市",
            "每天 16:00–20:00",
            wang,
            550,
        )
        page = desk.read(f"points/{point.code}/")
        assert "5.50" in page
        assert wang.phone not in page

    def test_an_empty_number_keeps_the_leader_and_the_box_lets_go(self, desk: Desk, merchant: Merchant) -> None:
        wang = make_user(name="王团长")
        point = make_point(merchant, "东门", leader=wang)
        typed = {"name": "东门超市", "address": "文三路 1 号", "commission_bp": "5", "is_active": "on"}

        desk.post(f"points/{point.code}/", fields=typed)
        point.refresh_from_db()
        assert (point.name, point.leader) == ("东门超市", wang)

        desk.post(f"points/{point.code}/", fields=typed | {"without_leader": "on"})
        point.refresh_from_db()
        assert (point.leader, point.is_active) == (None, True)

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("name", "", "写个名字"),
            ("name", "南门", "已经有一个同名的自提点"),
            ("leader_phone", "13812345678", "这个手机号还没有注册，请团长先注册"),
            ("commission_bp", "51", "佣金在 0% 到 50% 之间"),
            ("commission_bp", "five", "写成数字，最多两位小数，比如 5 或 2.5"),
            ("latitude", "north", "写成数字，比如 30.274100"),
            ("latitude", "91", "没有这样的度数"),
            ("longitude", "120.15", "经度和纬度要一起写，或者都不写"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, desk: Desk, merchant: Merchant, field: str, typed: str, said: str
    ) -> None:
        make_point(merchant, "南门")
        form = {"name": "东门", "address": "文三路 1 号", "is_active": "on"} | {field: typed}
        page = words(desk.post("points/new/", fields=form))
        assert said in page.split(FIELD_ERROR)[1]
        assert PickupPoint.objects.count() == 1


class TestWhereAPointIs:
    """D5: a position orders the points by distance, communities show what comes to them."""

    TYPED: ClassVar[dict[str, Any]] = {"name": "东门超市", "address": "文三路 1 号"}

    def test_typed_or_taken_over_from_a_community(self, desk: Desk) -> None:
        garden = make_community("锦绣花园", latitude=Decimal("30.274100"), longitude=Decimal("120.155100"))
        desk.post("points/new/", fields=self.TYPED | {"latitude": "30.1", "longitude": "120.2000009"})
        point = PickupPoint.objects.get()
        assert (point.latitude, point.longitude) == (Decimal("30.100000"), Decimal("120.200001"))

        desk.post(f"points/{point.code}/", fields=self.TYPED | {"place": garden.code})
        point.refresh_from_db()
        assert (point.latitude, point.longitude) == (garden.latitude, garden.longitude)
        assert "30.2741" in desk.read(f"points/{point.code}/"), "and it stays there until somebody says otherwise"

    def test_it_serves_the_ticked_communities_and_no_closed_one_can_be_ticked(self, desk: Desk) -> None:
        garden, tower = make_community("锦绣花园"), make_community("云栖大厦")
        desk.post("points/new/", fields=self.TYPED | {"communities": [garden.code, tower.code]})
        point = PickupPoint.objects.get()
        assert set(garden.pickup_points.all()) == set(tower.pickup_points.all()) == {point}

        desk.post(f"points/{point.code}/", fields=self.TYPED | {"communities": [garden.code]})
        assert not tower.pickup_points.exists()
        Community.objects.filter(pk=tower.pk).update(is_active=False)
        assert "云栖大厦" not in desk.read(f"points/{point.code}/")
        refused = desk.post(f"points/{point.code}/", fields=self.TYPED | {"communities": [tower.code]})
        assert FIELD_ERROR in words(refused)


@pytest.mark.usefixtures("scripted_gateway")
class TestTurningAPointOff:
    """D5."""

    def test_first_what_it_means_then_the_deed_and_back(self, desk: Desk, merchant: Merchant) -> None:
        campaign = make_open(merchant, points=[make_point(merchant, "东门")])
        point = campaign.pickup_points.get()
        fill(campaign, 2)
        page = desk.read(f"points/{point.code}/switch/")
        assert "2 单在拼团" in page
        assert "只有这一个自提点，停用后没人能再参团" in page
        point.refresh_from_db()
        assert point.is_active, "reading changes nothing"

        desk.post(f"points/{point.code}/switch/", to="off")
        assert not PickupPoint.objects.get().is_active
        assert "已停用" in desk.read("points/")
        desk.post(f"points/{point.code}/switch/", to="on")
        point.refresh_from_db()
        assert point.is_active

    def test_its_leader_still_hands_over_what_waits_there(self, merchant: Merchant, desk: Desk) -> None:
        wang = make_user(name="王团长")
        point = make_point(merchant, "东门", leader=wang)
        campaign = make_open(merchant, points=[point], now=timezone.now() - 30 * HOUR)
        numbers = [order.number for order in fill(campaign, 3, now=timezone.now() - 28 * HOUR)]
        settle(campaign_id=campaign.pk, now=timezone.now())
        desk.post(f"points/{point.code}/switch/", to="off")
        assert not leads_points(wang), "nothing waits there yet"

        mark_ready(merchant=merchant, numbers=numbers, actor_id=desk.person.pk, now=timezone.now())
        assert leads_points(wang)
        assert "3 单待取" in desk.read("points/")


class TestSettings:
    """A4 A5."""

    def test_what_buyers_read_is_said_here(self, desk: Desk, merchant: Merchant) -> None:
        typed = {"introduction": "赣南的橙子", "service_phone": "400-820-8820", "service_hours": "每天 9:00–20:00"}
        assert desk.post("settings/", fields=typed).status_code == 302
        merchant.refresh_from_db()
        assert (merchant.introduction, merchant.service_phone) == ("赣南的橙子", "400-820-8820")

        wrong = words(desk.post("settings/", fields=typed | {"service_phone": "找老周"}))
        assert "写成电话号码" in wrong.split(FIELD_ERROR)[1]
        assert "找老周" in wrong, "what was typed stays"
        merchant.refresh_from_db()
        assert merchant.service_phone == "400-820-8820"

    def test_a_key_is_shown_once_and_can_be_made_useless(self, desk: Desk) -> None:
        answer = desk.post("settings/keys/add/", label="打单软件")
        assert "no-store" in answer.headers["Cache-Control"], "nor again by the memory of a browser"
        shown = words(answer)
        key = shown.split('<code class="code">gb_')[1].split("<")[0]
        assert user_of_token(f"gb_{key}") == desk.person
        page = desk.read("settings/")
        assert "打单软件" in page
        assert key not in page

        desk.post(f"settings/keys/{tokens_of(desk.person)[0].pk}/remove/")
        assert user_of_token(f"gb_{key}") is None

    @pytest.mark.parametrize("role", ["warehouse", "support", "finance"])
    def test_only_who_sells_decides_what_is_said(self, merchant: Merchant, role: str) -> None:
        person = Desk(make_staff(merchant, role), merchant)
        assert person.get("settings/").status_code == 403
        assert person.post("settings/", introduction="我的店").status_code == 403
        merchant.refresh_from_db()
        assert merchant.introduction == ""


class TestTheWayIn:
    def test_who_works_for_one_merchant_goes_straight_in(self, desk: Desk) -> None:
        assert desk.client.get("/backoffice/").headers["Location"] == desk.url()

    def test_who_works_for_several_chooses(self, desk: Desk) -> None:
        other = make_merchant("隔壁果园")
        make_staff(other, "support", user=desk.person)
        page = words(desk.client.get("/backoffice/"))
        assert desk.url() in page
        assert f"/backoffice/{other.code}/" in page

    def test_who_has_applied_reads_how_it_stands(self) -> None:
        """A2."""
        merchant = make_merchant("新果园", approved=False)
        client = Client()
        client.force_login(owner_of(merchant))
        assert "新果园正在审核" in words(client.get("/backoffice/"))
        assert client.get(f"/backoffice/{merchant.code}/").status_code == 404

        reject(merchant=merchant, actor_id=make_operator().pk, note="执照看不清", now=timezone.now())
        assert "执照看不清" in words(client.get("/backoffice/"))

    def test_who_has_no_shop_is_shown_how_to_get_one(self) -> None:
        client = Client()
        client.force_login(make_user())
        assert "我要开店" in words(client.get("/backoffice/"))

    def test_who_is_not_signed_in_is_sent_there_and_back(self) -> None:
        assert Client().get("/backoffice/").headers["Location"] == "/sign-in/?next=/backoffice/"


@pytest.mark.usefixtures("scripted_gateway")
def test_buyers_read_on_the_campaign_what_the_shop_says_of_itself(desk: Desk, merchant: Merchant) -> None:
    """A4: and nothing while it says nothing."""
    campaign = make_open(merchant)
    assert "tel:" not in words(Client().get(f"/campaigns/{campaign.code}/"))
    desk.post("settings/", introduction="赣南的橙子", service_phone="400-820-8820", service_hours="每天 9:00–20:00")
    page = words(Client().get(f"/campaigns/{campaign.code}/"))
    assert "赣南的橙子" in page
    assert 'href="tel:400-820-8820"' in page

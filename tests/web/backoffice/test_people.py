"""A5 and D5: who works here, where goods are fetched, and the way in."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Merchant, StaffMember
from accounts.services.merchants import reject
from orders.models import PickupPoint
from tests.factories.accounts import make_merchant, make_operator, make_staff, make_user, owner_of
from tests.factories.campaigns import make_point
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

        desk.post(f"points/{point.code}/", fields=typed | {"without_leader": "on", "is_active": ""})
        point.refresh_from_db()
        assert (point.leader, point.is_active) == (None, False)

    @pytest.mark.parametrize(
        ("field", "typed", "said"),
        [
            ("name", "", "写个名字"),
            ("name", "南门", "已经有一个同名的自提点"),
            ("leader_phone", "13812345678", "这个手机号还没有注册，请团长先注册"),
            ("commission_bp", "51", "佣金在 0% 到 50% 之间"),
            ("commission_bp", "five", "写成数字，最多两位小数，比如 5 或 2.5"),
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

"""H7: the shop's customers on pages: masked, found, tagged; and whoever looks is written down."""

import pytest
from django.utils import timezone

from accounts.models import Merchant, User
from common.models import AuditEntry
from community.models import UserTag
from community.services.segmenting.recomputing import recompute_segments
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_open
from tests.factories.community import make_community, make_member
from tests.web.backoffice.desks import FIELD_ERROR, Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant()


@pytest.fixture
def alice(merchant: Merchant) -> User:
    """She paid one order of two pieces, ¥59.80, and lives in a community."""
    person = make_user(phone="13912345678", name="王晓雨")
    join_and_pay(person, make_open(merchant), 2)
    make_member(person, make_community())
    recompute_segments(now=timezone.now())
    return person


def test_a_shop_without_customers_says_so(merchant: Merchant) -> None:
    """H7: and who only placed an order is none."""
    assert "还没有顾客" in Desk(owner_of(merchant), merchant).read("customers/")


def test_the_list_shows_segments_and_masks_people(merchant: Merchant, alice: User) -> None:
    """H7: 王**, 139****5678, a new member, ¥59.80; neither the name nor the number stands on the page."""
    page = Desk(owner_of(merchant), merchant).read("customers/")
    for word in ("王**", "139****5678", "新用户", "¥59.80", "1 位顾客"):
        assert word in page
    assert "王晓雨" not in page
    assert "13912345678" not in page


def test_the_list_finds_and_sorts(merchant: Merchant, alice: User) -> None:
    """H7: by tail, segment and tag; the bigger spender first where that is asked."""
    desk = Desk(owner_of(merchant), merchant)
    join_and_pay(make_user(phone="13900008888", name="李四"), make_open(merchant), 1)
    desk.post(f"customers/{alice.code}/tag/", name="爱吃辣")
    for query in ({"q": "5678"}, {"segment": "new"}, {"tag": "爱吃辣"}):
        page = desk.read("customers/", **query)
        assert "王**" in page
        assert "李**" not in page
    by_spend = desk.read("customers/", sort="spent")
    assert by_spend.index("王**") < by_spend.index("李**")
    newest = desk.read("customers/", sort="nonsense")
    assert newest.index("李**") < newest.index("王**")
    assert "没有找到这样的顾客" in desk.read("customers/", q="0000")


def test_a_profile_is_looked_at_and_tagged(merchant: Merchant, alice: User) -> None:
    """H7: what she bought here; a word is put on and taken off; each look leaves its row."""
    desk = Desk(owner_of(merchant), merchant)
    address = f"customers/{alice.code}/"
    page = desk.read(address)
    for word in ("王**", "139****5678", "红富士苹果", "1 单，平均 ¥59.80"):
        assert word in page
    assert "王晓雨" not in page
    assert desk.post(f"{address}tag/", name="老顾客").status_code == 302
    assert "老顾客" in desk.read(address)
    too_long = desk.post(f"{address}tag/", name="长" * 13)
    assert (too_long.status_code, FIELD_ERROR in words(too_long)) == (200, True)
    assert desk.post(f"{address}untag/", name="老顾客").status_code == 302
    assert not UserTag.objects.exists()
    assert AuditEntry.objects.filter(action="customer.look", subject=f"user:{alice.code}").count() == 3


def test_nobody_looks_at_a_stranger(merchant: Merchant, alice: User) -> None:
    """H7: who never bought here has no page, and gets no word."""
    stranger = make_user(name="Bob")
    desk = Desk(owner_of(merchant), merchant)
    assert desk.get(f"customers/{stranger.code}/").status_code == 404
    assert desk.post(f"customers/{stranger.code}/tag/", name="x").status_code == 404
    assert not UserTag.objects.exists()

"""H7: a merchant knows its customers by what they bought here, puts words on them, and nothing of a rival's shows."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Merchant, User
from catalog.models import Sku
from common.errors import InvalidField
from common.models import AuditEntry
from community.errors import NoSuchCustomer, TooManyTags
from community.models import Tag, UserTag
from community.selectors.customers import customer_of, customers_of, found_among_customers, segment_counts
from community.selectors.tags import platform_tags_on, tags_of
from community.services import tagging
from community.services.profiles import look_at
from community.services.segmenting.recomputing import recompute_segments
from orders.states import OrderStatus
from tests.factories.accounts import make_merchant, make_operator, make_user, owner_of
from tests.factories.catalog import make_sku
from tests.factories.segments import make_neighbour, make_purchase

NOW = dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sku() -> Sku:
    return make_sku(make_merchant("果园"))


def shop_of(sku: Sku) -> Merchant:
    return sku.product.merchant


def put(person: User, word: str, sku: Sku) -> UserTag:
    merchant = shop_of(sku)
    return tagging.tag_customer(merchant=merchant, code=person.code, name=word, actor_id=owner_of(merchant).pk, now=NOW)


def test_a_customer_is_who_paid_here_with_what_is_left_after_refunds(sku: Sku) -> None:
    """H7: two orders and a cancelled one make two; what a rival sold her counts nothing."""
    alice = make_user()
    make_purchase(alice, sku, at=NOW - 9 * DAY, fen=5000, refunded_fen=1000)
    make_purchase(alice, sku, at=NOW - 5 * DAY, fen=3000)
    make_purchase(alice, sku, at=NOW - 2 * DAY, fen=9000, refunded_fen=9000, status=OrderStatus.CANCELLED)
    make_purchase(alice, make_sku(make_merchant("对面")), at=NOW, fen=70000)
    found = customers_of(shop_of(sku)).get()
    assert (found.user, found.orders, found.spent_fen) == (alice, 2, 7000)
    assert (found.first_at, found.last_at) == (NOW - 9 * DAY, NOW - 2 * DAY)


def test_who_never_paid_is_no_customer(sku: Sku) -> None:
    """H7: an order that was placed and never paid opens nobody's profile."""
    bob = make_user(name="Bob")
    order = make_purchase(bob, sku, at=NOW, status=OrderStatus.EXPIRED)
    type(order).objects.update(paid_at=None)
    assert not customers_of(shop_of(sku)).exists()
    with pytest.raises(NoSuchCustomer):
        customer_of(shop_of(sku), bob.code)


def test_scores_are_fifths_of_this_merchants_customers(sku: Sku) -> None:
    """H7: the best of five has 5, equals are alike; a rival's big spender moves nobody."""
    people = [make_user(name=f"买家{index}") for index in range(5)]
    for index, person in enumerate(people):
        make_purchase(person, sku, at=NOW - (9 - index) * DAY, fen=1000 * (index + 1))
    make_purchase(make_user(), make_sku(make_merchant("对面")), at=NOW, fen=99900)
    scores = customers_of(shop_of(sku)).order_by("spent_fen")
    assert list(scores.values_list("recency_score", "frequency_score", "monetary_score")) == [
        (1, 1, 1),
        (2, 1, 2),
        (3, 1, 3),
        (4, 1, 4),
        (5, 1, 5),
    ]


def test_customers_are_found_by_phone_segment_and_tag(sku: Sku) -> None:
    """H7: four digits, the whole number or the code; a segment; a word of this merchant's, not of another."""
    alice, bob = make_neighbour(joined_at=NOW - DAY), make_user(name="Bob")
    rival = make_sku(make_merchant("对面"))
    for person in (alice, bob):
        make_purchase(person, sku, at=NOW)
        make_purchase(person, rival, at=NOW)
    recompute_segments(now=NOW)
    put(alice, "爱吃辣", sku)
    put(bob, "爱吃辣", rival)
    put(bob, "老顾客", sku)

    def found(**asked: str) -> list[User]:
        return [customer.user for customer in found_among_customers(shop_of(sku), **asked)]

    assert found(search=alice.phone_tail) == found(search=alice.phone) == found(search=alice.code.lower()) == [alice]
    assert (found(segment="repeat"), found(tag="爱吃辣"), found(tag="老顾客")) == ([alice], [alice], [bob])
    assert found(search="nobody") == found(segment="repeat", tag="老顾客") == []
    assert {segment: count for segment, count in segment_counts(shop_of(sku)) if count} == {"repeat": 1}


def test_a_profile_shows_what_happened_here_and_says_who_looked(sku: Sku) -> None:
    """H7: goods, orders and words of this merchant alone; each look is an audit row."""
    alice, merchant = make_user(), shop_of(sku)
    rival = make_sku(make_merchant("对面"), name="贵妃芒")
    make_purchase(alice, sku, at=NOW, fen=3001, pieces=3)
    make_purchase(alice, sku, at=NOW, fen=1000)
    make_purchase(alice, rival, at=NOW, fen=1000, pieces=9)
    put(alice, "爱吃辣", sku)
    put(alice, "难缠", rival)
    profile = look_at(merchant=merchant, code=alice.code, actor_id=owner_of(merchant).pk)
    assert [(each.name, each.pieces) for each in profile.favourites] == [("红富士苹果", 4)]
    assert ([tag.name for tag in profile.tags], len(profile.orders), profile.average_fen) == (["爱吃辣"], 2, 2000)
    look = AuditEntry.objects.get(action="customer.look")
    assert (look.actor, look.subject) == (owner_of(merchant), f"user:{alice.code}")
    assert look.detail == {"merchant": merchant.code}
    with pytest.raises(NoSuchCustomer):
        look_at(merchant=merchant, code=make_user().code, actor_id=owner_of(merchant).pk)


def test_a_word_is_put_once_and_taken_off_again(sku: Sku) -> None:
    """H7: said twice it stands once; the audit names the tag and never its words."""
    alice, merchant = make_user(), shop_of(sku)
    make_purchase(alice, sku, at=NOW)
    first = put(alice, " 爱吃辣 ", sku)
    assert put(alice, "爱吃辣", sku) == first
    assert [(tag.name, tag.wearers) for tag in tags_of(merchant)] == [("爱吃辣", 1)]  # type: ignore[attr-defined]
    for _time in range(2):
        tagging.untag(merchant=merchant, user=alice, name="爱吃辣", actor_id=owner_of(merchant).pk)
    assert not UserTag.objects.exists()
    written = AuditEntry.objects.filter(action__startswith="tag.").order_by("pk")
    assert [(entry.action, entry.detail) for entry in written] == [
        (action, {"tag": first.tag_id, "user": alice.code}) for action in ("tag.put", "tag.take")
    ]


def test_a_merchant_puts_words_on_its_own_customers_only(sku: Sku) -> None:
    """H7: a stranger is nobody's customer; two shops may use the same word, each for itself."""
    stranger, alice = make_user(name="Bob"), make_user()
    rival = make_sku(make_merchant("对面"))
    for shop in (sku, rival):
        make_purchase(alice, shop, at=NOW)
        put(alice, "老顾客", shop)
    with pytest.raises(NoSuchCustomer):
        put(stranger, "老顾客", sku)
    assert Tag.objects.count() == UserTag.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(merchant=shop_of(sku), name="老顾客", made_at=NOW)


def test_operators_put_words_on_anybody() -> None:
    """H7: the platform's words stand apart from every merchant's."""
    oscar, bob = make_operator("operations"), make_user(name="Bob")
    tagging.tag_person(user=bob, name="KOC", actor_id=oscar.pk, now=NOW)
    assert platform_tags_on(bob) == ["KOC"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(merchant=None, name="KOC", made_at=NOW)
    tagging.drop_tag(tag=Tag.objects.get(), actor_id=oscar.pk)
    assert platform_tags_on(bob) == []
    assert AuditEntry.objects.get(action="tag.drop").detail["wearers"] == 1


def test_words_have_their_limits(sku: Sku, monkeypatch: pytest.MonkeyPatch) -> None:
    """H7: an empty word and a long one are refused, and so is one too many on a person or in a shop."""
    alice, bob = make_user(), make_user(name="Bob")
    for person in (alice, bob):
        make_purchase(person, sku, at=NOW)
    for word in (" ", "一二三四五六七八九十一二三"):
        with pytest.raises(InvalidField):
            put(alice, word, sku)
    monkeypatch.setattr(tagging, "MOST_ON_ONE", 2)
    monkeypatch.setattr(tagging, "MOST_TAGS", 3)
    put(alice, "一", sku)
    put(alice, "二", sku)
    with pytest.raises(TooManyTags):
        put(alice, "三", sku)
    put(bob, "三", sku)
    with pytest.raises(TooManyTags):
        put(bob, "四", sku)
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["一", "三", "二"]

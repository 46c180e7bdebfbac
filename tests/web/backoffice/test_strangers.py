"""A5: whoever does not work for a merchant finds nothing of it, at any address; the wrong role is told no."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Merchant, User
from accounts.selectors.tokens import tokens_of
from accounts.services.merchants import suspend
from accounts.services.tokens import issue_token
from accounts.states import StaffRole
from catalog.services.images import add_image
from marketing.services.channels import make_channel
from marketing.services.codes import order_batch
from payments.purses import Owner
from tests.factories.accounts import make_merchant, make_operator, make_picture, make_staff, make_user, owner_of
from tests.factories.campaigns import fill, make_draft, make_open
from tests.factories.exports import make_export
from tests.factories.marketing import make_promotion, make_template
from tests.factories.payouts import make_withdrawal
from tests.factories.reviews import make_imported, make_question
from tests.lasting import made_once
from web.backoffice.access import MAY, Right

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]

OF_A_DRAFT = {"campaign-edit", "campaign-step", "campaign-check", "campaign-discard", "campaign-submit"}


@dataclass(frozen=True)
class Place:
    """One address of the back office, with everything in it belonging to one merchant."""

    name: str
    url: str
    right: Right


def patterns() -> Iterator[URLPattern]:
    """Every address of the back office that names a merchant, whatever is added later."""

    def walk(level: Any) -> Iterator[URLPattern]:
        for entry in level:
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns)
            else:
                yield entry

    faces: list[Any] = get_resolver().url_patterns
    face = next(each for each in faces if getattr(each, "app_name", "") == "backoffice")
    return (each for each in walk(face.url_patterns) if each.name != "entry")


def places_of(merchant: Merchant) -> list[Place]:
    """Each address with real codes of a merchant that has one of everything."""
    campaign = make_open(merchant)
    draft = make_draft(merchant, title="草稿")
    order = fill(campaign, 1)[0]
    sku = campaign.skus.get().sku
    review = make_imported(sku.product, "一直喜欢")[0]
    question = make_question(sku.product)
    image = add_image(product=sku.product, upload=make_picture(), now=timezone.now())
    owner = owner_of(merchant)
    issue_token(user=owner, label="打单软件", now=timezone.now())
    key = tokens_of(owner)[0]
    export = make_export(merchant)
    channel = make_channel(merchant=merchant, name="东门", kind="board", actor_id=owner.pk, now=timezone.now())
    withdrawal = make_withdrawal(Owner(merchant=merchant), now=timezone.now())
    coupon = make_template(merchant)
    batch = order_batch(template=coupon, quantity=1, actor_id=owner.pk, now=timezone.now())
    promotion = make_promotion(merchant)
    codes: dict[str, Callable[[str], object]] = {
        "code": lambda name: {
            "promotion": promotion.code,
            "coupon": batch.code if name == "coupon-codes-download" else coupon.code,
            "product": sku.product.code,
            "picture": sku.product.code,
            "stock": sku.code,
            "sku": sku.code,
            "campaign": draft.code if name in OF_A_DRAFT else campaign.code,
            "point": campaign.pickup_points.get().code,
            "channel": channel.code,
            "picking": campaign.code,
            "handover": campaign.code,
            "staff": owner_of(merchant).code,
            "customer": order.buyer.code,
            "payee": withdrawal.payee.code,
            "review": review.code,
            "question": question.code,
            "export": export.code,
        }[name.split("-")[0]],
        "number": lambda name: withdrawal.number if name == "withdrawal-cancel" else order.number,
        "image_id": lambda _name: image.pk,
        "token_id": lambda _name: key.pk,
        "name": lambda _name: "dark",
        "step": lambda _name: "ladder",
        "report": lambda _name: "orders",
    }
    places = []
    for pattern in patterns():
        name = str(pattern.name)
        wanted = {key: codes[key](name) for key in pattern.pattern.converters}
        url = reverse(f"backoffice:{name}", kwargs={"merchant": merchant.code} | wanted)
        places.append(Place(name, url, pattern.callback.right))  # type: ignore[attr-defined]
    return places


@dataclass(frozen=True)
class Shop:
    """A merchant that has one of everything, by its key, and all addresses of it."""

    merchant_id: int
    places: list[Place]

    @property
    def merchant(self) -> Merchant:
        return Merchant.objects.get(pk=self.merchant_id)


@pytest.fixture(scope="module")
def shop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Shop]:
    yield from made_once(django_db_blocker, _make_shop)


def _make_shop() -> Shop:
    merchant = make_merchant("果园直发")
    return Shop(merchant.pk, places_of(merchant))


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_rival_finds_nothing_at_any_address(shop: Shop) -> None:
    """A5: reading or writing, with the codes of somebody else's shop: 404, everywhere."""
    rival = browser(owner_of(make_merchant("隔壁果园")))

    assert len(shop.places) >= 30
    seen = {place.url: (rival.get(place.url).status_code, rival.post(place.url).status_code) for place in shop.places}
    assert {url: codes for url, codes in seen.items() if codes != (404, 404)} == {}


def test_the_codes_of_a_rival_open_nothing_in_my_own_shop(shop: Shop) -> None:
    """A5: a rival's product, SKU, campaign, order, point or colleague under my own merchant: 404."""
    theirs, mine = shop.merchant, make_merchant("隔壁果园")
    places = [place for place in shop.places if place.url.count("/") > 4]
    rival = browser(owner_of(mine))

    crossed = {place.url.replace(theirs.code, mine.code): place.name for place in places}
    lists = {
        "campaign-new",
        "coupon-new",
        "promotion-new",
        "product-new",
        "products-shelf",
        "point-new",
        "orders-ready",
        "orders-ready-all",
        "staff-add",
        "key-add",
        "robot",
        "robot-try",
        "robot-remove",
        "money-orders",
        "withdrawals",
        "payees",
        "export-make",
    }
    for url, name in crossed.items():
        if name in lists:
            continue
        assert rival.post(url, {"quantity": "1", "reason": "x", "threshold": "1"}).status_code == 404, name
        assert rival.get(url).status_code in (404, 405), name


def test_a_neighbour_is_sent_to_sign_in_or_finds_nothing(shop: Shop) -> None:
    consumer = browser(make_user(name="Bob"))

    assert {consumer.get(place.url).status_code for place in shop.places} == {404}
    assert {Client().get(place.url).headers["Location"].split("?")[0] for place in shop.places} == {
        reverse("storefront:sign-in")
    }


@pytest.mark.parametrize("role", list(StaffRole))
def test_each_role_opens_its_own_doors_and_no_other(role: StaffRole, shop: Shop) -> None:
    """A5: the table says who may; every address obeys it, and the menu shows no door that is shut."""
    merchant = shop.merchant
    client = browser(make_staff(merchant, role))

    for place in shop.places:
        answer = client.get(place.url)
        if role in MAY[place.right]:
            # 204: a part in which nothing is new; 286: one in which nothing more will come.
            assert answer.status_code in (200, 204, 286, 302, 405), place.name
        else:
            assert answer.status_code == 403, place.name
            assert client.post(place.url).status_code == 403, place.name
    home = client.get(reverse("backoffice:home", args=[merchant.code])).content.decode()
    for name, right in (
        ("products", Right.SELL),
        ("stock", Right.STOCK),
        ("refunds", Right.REFUNDS),
        ("money", Right.MONEY),
        ("staff", Right.STAFF),
    ):
        assert (reverse(f"backoffice:{name}", args=[merchant.code]) in home) == (role in MAY[right])


def test_the_table_of_roles() -> None:
    """A5: as the shop's owner reads it on the staff page."""
    owner, manager, warehouse, support, finance = StaffRole
    assert {right.value: {role.value for role in roles} for right, roles in MAY.items()} == {
        "home": {owner, manager, warehouse, support, finance},
        "orders": {owner, manager, warehouse, support, finance},
        "refunds": {owner, manager, finance},
        "fulfil": {owner, manager, warehouse},
        "stock": {owner, manager, warehouse},
        "sell": {owner, manager},
        "staff": {owner, manager},
        "hire": {owner},
        "answer": {owner, manager, support},
        "customers": {owner, manager, support},
        "numbers": {owner, manager, finance},
        "money": {owner, finance},
        "payouts": {owner, finance},
        "settings": {owner, manager},
    }


def test_whoever_was_removed_is_out_at_once() -> None:
    merchant = make_merchant()
    person = make_staff(merchant)
    client = browser(person)
    home = reverse("backoffice:home", args=[merchant.code])
    assert client.get(home).status_code == 200

    browser(owner_of(merchant)).post(reverse("backoffice:staff-remove", args=[merchant.code, person.code]))

    assert client.get(home).status_code == 404


def test_a_suspended_shop_stays_open_for_what_is_sold_and_opens_nothing_new() -> None:
    merchant = make_merchant()
    draft = make_draft(merchant)
    suspend(merchant=merchant, actor_id=make_operator().pk, note="执照过期", now=timezone.now())
    client = browser(owner_of(merchant))

    page = client.get(reverse("backoffice:home", args=[merchant.code]))
    client.post(reverse("backoffice:campaign-submit", args=[merchant.code, draft.code]))

    assert "执照过期" in page.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"

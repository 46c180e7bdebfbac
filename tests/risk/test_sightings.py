"""I4: from where people come, as keyed hashes, at three moments and no other; forgotten after 90 days."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from common import events
from orders.events import OrderPlaced
from orders.models import Order
from risk.fingerprints import address_hash, device_hash, network_hash
from risk.models import AddressSighting, Sighting
from risk.services.sightings import forget, sight, sightings
from risk.tasks import clean_up
from tests.campaigns.conftest import NOON
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.campaigns import join_as, make_open
from tests.factories.risk import DOOR, REGION, delivered, seen
from tests.web.storefront.test_joining import form_of, join_page
from web.devices import COOKIE

pytestmark = pytest.mark.django_db
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
TABLET = "t" * 32


@pytest.fixture
def alice() -> User:
    return make_user(name="Alice")


def sign_in(browser: Client, person: User) -> None:
    browser.post("/sign-in/?by=password", {"phone": person.phone, "password": PASSWORD})


def test_the_same_place_is_one_row_that_counts(alice: User) -> None:
    for hours in (0, 2, 1):
        seen(alice, TABLET, now=NOON + dt.timedelta(hours=hours))
    row = Sighting.objects.get()
    assert (row.count, row.first_seen, row.last_seen) == (3, NOON, NOON + dt.timedelta(hours=2))


def test_several_notes_of_one_place_are_one_row_and_whoever_is_gone_takes_no_others_along(alice: User) -> None:
    """Notes are written down together, a moment after they were made."""
    for person, minutes in ((alice.pk, 1), (alice.pk, 0), (alice.pk + 1, 2)):
        sightings._notes.append({"person": person, "device": "", "network": "n", "at": NOON + minutes * MINUTE})
    sightings.write_down()
    row = Sighting.objects.get()
    assert (row.user, row.count, row.first_seen, row.last_seen) == (alice, 2, NOON, NOON + MINUTE)


def test_only_keyed_hashes_are_kept(alice: User) -> None:
    """Neither the token nor the address stands in the table, and the hash is one of ours."""
    sight(user_id=alice.pk, device=TABLET, ip="203.0.113.7", now=NOON)
    row = Sighting.objects.get()
    assert (row.device_hash, row.network_hash) == (device_hash(TABLET), network_hash("203.0.113.200"))
    assert len(row.device_hash) == len(row.network_hash) == 64
    assert TABLET not in str(vars(row))
    assert "203.0.113" not in str(vars(row))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.250", True),
        ("203.0.113.7", "203.0.114.7", False),
        ("::ffff:203.0.113.7", "203.0.113.9", True),
        ("2001:db8:1:100::1", "2001:db8:1:1ff::2", True),
        ("2001:db8:1:100::1", "2001:db8:1:200::1", False),
        ("unknown", "unknown", True),
    ],
)
def test_a_network_is_a_line_not_a_machine(one: str, other: str, same: bool) -> None:
    assert (network_hash(one) == network_hash(other)) is same


@pytest.mark.parametrize(
    ("detail", "same"),
    [
        ("文三路1号2幢301室", True),
        ("文三路 1 号，2 幢 301 室", True),
        ("文三路１号２幢３０１室", True),
        ("文三路1号2幢302室", False),
    ],
)
def test_a_door_is_a_door_however_it_is_written(detail: str, same: bool) -> None:
    assert (address_hash(REGION, detail) == address_hash(REGION, DOOR)) is same


def test_signing_in_leaves_a_token_that_no_script_reads(alice: User, client: Client) -> None:
    """The same browser is the same device for the next person too."""
    sign_in(client, alice)
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], len(cookie.value)) == (True, "Lax", 32)
    client.post("/sign-out/")
    sign_in(client, make_user(name="Bob"))
    assert client.cookies[COOKIE].value == cookie.value
    assert set(Sighting.objects.values_list("device_hash", flat=True)) == {device_hash(cookie.value)}
    assert Sighting.objects.count() == 2


def test_what_looks_unlike_a_token_of_ours_is_replaced(alice: User, client: Client) -> None:
    client.cookies[COOKIE] = "x" * 4000
    sign_in(client, alice)
    assert client.cookies[COOKIE].value != "x" * 4000
    assert Sighting.objects.get().device_hash == device_hash(client.cookies[COOKIE].value)


def test_looking_around_leaves_no_trace(client: Client, alice: User) -> None:
    """I30: no cookie for strangers, and none on pages for whoever is signed in already."""
    for path in ("/", "/campaigns/", "/sign-in/"):
        client.get(path)
    client.force_login(alice)
    client.get("/me/")
    assert COOKIE not in client.cookies
    assert Sighting.objects.count() == 0


def test_a_wrong_password_is_nobodys_sighting(client: Client, alice: User) -> None:
    client.post("/sign-in/?by=password", {"phone": alice.phone, "password": "wrong-melons"})
    assert COOKIE not in client.cookies
    assert Sighting.objects.count() == 0


def test_placing_an_order_is_a_moment_to_look(client: Client, alice: User) -> None:
    """I4: at the order, not at the quote before it."""
    campaign = make_open()
    client.force_login(alice)
    page = client.get(join_page(campaign))
    assert Sighting.objects.count() == 0
    client.post(join_page(campaign), form_of(page, campaign))
    assert Order.objects.filter(buyer=alice).count() == 1
    assert Sighting.objects.get().user == alice
    assert COOKIE in client.cookies


def test_a_program_is_known_by_its_line_only(client: Client, alice: User) -> None:
    """The API sets no cookie; a device nobody knows is no device that two people share."""
    body = {"phone": alice.phone, "password": PASSWORD}
    answer = client.post("/api/v1/auth/login/", body, content_type="application/json")
    assert answer.status_code == 200
    assert COOKIE not in answer.cookies
    row = Sighting.objects.get()
    assert (row.device_hash, row.network_hash) == ("", network_hash("127.0.0.1"))


def test_a_program_that_comes_again_within_the_hour_is_written_down_once(client: Client, alice: User) -> None:
    """I4: from another network it is news."""
    body = {"phone": alice.phone, "password": PASSWORD}
    for address in ("203.0.113.7", "203.0.113.7", "198.51.100.9"):
        client.post("/api/v1/auth/login/", body, content_type="application/json", REMOTE_ADDR=address)
    assert sorted(Sighting.objects.values_list("network_hash", "count")) == sorted(
        (network_hash(address), 1) for address in ("203.0.113.7", "198.51.100.9")
    )


def test_a_door_is_seen_when_an_order_goes_there_and_once_for_each_order(alice: User) -> None:
    """The handler of a placed order; told again, it counts no second time."""
    order = join_as(alice, make_open(now=NOON), now=NOON)
    events.drain(now=NOON)
    assert AddressSighting.objects.count() == 0
    Order.objects.filter(pk=order.pk).update(delivery_region=REGION)
    order.delivery_region, order.delivery_detail = REGION, DOOR
    order.save(update_fields=["delivery_region", "delivery_detail"])
    events.publish(OrderPlaced(order_id=order.pk))
    for _each in range(2):
        events.drain(now=NOON)
    row = AddressSighting.objects.get()
    assert (row.user, row.address_hash, row.count) == (alice, address_hash(REGION, DOOR), 1)


def test_after_ninety_days_nobody_knows_any_more(alice: User) -> None:
    """I30: what was seen again since is kept."""
    seen(alice, TABLET, now=NOON - 91 * DAY)
    delivered(alice, now=NOON - 91 * DAY)
    seen(alice, "p" * 32, now=NOON - 91 * DAY)
    seen(alice, "p" * 32, now=NOON - 89 * DAY)
    assert forget(now=NOON) == 2
    assert Sighting.objects.get().device_hash == device_hash("p" * 32)


def test_the_sweep_forgets_by_the_databases_clock(alice: User) -> None:
    seen(alice, TABLET, now=timezone.now() - 91 * DAY)
    clean_up()
    assert Sighting.objects.count() == 0

"""Lists are read page by page, and a page asks the same number of questions however full it is."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from community.services.sharing import invited, link_of
from community.states import Shared
from marketing.models import ReferralProgramme
from marketing.services.rewards.referring import joined_community
from payments.purses import Owner
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_draft, make_open
from tests.factories.marketing import give_coupon, make_referral, make_template
from tests.factories.payouts import make_withdrawal
from tests.web.api.conftest import Program

ProgramOf = Callable[..., Program]
LISTS = (
    "campaigns/",
    "pickup-points/",
    "orders/",
    "messages/",
    "merchant/products/",
    "merchant/skus/",
    "merchant/campaigns/",
    "merchant/orders/",
    "merchant/customers/",
    "me/withdrawals/",
    "merchant/withdrawals/",
    "coupons/",
    "me/coupons/",
    "me/invitations/",
    "me/rewards/",
    "merchant/coupons/",
)


@pytest.mark.django_db
def test_no_page_asks_more_for_more_rows(program: ProgramOf, scripted_gateway: object) -> None:
    merchant, rival = make_merchant(), make_merchant("别家")
    owner = owner_of(merchant)
    caller = program(owner)

    def grow(times: int) -> None:
        for _ in range(times):
            join_and_pay(make_user(), make_open(merchant))
            join_and_pay(owner, make_open(rival))
            make_draft(merchant)
            _invite(owner)
            give_coupon(owner, make_template(merchant, ("newcomer", "")))
            make_withdrawal(Owner(user=owner))
            make_withdrawal(Owner(merchant=merchant))

    def counted() -> dict[str, int]:
        found = {}
        for path in LISTS:
            with CaptureQueriesContext(connection) as queries:
                assert caller.ask(path).status_code == 200
            found[path] = len(queries)
        return found

    grow(1)
    counted()
    few = counted()
    grow(3)
    many = counted()
    assert {path: number for path, number in many.items() if number > few[path]} == {}
    assert max(many.values()) <= 16


def _invite(inviter: User) -> None:
    """Somebody comes by their link and joins a community: both are rewarded."""
    now = timezone.now()
    newcomer = make_user()
    invited(invitee=newcomer, link=link_of(user=inviter, kind=Shared.HOME, code="", now=now), now=now)
    if not ReferralProgramme.objects.exists():
        make_referral(inviter_coupon=make_template(per_person=50))
    joined_community(user_id=newcomer.pk, now=now)


@pytest.mark.django_db
def test_pages_follow_each_other_and_nothing_is_shown_twice(program: ProgramOf, scripted_gateway: object) -> None:
    alice = make_user()
    numbers = [join_and_pay(alice, make_open()).number for _ in range(5)]
    caller = program(alice)
    seen, address = [], "/api/v1/orders/?page_size=2"
    while address:
        page = caller.get(address).json()
        seen += [order["number"] for order in page["results"]]
        address = page["next"]
    assert seen == numbers[::-1]


@pytest.mark.django_db
def test_the_hall_turns_its_pages(program: ProgramOf) -> None:
    codes = {make_open().code for _ in range(3)}
    first = program().ask("campaigns/", page_size=2).json()
    second = program().ask("campaigns/", page_size=2, page=first["next_page"]).json()
    shown = [card["code"] for card in first["results"] + second["results"]]
    assert (first["next_page"], second["next_page"], set(shown), len(shown)) == (2, None, codes, 3)


def test_the_document_is_valid_and_says_everything(tmp_path: object) -> None:
    """K4: `spectacular --validate --fail-on-warn` is clean."""
    call_command("spectacular", validate=True, fail_on_warn=True, file=f"{tmp_path}/schema.yml")

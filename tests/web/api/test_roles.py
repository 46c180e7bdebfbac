"""A5: what each role of a merchant's staff may do over the API, and what its merchant's state allows."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.services.merchants import suspend
from accounts.states import StaffRole
from common.models import AuditEntry
from tests.factories.accounts import make_merchant, make_operator, make_staff, make_user, owner_of
from tests.factories.campaigns import join_as, make_draft, make_open
from tests.factories.catalog import make_sku
from tests.web.api.conftest import Program, is_problem

ProgramOf = Callable[..., Program]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "may_stock", "may_sell"),
    [
        (StaffRole.MANAGER, True, True),
        (StaffRole.WAREHOUSE, True, False),
        (StaffRole.SUPPORT, False, False),
        (StaffRole.FINANCE, False, False),
    ],
)
def test_each_role_does_its_own_work_only(program: ProgramOf, role: str, may_stock: bool, may_sell: bool) -> None:
    draft = make_draft()
    sku = draft.skus.get().sku
    stan = program(make_staff(draft.merchant, role))
    assert stan.ask(f"merchant/campaigns/{draft.code}/").status_code == 200
    stocked = stan.tell(f"merchant/skus/{sku.code}/stock/", {"quantity": 1, "reason": "到货"})
    submitted = stan.tell(f"merchant/campaigns/{draft.code}/submit/")
    assert (stocked.status_code, submitted.status_code) == (200 if may_stock else 403, 200 if may_sell else 403)
    if not may_sell:
        is_problem(submitted, 403, "role_may_not")
        draft.refresh_from_db()
        assert draft.status == "draft"


@pytest.mark.django_db
def test_somebody_who_works_for_two_names_the_one_that_is_meant(program: ProgramOf) -> None:
    first, second = make_merchant("一号店"), make_merchant("二号店")
    stan = make_staff(second, user=owner_of(first))
    make_sku(second)
    caller = program(stan)
    is_problem(caller.ask("merchant/products/"), 400, "which_merchant")
    assert len(caller.ask("merchant/products/", merchant=second.code).json()["results"]) == 1
    assert caller.ask("merchant/products/", merchant=first.code).json()["results"] == []
    assert {place["role"] for place in caller.ask("merchant/").json()} == {"owner", "manager"}


@pytest.mark.django_db
def test_a_suspended_merchant_looks_but_sells_nothing_new(program: ProgramOf) -> None:
    merchant = make_merchant()
    sku = make_sku(merchant, stock=5, on_shelf=False)
    suspend(merchant=merchant, actor_id=make_operator().pk, note="资质过期", now=timezone.now())
    owner = program(owner_of(merchant))
    assert owner.ask("merchant/products/").status_code == 200
    answer = owner.tell(f"merchant/products/{sku.product.code}/put-on-shelf/")
    is_problem(answer, 403, "merchant_may_not_sell")


@pytest.mark.django_db
def test_the_merchant_sees_people_masked_and_each_look_at_them_is_written_down(program: ProgramOf) -> None:
    """A7."""
    campaign = make_open()
    alice = make_user("13811112222", name="王小明")
    order = join_as(alice, campaign)
    owner = program(owner_of(campaign.merchant))
    shown = owner.ask("merchant/orders/")
    assert shown.json()["results"][0]["buyer"] == "王**"
    assert "13811112222" not in shown.content.decode()
    assert owner.tell(f"merchant/orders/{order.number}/recipient/").status_code == 200
    look = AuditEntry.objects.get(action="personal_data.reveal")
    assert (look.subject, look.actor) == (f"order:{order.number}", owner_of(campaign.merchant))

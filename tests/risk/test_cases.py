"""I4: cases are opened once, decided by people with a reason, and hold money until then."""

import datetime as dt

import pytest

from accounts.models import User
from common import events, statemachine
from common.errors import InvalidField
from common.models import AuditEntry, OutboxEvent
from common.statemachine import StateChanged
from orders.errors import CannotFreeze
from orders.models import Hold, Order
from orders.services import holding
from orders.services.completing import complete_due
from orders.states import OrderStatus
from payments.models import Withdrawal
from payments.purses import Owner
from payments.services.payouts import request_withdrawal
from payments.states import Purse
from risk.errors import NothingHeld, NothingToHold
from risk.models import Evidence, RiskCase
from risk.selectors.cases import ages
from risk.selectors.detectors import Record, records
from risk.services.deciding import confirm, dismiss, hold_orders, release_orders, take
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_merchant, make_operator, make_user, owner_of
from tests.factories.orders import fetch, make_prepared
from tests.factories.payouts import fill_purse, make_payee, make_withdrawal
from tests.factories.risk import make_case

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def rita() -> User:
    return make_operator("risk", name="Rita")


@pytest.fixture
def mallory() -> User:
    return make_user(name="Mallory")


def test_what_is_found_again_is_evidence_in_the_open_case(mallory: User) -> None:
    """I4: one open case for a detector and a person; other detectors and other people have their own."""
    first = make_case(mallory, about="order:G1", now=NOON)
    assert make_case(mallory, about="order:G2", now=NOON) == first
    assert make_case(mallory, about="order:G2", now=NOON) == first
    assert list(first.evidence.order_by("pk").values_list("about", flat=True)) == ["order:G1", "order:G2"]
    assert make_case(mallory, detector="shared_device", now=NOON) != first
    assert make_case(make_user(name="Bob"), now=NOON) != first


def test_what_was_dismissed_is_not_opened_again_by_the_same_facts(mallory: User, rita: User) -> None:
    case = make_case(mallory, about="order:G1", now=NOON)
    dismiss(case=case, actor_id=rita.pk, note="给全家买的", now=NOON)
    assert make_case(mallory, about="order:G1", now=NOON).status == "dismissed"
    fresh = make_case(mallory, about="order:G2", now=NOON)
    assert (fresh.status, RiskCase.objects.count()) == ("open", 2)


def test_a_case_is_taken_decided_and_written_down(mallory: User, rita: User) -> None:
    case = make_case(mallory, now=NOON)
    taken = take(case=case, actor_id=rita.pk, now=NOON)
    assert (taken.status, taken.owner) == ("in_review", rita)
    decided = confirm(case=case, actor_id=rita.pk, note="脚本抢单", now=NOON + DAY)
    assert (decided.status, decided.owner, decided.closed_at, decided.note) == (
        "confirmed",
        rita,
        NOON + DAY,
        "脚本抢单",
    )
    acts = AuditEntry.objects.filter(subject=f"risk_case:{case.number}").order_by("pk")
    assert list(acts.values_list("action", "actor")) == [
        ("risk_case.take", rita.pk),
        ("risk_case.confirm", rita.pk),
    ]


def test_a_colleague_takes_over_and_nobody_decides_twice(mallory: User, rita: User) -> None:
    case = make_case(mallory, now=NOON)
    ralf = make_operator("risk", name="Ralf")
    take(case=case, actor_id=rita.pk, now=NOON)
    assert take(case=case, actor_id=ralf.pk, now=NOON).owner == ralf
    dismiss(case=case, actor_id=ralf.pk, note="没事", now=NOON)
    for decide in (confirm, dismiss):
        with pytest.raises(StateChanged):
            decide(case=case, actor_id=rita.pk, note="有事", now=NOON)
    with pytest.raises(StateChanged):
        take(case=case, actor_id=rita.pk, now=NOON)
    assert RiskCase.objects.get(pk=case.pk).note == "没事"


@pytest.mark.parametrize("decide", [confirm, dismiss])
def test_a_decision_says_why(decide: object, mallory: User, rita: User) -> None:
    case = make_case(mallory, now=NOON)
    with pytest.raises(InvalidField):
        decide(case=case, actor_id=rita.pk, note="  ", now=NOON)  # type: ignore[operator]
    assert RiskCase.objects.get(pk=case.pk).status == "open"


@pytest.fixture
def bought(mallory: User) -> Order:
    """An order of Mallory's that was fetched."""
    return fetch(make_prepared(mallory, now=NOON), now=NOON)


def is_held(order: Order) -> bool:
    return Hold.objects.filter(order=order, kind__startswith="freeze", released_at__isnull=True).exists()


def completes(order: Order) -> bool:
    """Whether the order completes once its window is over."""
    order.refresh_from_db()
    assert order.completes_at is not None
    complete_due(now=order.completes_at)
    order.refresh_from_db()
    return order.status == OrderStatus.COMPLETED


def test_the_money_of_a_cases_orders_stays_until_the_case_lets_it_go(mallory: User, bought: Order, rita: User) -> None:
    """I4: settlement waits over the end of the window; released, it goes on."""
    case = make_case(mallory, about=f"order:{bought.number}", now=NOON)
    assert hold_orders(case=case, actor_id=rita.pk, note="先查", now=NOON) == 1
    assert not completes(bought)
    confirm(case=case, actor_id=rita.pk, note="刷单", now=NOON)
    assert is_held(bought)
    assert release_orders(case=case, actor_id=rita.pk, note="已补缴", now=NOON) == 1
    assert completes(bought)


def test_dismissing_lets_everything_go(mallory: User, bought: Order, rita: User) -> None:
    case = make_case(mallory, about=f"order:{bought.number}", now=NOON)
    hold_orders(case=case, actor_id=rita.pk, note="先查", now=NOON)
    dismiss(case=case, actor_id=rita.pk, note="误会", now=NOON)
    assert not is_held(bought)
    with pytest.raises(StateChanged):
        hold_orders(case=case, actor_id=rita.pk, note="再查", now=NOON)
    assert completes(bought)


def test_a_case_lifts_its_own_holds_only(mallory: User, bought: Order, rita: User) -> None:
    """An operator's own freeze, and that of another case, stand."""
    one = make_case(mallory, about=f"order:{bought.number}", now=NOON)
    other = make_case(mallory, detector="tier_lift", about=f"order:{bought.number}", now=NOON)
    for case in (one, other):
        hold_orders(case=case, actor_id=rita.pk, note="先查", now=NOON)
    holding.freeze(order=bought, actor_id=rita.pk, note="投诉", now=NOON)
    dismiss(case=one, actor_id=rita.pk, note="没事", now=NOON)
    holding.unfreeze(order=bought, actor_id=rita.pk, note="谈好了", now=NOON)
    assert is_held(bought)
    dismiss(case=other, actor_id=rita.pk, note="没事", now=NOON)
    assert not is_held(bought)


def test_there_has_to_be_something_to_hold_and_to_let_go(mallory: User, rita: User) -> None:
    case = make_case(mallory, about="order:G0", now=NOON)
    with pytest.raises(NothingToHold):
        hold_orders(case=case, actor_id=rita.pk, note="先查", now=NOON)
    with pytest.raises(NothingHeld):
        release_orders(case=case, actor_id=rita.pk, note="放", now=NOON)
    assert AuditEntry.objects.filter(action__startswith="risk_case.").count() == 0


def test_a_completed_order_is_beyond_a_case(mallory: User, bought: Order, rita: User) -> None:
    assert completes(bought)
    case = make_case(mallory, about=f"order:{bought.number}", now=NOON)
    with pytest.raises(NothingToHold):
        hold_orders(case=case, actor_id=rita.pk, note="先查", now=NOON)
    with pytest.raises(CannotFreeze):
        holding.freeze(order=bought, actor_id=rita.pk, note="先查", now=NOON, by="K1")


def ask(person: User, *, now: dt.datetime = NOON) -> Withdrawal:
    """What somebody wants of their balance, to an account known for a month."""
    return make_withdrawal(Owner(user=person), purse=Purse.BALANCE, now=now)


def test_a_withdrawal_waits_while_a_case_about_its_owner_does(mallory: User, rita: User) -> None:
    """I4: held with two approvals; the case hears of it, and no new one is opened. Decided, the next one goes."""
    case = make_case(mallory, now=NOON)
    held = ask(mallory)
    assert (held.status, held.approvals_needed) == ("held", 2)
    assert held.flags == [{"check": "open_risk_case", "reason": "有未结的风控案件"}]
    events.drain(now=NOON)
    assert list(case.evidence.order_by("pk").values_list("about", flat=True)) == [
        "order:G0",
        f"withdrawal:{held.number}",
    ]
    assert RiskCase.objects.count() == 1
    confirm(case=case, actor_id=rita.pk, note="属实", now=NOON)
    assert ask(mallory).status == "requested"


def test_nobody_elses_withdrawal_waits(mallory: User) -> None:
    make_case(mallory, now=NOON)
    assert ask(make_user(name="Alice")).status == "requested"


def test_a_shops_withdrawal_waits_for_a_case_about_its_owner_not_about_its_staff() -> None:
    shop = make_merchant(now=NOON)
    make_case(make_user(name="Stan"), now=NOON)
    assert make_withdrawal(Owner(merchant=shop), now=NOON).status == "requested"
    make_case(owner_of(shop), now=NOON)
    assert make_withdrawal(Owner(merchant=shop), now=NOON).status == "held"


@pytest.fixture
def held(mallory: User) -> Withdrawal:
    """To an account that was added an hour ago; its news are delivered."""
    owner = Owner(user=mallory)
    payee = make_payee(owner, now=NOON - dt.timedelta(hours=1))
    fill_purse(owner, Purse.BALANCE, 5_000)
    withdrawal = request_withdrawal(
        owner=owner, purse=Purse.BALANCE, payee_code=payee.code, amount_fen=5_000, actor_id=mallory.pk, now=NOON
    )
    events.drain(now=NOON)
    return withdrawal


def test_a_held_withdrawal_is_a_case_and_goes_on_when_it_is_dismissed(
    held: Withdrawal, mallory: User, rita: User
) -> None:
    """I4: one event, one case about the withdrawal; it throws no shadow on the next."""
    assert OutboxEvent.objects.filter(name="payments.WithdrawalHeld").count() == 1
    case = RiskCase.objects.get()
    assert (case.detector, case.subject_kind, case.subject_code) == ("payee_is_new", "withdrawal", held.number)
    assert list(case.evidence.values_list("figures", flat=True)) == [{"amount_fen": 5_000}]
    dismiss(case=case, actor_id=rita.pk, note="电话核实过", now=NOON)
    held.refresh_from_db()
    assert (held.status, held.approvals_needed) == ("requested", 2)


def test_a_confirmed_withdrawal_stays_held(held: Withdrawal, rita: User) -> None:
    confirm(case=RiskCase.objects.get(), actor_id=rita.pk, note="账号被盗", now=NOON)
    held.refresh_from_db()
    assert held.status == "held"


def test_with_two_cases_about_a_withdrawal_the_last_one_lets_it_go(held: Withdrawal, rita: User) -> None:
    first = RiskCase.objects.get()
    second = RiskCase.objects.create(
        detector="asked_often", subject_kind="withdrawal", subject_code=held.number, opened_at=NOON
    )
    Evidence.objects.create(case=second, about=f"withdrawal:{held.number}", seen_at=NOON)
    statemachine.begin(second, now=NOON)
    dismiss(case=first, actor_id=rita.pk, note="核实过", now=NOON)
    held.refresh_from_db()
    assert held.status == "held"
    dismiss(case=second, actor_id=rita.pk, note="核实过", now=NOON)
    held.refresh_from_db()
    assert held.status == "requested"


def test_how_often_a_detector_was_right_is_what_people_decided(rita: User) -> None:
    """I4: precision = confirmed / decided; what waits counts for nothing, and nobody's word is no number."""
    for decide in (confirm, confirm, dismiss, None):
        case = make_case(make_user(), now=NOON)
        if decide:
            decide(case=case, actor_id=rita.pk, note="看过", now=NOON)
    found = records()
    assert found["velocity"] == Record("velocity", undecided=1, confirmed=2, dismissed=1)
    assert (found["velocity"].precision_bp, found["velocity"].decided) == (6666, 3)
    assert found["tier_lift"].precision_bp is None


def test_how_long_cases_have_waited() -> None:
    for days in (0, 0, 1, 6, 7, 30):
        make_case(make_user(), now=NOON - days * DAY)
    waiting = ages(now=NOON)
    assert (waiting.a_day, waiting.a_week, waiting.longer, waiting.oldest) == (2, 2, 2, NOON - 30 * DAY)

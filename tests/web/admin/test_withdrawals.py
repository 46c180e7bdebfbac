"""F5: operators approve, hold and pay; each act asks first, calls the service and is written down."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.models import AuditEntry
from payments.models import Withdrawal
from payments.purses import Owner
from payments.selectors.payouts import in_purse
from payments.services.payouts import approve
from payments.states import Purse
from tests.factories.accounts import make_merchant, make_operator, make_user
from tests.factories.payouts import CARD, make_payee, make_withdrawal
from tests.web.admin.conftest import Desk, decide, page_of

pytestmark = pytest.mark.django_db
LIST = "admin:payments_withdrawal_changelist"


def _waiting(*, amount_fen: int = 5_000, name: str = "Alice") -> Withdrawal:
    return make_withdrawal(Owner(user=make_user(name=name)), amount_fen=amount_fen, now=timezone.now())


def _held() -> Withdrawal:
    alice = Owner(user=make_user(name="Alice"))
    make_payee(alice, now=timezone.now())
    return make_withdrawal(alice, now=timezone.now())


def _act(browser: Client, act: str, withdrawal: Withdrawal, **answers: Any) -> str:
    decide(browser, f"payments_withdrawal_{act}", withdrawal, **answers)
    withdrawal.refresh_from_db()
    return withdrawal.status


def _said(browser: Client, withdrawal: Withdrawal) -> str:
    page = page_of(browser, withdrawal)
    assert page.status_code == 200
    said: str = page.content.decode()
    return said


def _offered(browser: Client, withdrawal: Withdrawal) -> set[str]:
    said = _said(browser, withdrawal)
    acts = ("approve", "lift_hold", "mark_paid", "mark_failed", "reject", "reveal_personal_data")
    return {act for act in acts if reverse(f"admin:payments_withdrawal_{act}", args=[withdrawal.pk]) in said}


def test_two_operators_let_a_large_withdrawal_go_and_one_pays_it(desk: Desk) -> None:
    """F5: A approves, B approves, A pays with the bank's reference."""
    shop = Owner(merchant=make_merchant())
    withdrawal = make_withdrawal(shop, amount_fen=500_000, now=timezone.now())
    anna, bert = desk("finance"), desk("finance")
    assert _act(anna, "approve", withdrawal) == "requested"
    assert _act(anna, "approve", withdrawal) == "requested"
    assert "你已经审批过了" in _said(anna, withdrawal)
    assert "1 / 2" in _said(anna, withdrawal)
    assert _act(bert, "approve", withdrawal) == "approved"
    assert _act(anna, "mark_paid", withdrawal, reference="") == "approved"
    assert _act(anna, "mark_paid", withdrawal, reference="20261120-0007") == "paid"
    said = _said(bert, withdrawal)
    for words in ("20261120-0007", "2 / 2", "¥5,000.00", f"withdrawal:{withdrawal.number}:paid", "平台银行户"):
        assert words in said
    acts = AuditEntry.objects.filter(subject=f"withdrawal:{withdrawal.number}").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == [
        "withdrawal.request",
        "withdrawal.approve",
        "withdrawal.approve",
        "withdrawal.pay",
    ]


def test_what_was_rejected_or_failed_is_back_with_a_word_to_its_owner(desk: Desk) -> None:
    refused, failed = _waiting(), _waiting(name="Bob")
    anna = desk("finance")
    assert _act(anna, "reject", refused, note="") == "requested"
    assert _act(anna, "reject", refused, note="户名不符") == "rejected"
    _act(anna, "approve", failed)
    assert _act(anna, "mark_failed", failed, note="银行退汇") == "failed"
    assert (refused.note, failed.note) == ("户名不符", "银行退汇")
    for withdrawal in (refused, failed):
        assert in_purse(Owner(user=withdrawal.user), Purse.BALANCE) == 5_000


def test_only_what_is_open_in_its_state_is_offered(desk: Desk) -> None:
    anna = desk("finance")
    held, waiting, approved, paid = _held(), _waiting(), _waiting(), _waiting()
    for withdrawal in (approved, paid):
        _act(anna, "approve", withdrawal)
    _act(anna, "mark_paid", paid, reference="1")
    look = {"reveal_personal_data"}
    assert _offered(anna, held) == {"lift_hold", "reject"} | look
    assert _offered(anna, waiting) == {"approve", "reject"} | look
    assert _offered(anna, approved) == {"mark_paid", "mark_failed"} | look
    assert _offered(anna, paid) == look
    assert decide(anna, "payments_withdrawal_mark_paid", waiting, reference="1").status_code == 403
    assert decide(anna, "payments_withdrawal_approve", held).status_code == 403


def test_risk_lifts_a_hold_and_does_nothing_else(desk: Desk) -> None:
    """I4, A5."""
    rita, held = desk("risk"), _held()
    assert "收款账户添加不到 24 小时" in _said(rita, held)
    assert _offered(rita, held) == {"lift_hold"}
    assert _act(rita, "lift_hold", held, note="") == "held"
    assert _act(rita, "lift_hold", held, note="电话核对过本人") == "requested"
    assert "电话核对过本人" in _said(rita, held)
    for act in ("approve", "reject", "reveal_personal_data"):
        assert decide(rita, f"payments_withdrawal_{act}", held, note="x").status_code == 403
    assert Withdrawal.objects.get().status == "requested"


def test_whoever_may_only_look_decides_nothing(desk: Desk) -> None:
    """A5: support reads, operations and content do not even find the list."""
    support, withdrawal = desk("support"), _waiting()
    assert _offered(support, withdrawal) == set()
    for act in ("approve", "reject", "mark_paid", "mark_failed", "lift_hold", "reveal_personal_data"):
        assert decide(support, f"payments_withdrawal_{act}", withdrawal, note="x").status_code == 403
    withdrawal.refresh_from_db()
    assert withdrawal.status == "requested"
    for group in ("operations", "content"):
        assert desk(group).get(reverse(LIST)).status_code == 403
        assert page_of(desk(group), withdrawal).status_code == 403


def test_an_operator_does_not_approve_their_own_money() -> None:
    """F5."""
    oscar = make_operator("finance")
    withdrawal = make_withdrawal(Owner(user=oscar), now=timezone.now())
    browser = Client()
    browser.force_login(oscar)
    assert _act(browser, "approve", withdrawal) == "requested"
    assert "请换一位同事" in _said(browser, withdrawal)
    assert not withdrawal.approvals.exists()


def test_the_account_is_masked_until_somebody_says_why(desk: Desk) -> None:
    """A7, F5: needed to pay by hand; who looked is written down, at the account that was looked at."""
    anna, withdrawal = desk("finance"), _waiting()
    for page in (_said(anna, withdrawal), anna.get(reverse(LIST)).content.decode()):
        assert CARD not in page
        assert "王小果" not in page
        assert "招商银行 *7894" in page
    assert "王**" in _said(anna, withdrawal)
    refused = decide(anna, "payments_withdrawal_reveal_personal_data", withdrawal, note="")
    assert CARD not in refused.content.decode()
    shown = decide(anna, "payments_withdrawal_reveal_personal_data", withdrawal, note="打款")
    assert CARD in shown.content.decode()
    assert "王小果" in shown.content.decode()
    look = AuditEntry.objects.get(action="personal_data.reveal")
    assert (look.subject, look.detail) == (f"payee:{withdrawal.payee.code}", {"note": "打款"})


def test_the_queues_count_what_waits(desk: Desk) -> None:
    anna = desk("finance")
    _held(), _waiting(), _waiting()
    for _time in range(3):
        _act(anna, "approve", _waiting())
    named = ("待审批的提现", "待打款", "风控冻结")
    queues = {str(queue["title"]): queue for queue in anna.get("/admin/").context["queues"]}
    assert [queues[title]["count"] for title in named] == [2, 3, 1]
    for title in named:
        listed = anna.get(queues[title]["address"]).context["cl"].result_list
        assert len(listed) == queues[title]["count"], title


def test_a_withdrawal_is_found_by_number_shop_and_reference(desk: Desk) -> None:
    anna = desk("finance")
    shop = make_withdrawal(Owner(merchant=make_merchant("果园直发")), now=timezone.now())
    alice = _waiting()
    _act(anna, "approve", alice)
    _act(anna, "mark_paid", alice, reference="HB7")
    for typed, found in ((shop.number, shop), ("果园", shop), ("HB7", alice), (alice.user.phone, alice)):  # type: ignore[union-attr]
        listed = anna.get(reverse(LIST), {"q": typed}).context["cl"].result_list
        assert [each.pk for each in listed] == [found.pk], typed


def test_a_longer_list_asks_no_more(desk: Desk) -> None:
    anna = desk("finance")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert anna.get(reverse(LIST)).status_code == 200
        return len(queries)

    _waiting()
    one = asked()
    for withdrawal in (_waiting(), _waiting()):
        approve(withdrawal=withdrawal, actor_id=make_operator("finance").pk, now=timezone.now() + dt.timedelta(hours=1))
    assert asked() == one


def test_the_right_to_lift_a_hold_is_one_of_the_house() -> None:
    assert Permission.objects.filter(codename="lift_withdrawal_hold", content_type__app_label="payments").exists()

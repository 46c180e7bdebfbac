"""A6: six digits, five minutes, five tries, and no way to bomb a phone with them."""

import datetime as dt
import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.errors import CodeSpent, NoMoreCodes, TooManyCodes, WrongCode
from accounts.models import SmsCode
from accounts.models.user import hash_phone
from accounts.services import codes
from accounts.services.cleaning import clean
from accounts.services.codes import send_code, use_code
from common.errors import InvalidField
from common.models import Budget
from notifications.models import TextMessage
from notifications.selectors.sms import last_texts
from notifications.sms import SmsUnavailable
from tests.factories.accounts import make_user
from tests.parallel import Meeting, at_once

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
ALICE = "13812345678"
MINUTE = dt.timedelta(minutes=1)


def send(phone=ALICE, *, purpose="sign_in", ip="203.0.113.1", now=NOW):
    send_code(phone=phone, purpose=purpose, ip=ip, now=now)
    return sent_to(phone)


def sent_to(phone=ALICE):
    return re.findall(r"\d{6}", last_texts(hash_phone(phone))[0].text)[0]


def use(code, *, phone=ALICE, purpose="sign_in", now=NOW):
    use_code(phone=phone, purpose=purpose, code=code, now=now)


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


class BrokenProvider:
    def send(self, *, phone, text, now, kind, parameters):
        raise SmsUnavailable


@pytest.mark.django_db
def test_alice_gets_a_text_with_six_digits():
    code = send()
    assert last_texts(hash_phone(ALICE))[0].text == f"【groupbuy】验证码 {code}，5 分钟内有效。请不要告诉别人。"
    use(code)


@pytest.mark.django_db
def test_a_code_is_kept_hashed():
    code = send()
    kept = SmsCode.objects.get()
    assert len(kept.code_hash) == 64
    assert code not in str(vars(kept))


@pytest.mark.django_db
def test_a_code_is_used_once():
    code = send()
    use(code)
    with pytest.raises(CodeSpent):
        use(code)


@pytest.mark.django_db
def test_a_code_lives_five_minutes():
    code = send()
    with pytest.raises(CodeSpent):
        use(code, now=NOW + 5 * MINUTE)
    use(code, now=NOW + 5 * MINUTE - dt.timedelta(seconds=1))


@pytest.mark.django_db
def test_a_code_is_for_its_purpose_and_its_phone_only():
    code = send()
    with pytest.raises(CodeSpent):
        use(code, purpose="register")
    with pytest.raises(CodeSpent):
        use(code, phone="13812345679")
    use(code)


@pytest.mark.django_db
def test_the_newer_code_replaces_the_older():
    old = send()
    new = send(now=NOW + MINUTE)
    if old != new:
        with pytest.raises(WrongCode):
            use(old, now=NOW + MINUTE)
    use(new, now=NOW + MINUTE)


@pytest.mark.django_db
def test_five_wrong_tries_spend_the_code():
    code = send()
    told = []
    for _try in range(4):
        with pytest.raises(WrongCode) as refusal:
            use(other_than(code))
        told.append(refusal.value.params["tries_left"])
    assert told == [4, 3, 2, 1]
    with pytest.raises(CodeSpent):
        use(other_than(code))
    with pytest.raises(CodeSpent):
        use(code)


@pytest.mark.django_db
def test_a_slip_of_the_finger_costs_no_try():
    code = send()
    with pytest.raises(InvalidField) as refusal:
        use("1234")
    assert str(refusal.value) == "验证码是 6 位数字，还差 2 位"
    for text in ("1234567", "12345a"):
        with pytest.raises(InvalidField):
            use(text)
    assert SmsCode.objects.get().wrong_tries == 0
    use(f" {code[:3]} {code[3:]} ")


@pytest.mark.django_db
def test_one_text_a_minute():
    send()
    with pytest.raises(TooManyCodes) as refusal:
        send(now=NOW + dt.timedelta(seconds=59))
    assert refusal.value.params["seconds"] == 1
    assert TextMessage.objects.count() == 1
    send(now=NOW + MINUTE)


@pytest.mark.django_db
def test_the_minute_counts_over_both_purposes():
    send(purpose="register")
    with pytest.raises(TooManyCodes):
        send(purpose="sign_in")


@pytest.mark.django_db
def test_five_an_hour_in_any_hour_and_ten_a_day():
    times = [NOW + index * 12 * MINUTE for index in range(5)]
    for at in times:
        send(now=at)
    with pytest.raises(NoMoreCodes):
        send(now=NOW + 59 * MINUTE)
    for index in range(5):
        send(now=NOW + 60 * MINUTE + index * 20 * MINUTE)
    with pytest.raises(NoMoreCodes):
        send(now=NOW + 23 * 60 * MINUTE)
    send(now=NOW + 24 * 60 * MINUTE)
    assert TextMessage.objects.count() == 11


@pytest.mark.django_db
def test_one_network_gets_twenty_an_hour_whatever_the_numbers():
    for index in range(20):
        send(f"137{index:08d}")
    with pytest.raises(NoMoreCodes):
        send("13799999999")
    send("13799999999", ip="203.0.113.2")


@pytest.mark.django_db
def test_a_rotating_address_does_not_help_against_one_phone():
    """Reliability 21: 1 000 requests with rotating addresses → ≤ 10 texts per phone."""
    sent = 0
    for index in range(1000):
        try:
            send(ip=f"198.51.{index // 250}.{index % 250}", now=NOW + index * MINUTE)
            sent += 1
        except (TooManyCodes, NoMoreCodes):
            pass
    assert sent == TextMessage.objects.count() == 10


@pytest.mark.django_db
def test_a_refused_text_costs_nobody_anything():
    send()
    before = list(Budget.objects.order_by("id").values_list("scope", "count"))
    with pytest.raises(TooManyCodes):
        send()
    assert list(Budget.objects.order_by("id").values_list("scope", "count")) == before


@pytest.mark.django_db
def test_the_house_has_a_budget_for_the_day(settings, caplog):
    settings.SMS_DAILY_BUDGET = 2
    send("13700000001")
    send("13700000002")
    with pytest.raises(NoMoreCodes):
        send("13700000003")
    assert TextMessage.objects.count() == 2
    assert "budget" in caplog.text
    send("13700000003", now=NOW + dt.timedelta(days=1))


@pytest.mark.django_db
def test_known_and_unknown_numbers_get_the_same():
    """Reliability 21: same reply, same work, for known and unknown numbers."""
    make_user(ALICE)
    work = set()
    for phone, purpose in ((ALICE, "register"), ("13700000001", "register"), ("13700000002", "sign_in")):
        with CaptureQueriesContext(connection) as queries:
            send_code(phone=phone, purpose=purpose, ip="203.0.113.1", now=NOW)
        work.add(tuple(query["sql"].split("(")[0] for query in queries if "SAVEPOINT" not in query["sql"]))
        assert not any("accounts_user" in query["sql"] for query in queries)
    assert len(work) == 1
    assert TextMessage.objects.count() == 3


@pytest.mark.django_db
def test_a_provider_that_fails_says_so_and_gives_no_second_text_away(settings):
    settings.SMS_PROVIDER = "tests.accounts.test_codes.BrokenProvider"
    with pytest.raises(SmsUnavailable):
        send_code(phone=ALICE, purpose="sign_in", ip="203.0.113.1", now=NOW)
    with pytest.raises(TooManyCodes):
        send_code(phone=ALICE, purpose="sign_in", ip="203.0.113.1", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_no_text_is_sent_while_a_transaction_is_open():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        send_code(phone=ALICE, purpose="sign_in", ip="203.0.113.1", now=NOW)
    assert not TextMessage.objects.exists()


@pytest.mark.django_db
def test_codes_that_no_limit_counts_are_dropped():
    send(now=NOW - dt.timedelta(days=3))
    send(now=NOW)
    clean(now=NOW)
    assert SmsCode.objects.get().sent_at == NOW


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_requests_at_once_send_one_text():
    outcomes = at_once(20, lambda _index: send_code(phone=ALICE, purpose="sign_in", ip="203.0.113.1", now=NOW))
    assert outcomes.count(None) == 1
    assert TextMessage.objects.count() == 1


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_on_the_number_several_texts_leave(monkeypatch):
    meeting, take = Meeting(), codes.budgets.take

    def take_after_both(name, *what, **how):
        if name == "sms-network":
            meeting.wait()
        return take(name, *what, **how)

    monkeypatch.setattr(codes.advisory, "lock", lambda _name: None)
    monkeypatch.setattr(codes.budgets, "take", take_after_both)
    outcomes = at_once(2, lambda _index: send_code(phone=ALICE, purpose="sign_in", ip="203.0.113.1", now=NOW))
    assert outcomes == [None, None]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_hundred_guesses_at_once_are_five_guesses():
    code = send()
    at_once(100, lambda index: use(f"{(int(code) + 1 + index) % 1_000_000:06d}"))
    assert SmsCode.objects.get().wrong_tries == 5
    with pytest.raises(CodeSpent):
        use(code)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_at_once_with_the_right_code_and_one_gets_in():
    code = send()
    assert at_once(10, lambda _index: use(code)).count(None) == 1

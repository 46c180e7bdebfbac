"""The same request twice has one effect and one answer."""

import json

import pytest
from django.db import connection, transaction

from common.errors import Conflict, Unavailable
from common.idempotency import Answer, InvalidKey, KeyReused, StillRunning, hash_request, once
from common.models import AuditEntry, IdempotencyKey
from tests.factories.accounts import make_user
from tests.parallel import at_once


class SoldOut(Conflict):
    code = "sold_out"


def buy(alice, key="k1", body=None, work=None):
    return once(
        actor_id=alice.pk,
        endpoint="buy",
        key=key,
        body={"pieces": 2} if body is None else body,
        work=work or bought,
        refuse=lambda refusal: Answer(refusal.status, {"code": refusal.code}),
    )


def bought():
    entry = AuditEntry.objects.create(action="bought", subject="melon", at="2026-11-22T04:00:00Z")
    return Answer(201, {"order": entry.pk})


def purchases():
    return AuditEntry.objects.filter(action="bought").count()


@pytest.mark.django_db
def test_alice_presses_twice_and_buys_once():
    """Reliability 2: same key and body, same answer."""
    alice = make_user()
    first, again = buy(alice), buy(alice)
    assert first == again
    assert purchases() == 1


@pytest.mark.django_db
def test_a_repeat_is_answered_to_the_letter():
    """Reliability 2: not the same content in another order, and no letter escaped that was not before."""
    alice = make_user()
    body = {"title": "苹果", "a": 1, "long_name": [None, {"b": 2, "aa": 3}], "": "é"}
    buy(alice, work=lambda: Answer(201, body))
    assert json.dumps(buy(alice).body) == json.dumps(body)


@pytest.mark.django_db
def test_the_order_of_the_keys_does_not_matter():
    alice = make_user()
    assert buy(alice, body={"a": 1, "b": 2}) == buy(alice, body={"b": 2, "a": 1})
    assert hash_request({"a": 1}) != hash_request({"a": 2})


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused_and_does_nothing():
    alice = make_user()
    buy(alice)
    with pytest.raises(KeyReused) as refusal:
        buy(alice, body={"pieces": 3})
    assert refusal.value.status == 422
    assert purchases() == 1


@pytest.mark.django_db
def test_bob_may_use_the_key_that_alice_used():
    buy(make_user(name="Alice"))
    buy(make_user(name="Bob"))
    assert purchases() == 2


@pytest.mark.django_db
def test_a_refusal_is_remembered_and_leaves_nothing_else():
    alice = make_user()

    def sold_out():
        bought()
        raise SoldOut

    assert buy(alice, work=sold_out) == Answer(409, {"code": "sold_out"})
    assert buy(alice, work=bought) == Answer(409, {"code": "sold_out"})
    assert purchases() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["raised", "answered", "crashed"])
def test_a_failure_of_ours_is_not_remembered_and_may_be_tried_again(how):
    alice = make_user()

    def fails():
        bought()
        if how == "answered":
            return Answer(503, {"code": "unavailable"})
        raise Unavailable if how == "raised" else RuntimeError("boom")

    if how == "answered":
        assert buy(alice, work=fails).status == 503
    else:
        with pytest.raises((Unavailable, RuntimeError)):
            buy(alice, work=fails)
    assert (purchases(), IdempotencyKey.objects.count()) == (0, 0)
    assert buy(alice).status == 201
    assert purchases() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "k" * 101])
def test_a_key_that_cannot_be_kept_is_refused(key):
    with pytest.raises(InvalidKey):
        buy(make_user(), key=key)
    assert purchases() == 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_have_one_effect_and_identical_answers():
    """Reliability 2: 50 parallel requests with the same key and body."""
    alice = make_user()
    answers = at_once(50, lambda _index: buy(alice))
    assert len({repr(answer) for answer in answers}) == 1
    assert isinstance(answers[0], Answer)
    assert purchases() == 1


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_key_fifty_at_once_buy_fifty_times():
    at_once(50, lambda _index: bought())
    assert purchases() == 50


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_who_repeats_while_the_first_still_runs_is_told_so():
    alice = make_user()

    def impatient(_index):
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        return buy(alice)

    def slow():
        answers = at_once(1, impatient)
        assert isinstance(answers[0], StillRunning)
        return bought()

    with transaction.atomic():
        assert buy(alice, work=slow).status == 201
    assert purchases() == 1

"""F1: the sandbox as a player of faults: what goes wrong on purpose, by seed and by script."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from payments.errors import GatewayRefused
from payments.gateways.sandbox import control
from payments.models import Callback, Payment
from payments.sandbox.models import SandboxDelivery, SandboxFault, SandboxPayment
from payments.sandbox.services import courier, faults, payments
from payments.sandbox.services.payments import Bill
from payments.services.starting import open_at_gateway
from payments.states import PaymentStatus
from tests.factories.payments import NOON, make_payment

STORM = [
    {"kind": "callback_doubled", "percent": 30, "times": 100},
    {"kind": "callback_swapped", "percent": 30, "times": 100},
    {"kind": "wrong_amount", "percent": 20, "times": 100},
    {"kind": "callback_lost", "percent": 20, "times": 100},
]


def _sell(number: str) -> SandboxPayment:
    bill = Bill(number, 2990, "苹果 5 斤", "http://shop.example/", "", NOON + dt.timedelta(hours=1))
    payments.open_payment(bill, now=NOON)
    return payments.pay(number, now=NOON)


def _told() -> list[tuple[str, int]]:
    """Every message in the order it was brought: of which payment, and what it says was paid."""
    brought: list[tuple[str, int]] = []

    def bring(delivery: SandboxDelivery) -> int:
        content = json.loads(delivery.body)
        brought.append((content["number"], content["amount_fen"]))
        return 200

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(courier, "_bring", bring)
        patched.setattr(courier, "BATCH", 1)
        while courier.Courier().deliver_due(now=timezone.now()):
            pass
    return brought


@pytest.mark.django_db
def test_a_doubled_message_comes_twice_under_one_event():
    SandboxFault.objects.create(kind="callback_doubled")
    _sell("P1")
    _sell("P2")
    assert _told() == [("P1", 2990), ("P1", 2990), ("P2", 2990)]
    assert SandboxDelivery.objects.values("event_id").distinct().count() == 2


@pytest.mark.django_db
def test_a_swapped_message_comes_after_the_next_one():
    SandboxFault.objects.create(kind="callback_swapped")
    _sell("P1")
    SandboxDelivery.objects.update(due_at=timezone.now() + dt.timedelta(minutes=1))
    assert _told() == []
    _sell("P2")
    assert _told() == [("P2", 2990), ("P1", 2990)]


@pytest.mark.django_db
def test_a_swapped_message_without_a_next_one_comes_after_a_minute():
    SandboxFault.objects.create(kind="callback_swapped")
    _sell("P1")
    assert SandboxDelivery.objects.get().due_at == NOON + dt.timedelta(minutes=1)


@pytest.mark.django_db
def test_a_wrong_amount_is_one_fen_more_in_message_and_books():
    SandboxFault.objects.create(kind="wrong_amount")
    assert (_sell("P1").paid_fen, _sell("P2").paid_fen) == (2991, None)
    assert _told() == [("P1", 2991), ("P2", 2990)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("sound")
def test_a_wrong_amount_by_fault_pays_nobodys_order(sandbox_server, office):
    payment = make_payment(now=timezone.now())
    open_at_gateway(payment=payment, now=timezone.now())
    sandbox_server.script({"kind": "wrong_amount"})
    sandbox_server.succeed(payment)
    sandbox_server.wait_for(lambda: SandboxDelivery.objects.filter(answer_status=409).exists())
    assert Payment.objects.get().status == PaymentStatus.PENDING
    assert Callback.objects.get().reason == "amount_mismatch"
    assert office.captured == []
    assert sandbox_server.trace() == [{"fault": 0, "kind": "wrong_amount", "turn": 1, "action": ""}]


def _storm(seed: str) -> list[tuple[int, str, int]]:
    SandboxPayment.objects.all().delete()
    faults.load_script({"seed": seed, "faults": STORM})
    for place in range(40):
        _sell(f"P{place}")
    return [(each["fault"], each["kind"], each["turn"]) for each in faults.trace()]


@pytest.mark.django_db
def test_the_same_script_leaves_the_same_trace():
    """F1: same seed, same trace; another seed, another one. Each fault has luck of its own."""
    first, again, other = _storm("7"), _storm("7"), _storm("8")
    assert first == again
    assert first != other
    assert {kind for _fault, kind, _turn in first} == {fault["kind"] for fault in STORM}
    lost = [turn for _fault, kind, turn in first if kind == "callback_lost"]
    mistaken = [turn for _fault, kind, turn in first if kind == "wrong_amount"]
    assert lost != mistaken


@pytest.mark.django_db
def test_a_script_replaces_what_went_wrong_before():
    SandboxFault.objects.create(kind="error", times=1000)
    faults.load_script({"faults": [{"kind": "delay", "value": 0.5, "seed": "mine"}]})
    fault = SandboxFault.objects.get()
    assert (fault.kind, fault.value, fault.seed) == ("delay", 0.5, "mine")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "script",
    [
        [],
        {},
        {"faults": "all"},
        {"faults": ["delay"]},
        {"faults": [{"kind": "earthquake"}]},
        {"faults": [{"kind": "delay", "until": "midnight"}]},
        {"faults": [{"kind": "delay", "times": -1}]},
    ],
)
def test_what_is_no_script_changes_nothing(script):
    SandboxFault.objects.create(kind="error")
    with pytest.raises(faults.Unreadable):
        faults.load_script(script)
    assert SandboxFault.objects.get().kind == "error"


@pytest.mark.django_db(transaction=True)
def test_the_knob_takes_a_script_and_refuses_nonsense(sandbox_server):
    sandbox_server.script({"kind": "callback_lost", "times": 3}, {"kind": "delay"}, seed="7")
    assert list(SandboxFault.objects.order_by("pk").values_list("kind", "times", "seed")) == [
        ("callback_lost", 3, "7:0"),
        ("delay", 1, "7:1"),
    ]
    with pytest.raises(GatewayRefused):
        control("script", faults=[{"kind": "earthquake"}])
    assert SandboxFault.objects.count() == 2


@pytest.mark.django_db
def test_the_command_loads_a_script_before_it_listens(tmp_path, capsys):
    script = tmp_path / "storm.json"
    script.write_text(json.dumps({"seed": "7", "faults": STORM}))
    with pytest.raises(CommandError, match="cannot listen"):
        call_command("sandbox_gateway", script=script, host="203.0.113.1", port=9)
    assert "4 faults loaded" in capsys.readouterr().out
    assert SandboxFault.objects.count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "{", '{"faults": [{"kind": "earthquake"}]}'])
def test_the_command_says_so_when_a_file_is_no_script(tmp_path, text):
    script = tmp_path / "storm.json"
    script.write_text(text)
    with pytest.raises(CommandError, match="no script of faults"):
        call_command("sandbox_gateway", script=script)

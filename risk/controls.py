"""What the register may name as a control: it has to be there."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidField
from common.invariants import all_invariants
from community.contributions import benefit_checks
from orders.contributions import placing_checks
from payments.contributions import payout_checks
from risk.detectors import methods
from risk.states import ControlKind

LONGEST = 60


def _checks() -> Iterable[str]:
    return [name for registry in (placing_checks, benefit_checks, payout_checks) for name, _check in registry.items()]


NAMES: dict[str, Callable[[], Iterable[str]]] = {
    ControlKind.DETECTOR: lambda: [key for key, _method in methods.items()],
    ControlKind.CHECK: _checks,
    ControlKind.INVARIANT: lambda: [invariant.name for invariant in all_invariants()],
}


def check_controls(controls: Iterable[str]) -> list[str]:
    """The controls as they are written down: "detector:velocity"; a process is any words. Raises InvalidField."""
    return [_known(control.strip()) for control in controls if control.strip()]


def _known(control: str) -> str:
    kind, _colon, name = control.partition(":")
    if kind not in ControlKind.values or not name or len(control) > LONGEST:
        raise InvalidField("controlled_by", _("每项写成 detector:…、check:…、invariant:… 或 process:…"))
    if kind in NAMES and name not in NAMES[kind]():
        raise InvalidField("controlled_by", _("没有叫 %(name)s 的检测、检查或不变量") % {"name": name})
    return control

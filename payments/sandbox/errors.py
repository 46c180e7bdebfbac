"""What the sandbox refuses; its customers see the code."""

from common.errors import Conflict, Invalid, NotFound


class Unknown(NotFound):
    """No such payment or refund."""

    code = "unknown"


class Unreadable(Invalid):
    """The request is not what was agreed on."""

    code = "unreadable"


class NumberReused(Conflict):
    """The number belongs to something else."""

    code = "number_reused"


class Over(Conflict):
    """The payment cannot be paid any more."""

    code = "over"


class NotPaid(Conflict):
    """There is no money to give back."""

    code = "not_paid"


class NotEnoughLeft(Conflict):
    """More than is left of the payment."""

    code = "not_enough_left"


class BillNotReady(Conflict):
    """The day is not over, or its bill is not written yet."""

    code = "bill_not_ready"

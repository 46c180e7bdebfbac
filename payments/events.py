"""What money tells the apps above, after commit."""

from dataclasses import dataclass

from common.events import Event


@dataclass(frozen=True)
class PaymentCaptured(Event):
    """Money came. When it is not applied, it came late or twice and is on its way back."""

    payment_id: int
    subject_kind: str
    subject_number: str
    applied: bool


@dataclass(frozen=True)
class PaymentMismatched(Event):
    """A gateway told something about a payment that does not fit; a person has to look."""

    payment_id: int
    reason: str


@dataclass(frozen=True)
class RefundDone(Event):
    """Money has arrived back with the payer."""

    refund_id: int
    payment_id: int
    subject_kind: str
    subject_number: str


@dataclass(frozen=True)
class RefundAbnormal(Event):
    """The gateway cannot give the money back by itself; a person has to look."""

    refund_id: int
    payment_id: int


@dataclass(frozen=True)
class PayeeAdded(Event):
    """From now on money may be paid to one account more."""

    payee_id: int


@dataclass(frozen=True)
class WithdrawalHeld(Event):
    """Checks want a person to look at it before its money may go."""

    withdrawal_id: int


@dataclass(frozen=True)
class WithdrawalPaid(Event):
    """Money has left the house for its owner's account."""

    withdrawal_id: int


@dataclass(frozen=True)
class WithdrawalRejected(Event):
    """An operator said no; the money is back in the purse."""

    withdrawal_id: int


@dataclass(frozen=True)
class WithdrawalFailed(Event):
    """The account did not take the money; it is back in the purse."""

    withdrawal_id: int

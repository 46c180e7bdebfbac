"""What higher apps may want to know about people."""

from dataclasses import dataclass

from common.events import Event


@dataclass(frozen=True)
class UserRegistered(Event):
    user_id: int


@dataclass(frozen=True)
class MerchantApplied(Event):
    merchant_id: int


@dataclass(frozen=True)
class MerchantApproved(Event):
    merchant_id: int
    decision_id: int


@dataclass(frozen=True)
class MerchantRejected(Event):
    merchant_id: int
    decision_id: int


@dataclass(frozen=True)
class MerchantSuspended(Event):
    merchant_id: int


@dataclass(frozen=True)
class MerchantRestored(Event):
    merchant_id: int

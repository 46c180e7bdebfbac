"""Whose money it is: a merchant's or a person's. Each has purses, which are accounts of the ledger."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Merchant, User
from payments.models import Payee, Withdrawal
from payments.states import AccountKind, Purse

ACCOUNT_OF = {
    Purse.MERCHANT: AccountKind.MERCHANT_PAYABLE,
    Purse.COMMISSION: AccountKind.COMMISSION_PAYABLE,
    Purse.BALANCE: AccountKind.BALANCE,
}


@dataclass(frozen=True)
class Owner:
    """A merchant or a person, exactly one of the two."""

    merchant: Merchant | None = None
    user: User | None = None

    @property
    def purses(self) -> tuple[Purse, ...]:
        """Out of which money this owner may withdraw."""
        return (Purse.MERCHANT,) if self.merchant else (Purse.BALANCE, Purse.COMMISSION)

    @property
    def columns(self) -> dict[str, Any]:
        """The owner as columns of a row, to write and to filter by."""
        return {"merchant": self.merchant, "user": self.user}

    def __str__(self) -> str:
        """As audit rows name it: "merchant:7K2M…", "user:…"."""
        if self.merchant:
            return f"merchant:{self.merchant.code}"
        return f"user:{self.user.code}" if self.user else ""


def owner_of(thing: Payee | Withdrawal) -> Owner:
    """Whose account or withdrawal it is."""
    return Owner(merchant=thing.merchant, user=thing.user)

"""The numbers of a stretch of days, and what follows from them. Their meaning stands in `analytics.metrics`."""

from dataclasses import dataclass

from common.money import BASIS_POINTS

HUNDREDTHS = 100


@dataclass(frozen=True)
class Figures:
    """What is counted, of a shop, a campaign, a channel code or everybody; what is worked out of it are properties."""

    visitors: int = 0
    placed: int = 0
    joiners: int = 0
    orders: int = 0
    paid_fen: int = 0
    pieces: int = 0
    buyers: int = 0
    new_customers: int = 0
    refunds: int = 0
    refunded_fen: int = 0
    returned_fen: int = 0
    decided: int = 0
    succeeded: int = 0
    benefit_orders: int = 0
    benefit_paid_fen: int = 0
    merchant_benefit_fen: int = 0
    platform_benefit_fen: int = 0
    newcomers: int = 0

    @property
    def revenue_fen(self) -> int:
        """Negative when more goes back than came in."""
        return self.paid_fen - self.refunded_fen

    @property
    def average_fen(self) -> int | None:
        """A broken fen is left out."""
        return self.paid_fen // self.orders if self.orders else None

    @property
    def success_bp(self) -> int | None:
        return _share(self.succeeded, self.decided)

    @property
    def refund_bp(self) -> int | None:
        """May exceed the whole."""
        return _share(self.returned_fen, self.paid_fen)

    @property
    def conversion_bp(self) -> int | None:
        """May exceed the whole: nobody counts who pays later, elsewhere, or keeps bots' company."""
        return _share(self.buyers, self.visitors)

    @property
    def repeat_buyers(self) -> int:
        return self.buyers - self.new_customers

    @property
    def repurchase_bp(self) -> int | None:
        return _share(self.repeat_buyers, self.buyers)

    @property
    def benefit_fen(self) -> int:
        return self.merchant_benefit_fen + self.platform_benefit_fen

    @property
    def benefit_return(self) -> int | None:
        """In hundredths."""
        return self.benefit_paid_fen * HUNDREDTHS // self.benefit_fen if self.benefit_fen else None


def _share(part: int, whole: int) -> int | None:
    return part * BASIS_POINTS // whole if whole else None

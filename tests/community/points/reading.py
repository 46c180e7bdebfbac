"""What tests ask of somebody's points."""

from accounts.models import User
from community.models import PointsAccount
from payments.selectors.ledger import standing
from payments.services import ledger


def points_of(user: User) -> tuple[int, int, int]:
    """To spend, promised, owed to the platform."""
    account = PointsAccount.objects.filter(user=user).first()
    return (account.balance, account.pending, account.debt) if account else (0, 0, 0)


def owed_fen() -> int:
    """What the platform owes in points, by its books."""
    return standing(ledger.points())

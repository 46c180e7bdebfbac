"""Where the money is, derived from the entries and from nothing else."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import BigIntegerField, Case, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from payments.models import LedgerAccount, LedgerEntry
from payments.states import DEBIT_ACCOUNTS, REWARD, WITHDRAWAL, AccountKind, Side
from payments.subjects import Subject

SHARES = (AccountKind.MERCHANT_PAYABLE, AccountKind.PLATFORM_FEE, AccountKind.COMMISSION_PAYABLE)


@dataclass(frozen=True)
class Money:
    """Where the money of orders is, in fen. What came in is where it lies now, always: `came_fen == lies_fen`."""

    captured_fen: int = 0
    balance_fen: int = 0
    subsidised_fen: int = 0
    refunded_fen: int = 0
    in_flight_fen: int = 0
    merchant_fen: int = 0
    fee_fen: int = 0
    commission_fen: int = 0
    held_fen: int = 0
    points_fen: int = 0

    @property
    def came_fen(self) -> int:
        """Captured at gateways, spent from balances, given by the platform."""
        return self.captured_fen + self.balance_fen + self.subsidised_fen

    @property
    def back_fen(self) -> int:
        """Gone back, or on its way."""
        return self.refunded_fen + self.in_flight_fen

    @property
    def lies_fen(self) -> int:
        """Gone or going back, settled with merchant, platform and leader, held, or owed in points."""
        settled_fen = self.merchant_fen + self.fee_fen + self.commission_fen
        return self.back_fen + settled_fen + self.held_fen + self.points_fen


def money_of(kind: str, numbers: Iterable[str] | QuerySet) -> Money:
    """Where the money of some subjects of one kind is, taken together."""
    return _money(LedgerEntry.objects.filter(transaction__subject_kind=kind, transaction__subject_number__in=numbers))


def money_by_number(kind: str, numbers: Sequence[str]) -> dict[str, Money]:
    """Where the money of each of these subjects is; one without bookings is not among them."""
    entries = LedgerEntry.objects.filter(transaction__subject_kind=kind, transaction__subject_number__in=numbers)
    parts = _parts()
    rows = entries.values_list("transaction__subject_number").annotate(**parts)
    return {number: Money(**dict(zip(parts, sums, strict=True))) for number, *sums in rows}


def money_of_merchant(merchant_id: int) -> Money:
    """Where the money of a merchant's business is; what it withdrew counts as settled."""
    return _money(LedgerEntry.objects.filter(transaction__merchant=merchant_id))


def money_of_house() -> Money:
    """Where all the money is."""
    return _money(LedgerEntry.objects.all())


def bookings_of(subject: Subject) -> QuerySet[LedgerEntry]:
    """The entries of one subject in the order they were booked, with their booking and account."""
    entries = LedgerEntry.objects.filter(
        transaction__subject_kind=subject.kind, transaction__subject_number=subject.number
    )
    return entries.select_related("transaction__refund", "account__merchant", "account__user").order_by("pk")


def standing(account_id: int) -> int:
    """How much an account holds, in fen, by the side on which it grows; an advance that was clawed back is negative.

    Whoever takes from it looks under `locks.lock_account`.
    """
    kind = LedgerAccount.objects.values_list("kind", flat=True).get(pk=account_id)
    sums = LedgerEntry.objects.filter(account=account_id).aggregate(
        credits=_total(Q(side=Side.CREDIT)), debits=_total(Q(side=Side.DEBIT))
    )
    grown = sums["credits"] - sums["debits"]
    return -grown if kind in DEBIT_ACCOUNTS else grown


def held_of(subjects: Iterable[Subject]) -> Counter[Subject]:
    """How much is held for each subject, in one query."""
    by_account = _by_account(subjects, [AccountKind.ESCROW])
    return Counter({subject: accounts.total() for subject, accounts in by_account.items()})


def granted_of(subjects: Iterable[Subject]) -> Counter[Subject]:
    """How much the platform has given towards each subject and not taken back, in one query."""
    by_account = _by_account(subjects, [AccountKind.SUBSIDY])
    return Counter({subject: -accounts.total() for subject, accounts in by_account.items()})


def shares_of(subjects: Iterable[Subject]) -> dict[Subject, Counter[int]]:
    """What merchant, platform and leader have of each subject, by account, in one query. Without any it is empty."""
    return _by_account(subjects, SHARES)


def _by_account(subjects: Iterable[Subject], kinds: Iterable[AccountKind]) -> dict[Subject, Counter[int]]:
    """Credits less debits on accounts of these kinds."""
    wanted = set(subjects)
    entries = LedgerEntry.objects.filter(
        transaction__subject_kind__in={subject.kind for subject in wanted},
        transaction__subject_number__in={subject.number for subject in wanted},
        account__kind__in=kinds,
    )
    rows = entries.values_list("transaction__subject_kind", "transaction__subject_number", "account")
    grown = _total(Q(side=Side.CREDIT)) - _total(Q(side=Side.DEBIT))
    found: defaultdict[Subject, Counter[int]] = defaultdict(Counter)
    for kind, number, account_id, fen in rows.annotate(fen=grown):
        found[Subject(kind, number)][account_id] += fen
    return found


def with_standing(accounts: QuerySet[LedgerAccount]) -> QuerySet[LedgerAccount]:
    """Accounts with what they hold as `standing_fen`, summed up for those only that are really read."""
    fen = BigIntegerField()
    entries = LedgerEntry.objects.filter(account=OuterRef("pk")).order_by().values("account")
    sums = entries.annotate(fen=_total(Q(side=Side.CREDIT)) - _total(Q(side=Side.DEBIT))).values("fen")
    grown = Coalesce(Subquery(sums), 0, output_field=fen)
    return accounts.annotate(
        standing_fen=Case(When(kind__in=DEBIT_ACCOUNTS, then=-grown), default=grown, output_field=fen)
    )


def _money(entries: QuerySet[LedgerEntry]) -> Money:
    """Withdrawals move settled money on and are left out: what a merchant took home is still what it was settled.

    So are rewards: they are gifts, and no money of an order.
    """
    return Money(**entries.exclude(transaction__subject_kind__in=[WITHDRAWAL, REWARD]).aggregate(**_parts()))


def _parts() -> dict[str, CombinedExpression | Coalesce]:
    """A sum for each field of Money."""
    back = _side(AccountKind.GATEWAY_CLEARING, Side.CREDIT) + _side(AccountKind.BALANCE, Side.CREDIT)
    return {
        "captured_fen": _side(AccountKind.GATEWAY_CLEARING, Side.DEBIT),
        "balance_fen": _side(AccountKind.BALANCE, Side.DEBIT),
        "subsidised_fen": _net(AccountKind.SUBSIDY, grows=Side.DEBIT),
        "refunded_fen": back + _net(AccountKind.BANK),
        "in_flight_fen": _net(AccountKind.REFUND_IN_FLIGHT),
        "merchant_fen": _net(AccountKind.MERCHANT_PAYABLE),
        "fee_fen": _net(AccountKind.PLATFORM_FEE),
        "commission_fen": _net(AccountKind.COMMISSION_PAYABLE),
        "held_fen": _net(AccountKind.ESCROW),
        "points_fen": _net(AccountKind.POINTS),
    }


def _net(kind: AccountKind, *, grows: Side = Side.CREDIT) -> CombinedExpression:
    shrinks = Side.DEBIT if grows == Side.CREDIT else Side.CREDIT
    return _side(kind, grows) - _side(kind, shrinks)


def _side(kind: AccountKind, side: Side) -> Coalesce:
    return _total(Q(account__kind=kind, side=side))


def _total(which: Q) -> Coalesce:
    return Coalesce(Sum("amount_fen", filter=which), 0)

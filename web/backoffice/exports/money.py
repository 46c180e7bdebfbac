"""The statement, the orders behind its numbers, and what was taken out."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Merchant
from common.exports.cells import Yuan
from orders.locks import SUBJECT
from orders.models import Order
from orders.selectors.completed import completed_of, held_of
from payments.models import LedgerEntry
from payments.selectors.ledger import Money, money_by_number
from payments.selectors.statements import clawed_back_from
from web.backoffice.access import Right
from web.backoffice.dates import read_dates
from web.backoffice.exports.contributing import contribute
from web.backoffice.money.pages import settled_rows
from web.backoffice.money.statement import Row, asked_or_lately, rows_of
from web.backoffice.payouts.withdrawals import found as withdrawals_found
from web.payouts import told

ORDER = pgettext_lazy("one", "订单")
PARTS = [
    (gettext_lazy("买家付款"), lambda row: Yuan(row.brought.paid_fen)),
    (gettext_lazy("平台补贴"), lambda row: Yuan(row.brought.granted_fen)),
    (gettext_lazy("退款"), lambda row: Yuan(-row.refunded_fen)),
    (gettext_lazy("团长佣金"), lambda row: Yuan(-row.settled.commission_fen)),
    (gettext_lazy("平台服务费"), lambda row: Yuan(-row.settled.fee_fen)),
    (gettext_lazy("售后追回"), lambda row: Yuan(-row.settled.clawed_fen)),
    (gettext_lazy("结算"), lambda row: Yuan(row.settled.net_fen)),
]


def statement_of(merchant: Merchant, query: QueryDict) -> list[Row]:
    """By day or by month, as on the page."""
    return rows_of(merchant, asked_or_lately(read_dates(query), now=timezone.now()))


def settled_of(merchant: Merchant, query: QueryDict) -> QuerySet[Order]:
    return completed_of(merchant).filter(read_dates(query).hold("completed_at"))


def clawed_of(merchant: Merchant, query: QueryDict) -> QuerySet[LedgerEntry]:
    return clawed_back_from(merchant.pk, read_dates(query).hold("transaction__booked_at"))


def held_rows(listed: list[Order]) -> Iterable[tuple[Order, Money]]:
    """One query for the money of all of them."""
    now_of = money_by_number(SUBJECT, [order.number for order in listed])
    return [(order, now_of.get(order.number, Money())) for order in listed]


contribute(
    "statement",
    gettext_lazy("对账单"),
    Right.MONEY,
    find=statement_of,
    columns=[
        (gettext_lazy("从"), lambda row: row.dates.since),
        (gettext_lazy("到"), lambda row: row.dates.until),
        (gettext_lazy("单数"), lambda row: row.brought.orders),
        *PARTS,
    ],
)
contribute(
    "money-settled",
    gettext_lazy("已结算订单"),
    Right.MONEY,
    find=settled_of,
    rows=settled_rows,
    columns=[
        (ORDER, lambda row: row[0].number),
        (gettext_lazy("结算时间"), lambda row: row[0].completed_at),
        *((title, lambda row, read=read: read(row[1])) for title, read in PARTS),
    ],
)
contribute(
    "money-clawed",
    gettext_lazy("售后追回"),
    Right.MONEY,
    find=clawed_of,
    columns=[
        (ORDER, lambda entry: entry.transaction.subject_number),
        (gettext_lazy("追回时间"), lambda entry: entry.transaction.booked_at),
        (gettext_lazy("从店铺追回"), lambda entry: Yuan(entry.amount_fen)),
    ],
)
contribute(
    "money-held",
    gettext_lazy("托管中的订单"),
    Right.MONEY,
    find=lambda merchant, _query: held_of(merchant),
    rows=held_rows,
    columns=[
        (ORDER, lambda row: row[0].number),
        (gettext_lazy("状态"), lambda row: row[0].get_status_display()),
        (gettext_lazy("预计结算"), lambda row: row[0].completes_at),
        (gettext_lazy("托管中"), lambda row: Yuan(row[1].held_fen)),
    ],
)
contribute(
    "withdrawals",
    gettext_lazy("提现"),
    Right.PAYOUTS,
    find=withdrawals_found,
    columns=[
        (gettext_lazy("提现单号"), lambda withdrawal: withdrawal.number),
        (gettext_lazy("金额"), lambda withdrawal: Yuan(withdrawal.amount_fen)),
        (gettext_lazy("状态"), lambda withdrawal: withdrawal.get_status_display()),
        (gettext_lazy("收款账户"), lambda withdrawal: str(withdrawal.payee)),
        (gettext_lazy("户名"), lambda withdrawal: withdrawal.payee.shown_holder),
        (gettext_lazy("申请时间"), lambda withdrawal: withdrawal.requested_at),
        (gettext_lazy("结束时间"), lambda withdrawal: withdrawal.ended_at),
        (gettext_lazy("打款凭证号"), lambda withdrawal: withdrawal.bank_reference),
        (gettext_lazy("说明"), lambda withdrawal: withdrawal.note or told(withdrawal)),
    ],
)

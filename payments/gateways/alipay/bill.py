"""The bill of a day: a zip with a table in GBK, its title and sums behind number signs."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping

from django.utils import timezone

from payments.errors import GatewayRefused
from payments.gateways.accounts import AlipayAccount
from payments.gateways.alipay.client import ask, fetch
from payments.gateways.base import BillLine, GatewayUnavailable
from payments.gateways.values import beijing_instant, bill_due_at, fen_of_yuan, short_text
from payments.states import BillLineKind, PaymentStatus, RefundStatus

METHOD = "alipay.data.dataservice.bill.downloadurl.query"
NO_BILL = "bill_not_exist"
REMARK = "#"
FIRST_COLUMN = "支付宝交易号"
PAID, GIVEN_BACK = "交易", "退款"


def read_bill(account: AlipayAccount, day: dt.date) -> Iterator[BillLine]:
    """Every movement of a day. Raises GatewayUnavailable while there is no bill, or when it is damaged."""
    try:
        return iter([_line(row) for row in _rows(_fetch(account, day))])
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise GatewayUnavailable from error


def _fetch(account: AlipayAccount, day: dt.date) -> str:
    try:
        link = ask(account, METHOD, {"bill_type": "trade", "bill_date": day.isoformat()})
    except GatewayRefused as refusal:
        if not refusal.params["reason"].lower().endswith(NO_BILL):
            raise
        if timezone.now() >= bill_due_at(day):
            return ""
        raise GatewayUnavailable from refusal
    return _table(fetch(link["bill_download_url"]))


def _table(file: bytes) -> str:
    """The table of movements; the other one in the parcel holds sums."""
    with zipfile.ZipFile(io.BytesIO(file)) as parcel:
        texts = [parcel.read(name).decode("gbk") for name in parcel.namelist()]
    found = [text for text in texts if any(line.startswith(FIRST_COLUMN) for line in text.splitlines())]
    if len(found) != 1:
        raise ValueError("not the parcel that was agreed on")
    return found[0]


def _rows(text: str) -> Iterator[dict[str, str]]:
    """The lines that are no remarks, by the names of their columns."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(REMARK)]
    rows = csv.reader(lines)
    names = [name.strip() for name in next(rows, [])]
    for row in rows:
        yield {name: value.strip() for name, value in zip(names, row, strict=True)}


def _line(row: Mapping[str, str]) -> BillLine:
    """A refund has no number of Alipay's own: it goes under that of its trade, with a minus before its amount."""
    trade, at = short_text(row[FIRST_COLUMN]), beijing_instant(row["完成时间"])
    amount_fen = fen_of_yuan(row["订单金额（元）"].removeprefix("-"))
    if row["业务类型"] == PAID:
        number = short_text(row["商户订单号"])
        return BillLine(BillLineKind.PAYMENT, number, trade, amount_fen, PaymentStatus.CAPTURED, at)
    if row["业务类型"] != GIVEN_BACK:
        raise ValueError("neither a payment nor a refund")
    number = short_text(row["退款批次号/请求号"])
    return BillLine(BillLineKind.REFUND, number, trade, amount_fen, RefundStatus.DONE, at)

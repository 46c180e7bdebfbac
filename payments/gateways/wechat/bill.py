"""The bill of a day: fetched by a signed link, compared with its digest, read line by line."""

import csv
import datetime as dt
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping

from django.utils import timezone

from payments.errors import GatewayRefused
from payments.gateways.accounts import WeChatAccount
from payments.gateways.base import BillLine, GatewayUnavailable
from payments.gateways.values import beijing_instant, bill_due_at, fen_of_yuan, short_text
from payments.gateways.wechat.client import ask_for, call, client_of
from payments.gateways.wechat.reading import REFUND_STATUS
from payments.states import BillLineKind, PaymentStatus, RefundStatus

# A day without any movement has no bill, and neither has one whose bill is still being made.
NO_BILL = "NO_STATEMENT_EXIST"
NOT_READY = (NO_BILL, "STATEMENT_CREATING")
GZIP = b"\x1f\x8b"
# Values begin with a backtick, so that spreadsheets leave long numbers alone.
MARK = "`"
SUMMARY = "总交易单数"
ENDED_BADLY = RefundStatus.ABNORMAL


def read_bill(account: WeChatAccount, day: dt.date) -> Iterator[BillLine]:
    """Every movement of a day. Raises GatewayUnavailable while there is no bill, or when it is damaged."""
    try:
        text = _fetch(account, day)
        return iter([_line(row) for row in _rows(text)])
    except (ValueError, KeyError, TypeError, OSError, EOFError, zlib.error) as error:
        raise GatewayUnavailable from error


def _fetch(account: WeChatAccount, day: dt.date) -> str:
    client = client_of(account)
    try:
        link = ask_for(lambda: client.trade_bill(day.isoformat(), tar_type="GZIP"))
    except GatewayRefused as refusal:
        if refusal.params["reason"] not in NOT_READY:
            raise
        if refusal.params["reason"] == NO_BILL and timezone.now() >= bill_due_at(day):
            return ""
        raise GatewayUnavailable from refusal
    file = call(lambda: client.download_bill(link["download_url"]))
    return _checked(file.encode() if isinstance(file, str) else file, link)


def _checked(file: bytes, link: Mapping[str, str]) -> str:
    """The digest is that of the table, whether or not it came compressed."""
    table = gzip.decompress(file) if file.startswith(GZIP) else file
    digest = hashlib.sha1(table, usedforsecurity=False).hexdigest()
    if link["hash_type"] != "SHA1" or digest != link["hash_value"].lower():
        raise ValueError("the bill is not the one that was promised")
    return table.decode("utf-8-sig")


def _rows(text: str) -> Iterator[dict[str, str]]:
    """The lines above the sums, by the names of their columns."""
    rows = csv.reader(io.StringIO(text))
    names = next(rows, [])
    for row in rows:
        if not row or row[0].startswith(SUMMARY):
            return
        yield {name: value.removeprefix(MARK).strip() for name, value in zip(names, row, strict=True)}


def _line(row: Mapping[str, str]) -> BillLine:
    at = beijing_instant(row["交易时间"])
    if row["交易状态"] == "SUCCESS":
        return BillLine(
            kind=BillLineKind.PAYMENT,
            number=short_text(row["商户订单号"]),
            gateway_number=short_text(row["微信订单号"]),
            amount_fen=fen_of_yuan(row["订单金额"]),
            status=PaymentStatus.CAPTURED,
            at=at,
        )
    return BillLine(
        kind=BillLineKind.REFUND,
        number=short_text(row["商户退款单号"]),
        gateway_number=short_text(row["微信退款单号"]),
        amount_fen=fen_of_yuan(row["申请退款金额"]),
        status=REFUND_STATUS.get(row["退款状态"], ENDED_BADLY),
        at=at,
    )

"""F5: the bill of WeChat Pay: compared with its digest, read line by line."""

import datetime as dt

import pytest
from django.utils import timezone

from payments.errors import GatewayRefused, GatewayUnavailable
from payments.gateways.base import BillLine
from payments.gateways.wechat import WeChatGateway
from payments.states import BillLineKind, PaymentStatus, RefundStatus
from tests.fixtures.local_server import Told

pytestmark = pytest.mark.usefixtures("wechat")
DAY = dt.date(2026, 11, 20)
COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,"
    "代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,"
    "申请退款金额,费率备注"
)
SUMS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n"
    "`2,`29.90,`4.00,`0,`0,`29.90,`4.00"
)


def line(**changes: str) -> str:
    """One line as WeChat writes it, a paid payment unless said otherwise."""
    row = dict.fromkeys(COLUMNS.split(","), "") | {
        "交易时间": "2026-11-20 12:01:00",
        "微信订单号": "4200001",
        "商户订单号": "P26112000000001",
        "交易状态": "SUCCESS",
        "货币种类": "CNY",
        "微信退款单号": "0",
        "商户退款单号": "0",
        "商品名称": '"苹果, 5 斤"',
        "订单金额": "29.90",
        "申请退款金额": "0.00",
    }
    return ",".join(value if value.startswith('"') else f"`{value}" for value in (row | changes).values())


def refund_line(status: str) -> str:
    return line(
        交易时间="2026-11-20 18:30:00",
        交易状态="REFUND",
        微信退款单号="5000001",
        商户退款单号="R26112000000002",
        退款状态=status,
        申请退款金额="4.00",
    )


def table(*lines: str) -> str:
    return "\n".join([COLUMNS, *lines, SUMS, ""])


PAID = BillLine(
    kind=BillLineKind.PAYMENT,
    number="P26112000000001",
    gateway_number="4200001",
    amount_fen=2990,
    status=PaymentStatus.CAPTURED,
    at=dt.datetime(2026, 11, 20, 4, 1, tzinfo=dt.UTC),
)


@pytest.fixture(autouse=True)
def no_database_is_needed(monkeypatch):
    monkeypatch.setattr("payments.gateways.wechat.client.forbid_in_transaction", lambda: None)


@pytest.mark.parametrize("compressed", [True, False])
def test_payments_and_refunds_are_read_and_the_sums_are_not(wechat, compressed):
    wechat.write_bill(table(line(), refund_line("SUCCESS")), compressed=compressed)
    refunded = BillLine(
        kind=BillLineKind.REFUND,
        number="R26112000000002",
        gateway_number="5000001",
        amount_fen=400,
        status=RefundStatus.DONE,
        at=dt.datetime(2026, 11, 20, 10, 30, tzinfo=dt.UTC),
    )
    assert list(WeChatGateway().read_bill(DAY)) == [PAID, refunded]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("PROCESSING", RefundStatus.PROCESSING),
        ("CHANGE", RefundStatus.ABNORMAL),
        ("FAIL", RefundStatus.ABNORMAL),
        ("CLOSED", RefundStatus.ABNORMAL),
    ],
)
def test_a_refund_that_has_not_arrived_says_so(wechat, said, status):
    wechat.write_bill(table(refund_line(said)))
    assert [one.status for one in WeChatGateway().read_bill(DAY)] == [status]


def test_a_bill_with_another_digest_is_not_believed(wechat):
    wechat.write_bill(table(line()))
    wechat.digest = "0" * 40
    with pytest.raises(GatewayUnavailable):
        WeChatGateway().read_bill(DAY)


@pytest.mark.parametrize("changes", [{"订单金额": "29.9.0"}, {"交易时间": "yesterday"}, {"商户订单号": ""}])
def test_a_line_that_cannot_be_read_spoils_the_bill(wechat, changes):
    """Half a bill would make cases of everything that lacks."""
    wechat.write_bill(table(line(), line(**changes)))
    with pytest.raises(GatewayUnavailable):
        WeChatGateway().read_bill(DAY)


def test_a_day_without_movement_has_an_empty_bill():
    assert list(WeChatGateway().read_bill(DAY - dt.timedelta(days=400))) == []


def test_a_day_whose_bill_is_not_due_yet_is_asked_about_again():
    with pytest.raises(GatewayUnavailable):
        WeChatGateway().read_bill(timezone.localdate())


def test_a_bill_that_is_being_made_is_asked_about_again(wechat):
    wechat.trouble = {"/v3/bill/": Told(400, b'{"code": "STATEMENT_CREATING"}', {"Content-Type": "application/json"})}
    with pytest.raises(GatewayUnavailable):
        WeChatGateway().read_bill(DAY)


def test_a_day_too_long_ago_is_a_clear_no(wechat):
    wechat.trouble = {"/v3/bill/": Told(400, b'{"code": "PARAM_ERROR"}', {"Content-Type": "application/json"})}
    with pytest.raises(GatewayRefused):
        WeChatGateway().read_bill(DAY)

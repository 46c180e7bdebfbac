"""F5: the bill of Alipay: a zip of tables in GBK, read line by line."""

import datetime as dt

import pytest
from django.utils import timezone

from payments.errors import GatewayRefused, GatewayUnavailable
from payments.gateways.alipay import AlipayGateway
from payments.gateways.base import BillLine
from payments.states import BillLineKind, PaymentStatus, RefundStatus

pytestmark = pytest.mark.usefixtures("alipay")
DAY = dt.date(2026, 11, 20)
METHOD = "alipay.data.dataservice.bill.downloadurl.query"
COLUMNS = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,"
    "商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,"
    "卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
ABOVE = (
    "#支付宝业务明细查询\n#账号：[20880000000000010156]\n"
    "#起始日期：[2026年11月20日 00:00:00]   终止日期：[2026年11月21日 00:00:00]\n"
    "#-----------------------------------------业务明细列表----------------------------------------\n"
)
BELOW = (
    "#-----------------------------------------业务明细列表结束------------------------------------\n"
    "#交易合计：1笔，商家实收共29.90元\n#导出时间：[2026年11月21日 09:00:00]\n"
)
SUMS = "#支付宝业务汇总查询\n门店编号,门店名称,交易订单总笔数\n合计,,1\n"


def line(**changes: str) -> str:
    """One line as Alipay writes it, a paid payment unless said otherwise."""
    row = dict.fromkeys(COLUMNS.split(","), "") | {
        "支付宝交易号": "2026112000001",
        "商户订单号": "P26112000000001",
        "业务类型": "交易",
        "商品名称": "苹果 5 斤",
        "完成时间": "2026-11-20 12:01:00",
        "订单金额（元）": "29.90",
        "服务费（元）": "-0.18",
    }
    return ",".join(f"{value}\t" for value in (row | changes).values())


def table(*lines: str) -> str:
    return ABOVE + "\n".join([COLUMNS, *lines, ""]) + BELOW


@pytest.fixture(autouse=True)
def no_database_is_needed(monkeypatch):
    monkeypatch.setattr("payments.gateways.lines.forbid_in_transaction", lambda: None)


def test_payments_and_refunds_are_read_and_the_sums_are_not(alipay):
    given_back = {"业务类型": "退款", "完成时间": "2026-11-20 18:30:00", "订单金额（元）": "-4.00"}
    given_back["退款批次号/请求号"] = "R26112000000002"
    alipay.write_bill(业务明细=table(line(), line(**given_back)), 业务明细汇总=SUMS)
    assert list(AlipayGateway().read_bill(DAY)) == [
        BillLine(
            kind=BillLineKind.PAYMENT,
            number="P26112000000001",
            gateway_number="2026112000001",
            amount_fen=2990,
            status=PaymentStatus.CAPTURED,
            at=dt.datetime(2026, 11, 20, 4, 1, tzinfo=dt.UTC),
        ),
        BillLine(
            kind=BillLineKind.REFUND,
            number="R26112000000002",
            gateway_number="2026112000001",
            amount_fen=400,
            status=RefundStatus.DONE,
            at=dt.datetime(2026, 11, 20, 10, 30, tzinfo=dt.UTC),
        ),
    ]


@pytest.mark.parametrize(
    "changes", [{"订单金额（元）": "29.9.0"}, {"完成时间": "yesterday"}, {"商户订单号": ""}, {"业务类型": "红包"}]
)
def test_a_line_that_cannot_be_read_spoils_the_bill(alipay, changes):
    """Half a bill would make cases of everything that lacks."""
    alipay.write_bill(业务明细=table(line(), line(**changes)))
    with pytest.raises(GatewayUnavailable):
        AlipayGateway().read_bill(DAY)


def test_a_damaged_parcel_is_not_believed(alipay):
    alipay.write_bill(业务明细=table(line()))
    alipay.bill = alipay.bill[:-30]
    with pytest.raises(GatewayUnavailable):
        AlipayGateway().read_bill(DAY)


def test_a_parcel_without_the_table_is_not_believed(alipay):
    alipay.write_bill(业务明细汇总=SUMS)
    with pytest.raises(GatewayUnavailable):
        AlipayGateway().read_bill(DAY)


def test_a_day_without_movement_has_an_empty_bill():
    assert list(AlipayGateway().read_bill(DAY - dt.timedelta(days=400))) == []


def test_a_day_whose_bill_is_not_due_yet_is_asked_about_again():
    with pytest.raises(GatewayUnavailable):
        AlipayGateway().read_bill(timezone.localdate())


def test_a_kind_of_bill_we_may_not_have_is_a_clear_no(alipay):
    no = {"code": "40006", "msg": "Insufficient Permissions", "sub_code": "isv.insufficient-isv-permissions"}
    alipay.trouble = {METHOD: no}
    with pytest.raises(GatewayRefused):
        AlipayGateway().read_bill(DAY)

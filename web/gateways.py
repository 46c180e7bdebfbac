"""What people call the ways to pay."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.money import format_yuan
from payments.models import Payment
from payments.states import BALANCE, PayerDevice

GATEWAYS = {
    "sandbox": gettext_lazy("模拟支付"),
    "wechat": gettext_lazy("微信支付"),
    "alipay": gettext_lazy("支付宝"),
    BALANCE: gettext_lazy("余额"),
}


def gateway_word(name: str) -> str:
    """What people call a gateway; "wechat-orchard" is WeChat Pay, whosever merchant number it is."""
    return str(GATEWAYS.get(name.partition("-")[0], name))


def gateway_hint(name: str, device: PayerDevice) -> str:
    """What people should know before they choose a gateway."""
    if name == "sandbox":
        return _("演示用的支付页，不花真钱")
    if name.startswith("alipay") and device == PayerDevice.WECHAT:
        return _("微信里打不开支付宝，点右上角用浏览器打开这一页")
    return ""


def paid_by(payments: Iterable[Payment]) -> str:
    """How something was paid: "微信支付", or with the amounts where it was paid together; empty while it is not."""
    applied = sorted((one for one in payments if one.applied), key=lambda one: one.gateway == BALANCE)
    if len(applied) > 1:
        return " + ".join(f"{gateway_word(one.gateway)} {format_yuan(one.amount_fen)}" for one in applied)
    return "".join(gateway_word(one.gateway) for one in applied)

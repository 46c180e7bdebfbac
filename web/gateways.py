"""What people call the ways to pay."""

from django.utils.translation import gettext_lazy

GATEWAYS = {
    "sandbox": gettext_lazy("模拟支付"),
    "wechat": gettext_lazy("微信支付"),
    "alipay": gettext_lazy("支付宝"),
}


def gateway_word(name: str) -> str:
    """What people call a gateway; "wechat-orchard" is WeChat Pay, whosever merchant number it is."""
    return str(GATEWAYS.get(name.partition("-")[0], name))

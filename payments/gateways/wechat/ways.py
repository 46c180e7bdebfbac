"""Three ways to the same till: which one depends on what the payer holds in their hands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from wechatpayv3 import WeChatPayType

from payments.errors import OpenidNeeded
from payments.gateways.base import PayerClient
from payments.states import PayerDevice

# An address of our own making: it is for the script of WeChat's browser and leads nowhere else.
BRIDGE = "wechat-bridge:"


@dataclass(frozen=True)
class Way:
    """The library's name of a way, and what a payment tells about its payer there."""

    pay_type: WeChatPayType
    about_payer: dict[str, Any]


def way_of(client: PayerClient) -> Way:
    """JSAPI inside WeChat, H5 in a phone's browser, Native (a QR code) on a desktop. Raises OpenidNeeded."""
    if client.device == PayerDevice.WECHAT:
        if not client.openid:
            raise OpenidNeeded
        return Way(WeChatPayType.JSAPI, {"payer": {"openid": client.openid}})
    scene: dict[str, Any] = {"payer_client_ip": client.ip} if client.ip else {}
    if client.device == PayerDevice.PHONE:
        return Way(WeChatPayType.H5, {"scene_info": scene | {"h5_info": {"type": "Wap"}}})
    return Way(WeChatPayType.NATIVE, {"scene_info": scene} if scene else {})


def address_in(answer: Mapping[str, Any], way: Way, *, return_url: str) -> str:
    """Where the payer pays: a page for phones, the text of a QR code, or a prepaid number for the bridge."""
    if way.pay_type == WeChatPayType.JSAPI:
        return BRIDGE + answer["prepay_id"]
    if way.pay_type == WeChatPayType.H5:
        return f"{answer['h5_url']}&redirect_url={quote(return_url, safe='')}"
    return str(answer["code_url"])

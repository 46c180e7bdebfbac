"""Messages that nobody may believe: each is a name, what somebody posts, and the answer it gets.

`sealed` ones are signed by the gateway's own key, as only the gateway can: they are true messages of somebody else, or
do not fit what was agreed on. All others are what a stranger can make of a true message.
"""

import base64
import datetime as dt
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.utils import timezone

from payments.models import Payment, Refund
from payments.sandbox.signing import NONCE, SIGNATURE, TIMESTAMP, signed_headers
from tests.fixtures.alipay import FakeAlipay, app_key
from tests.fixtures.keys import sign, stranger
from tests.fixtures.wechat import FakeWeChat, encrypted, merchant_key

BEIJING = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True)
class Post:
    """What is posted to the address of a gateway."""

    gateway: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class World:
    """Alice has an open payment at each gateway; Bob's are captured, and a refund of his is under way."""

    wechat: FakeWeChat
    alipay: FakeAlipay
    alices: dict[str, Payment]
    bobs: dict[str, Payment]
    refund: Refund


Forge = Callable[[World], Post]
FORGED: dict[str, tuple[int, Forge]] = {}


def forged(name: str, status: int) -> Callable[[Forge], Forge]:
    """Into the corpus, with the status it is answered with."""

    def keep(forge: Forge) -> Forge:
        FORGED[name] = (status, forge)
        return forge

    return keep


# True messages


def true_wechat(world: World) -> Post:
    return _wechat(world, world.wechat.message(world.wechat.resource_of(world.alices["wechat"])))


def true_alipay(world: World) -> Post:
    return _alipay(world, world.alipay.message_of(world.alices["alipay"]))


def true_sandbox(world: World) -> Post:
    return _sandbox(_sandbox_body(world))


TRUE: dict[str, Forge] = {"wechat": true_wechat, "alipay": true_alipay, "sandbox": true_sandbox}


# WeChat Pay


def _wechat(world: World, body: bytes, **seal: Any) -> Post:
    return Post("wechat", body, world.wechat.seal(body, **seal))


def _wechat_headers(name: str, status: int, *without: str, **changes: str) -> None:
    def forge(world: World) -> Post:
        true = true_wechat(world)
        headers = {key: value for key, value in true.headers.items() if key not in without}
        changed = {f"Wechatpay-{key.replace('_', '-')}": value for key, value in changes.items()}
        return Post("wechat", true.body, headers | changed)

    FORGED[f"wechat: {name}"] = (status, forge)


_wechat_headers("no signature", 401, "Wechatpay-Signature")
_wechat_headers("no timestamp", 401, "Wechatpay-Timestamp")
_wechat_headers("no nonce", 401, "Wechatpay-Nonce")
_wechat_headers("no serial", 401, "Wechatpay-Serial")
_wechat_headers("an empty signature", 401, Signature="")
_wechat_headers("a probe of WeChat's", 401, Signature="WECHATPAY/SIGNTEST/kq3dMlw3BdUHdW3fbS0IQ0cBd2gdKA==")
_wechat_headers("a signature that is no base64", 401, Signature="签名")
_wechat_headers("a serial nobody configured", 401, Serial="PUB_KEY_ID_0000000000")
_wechat_headers("a certificate nobody configured", 401, Serial="5157F09EFDC096DE15EBE81A47057A7200000000")
_wechat_headers("a serial that is a sum", 401, Serial="+1_0")
_wechat_headers("another algorithm", 401, **{"Signature_Type": "WECHATPAY2-SM2-WITH-SM3"})
_wechat_headers("another nonce", 401, Nonce="0" * 32)
_wechat_headers("a word for a timestamp", 401, Timestamp="yesterday")
_wechat_headers("an endless timestamp", 401, Timestamp="9" * 300)


@forged("wechat: no headers at all", 401)
def _(world: World) -> Post:
    return Post("wechat", true_wechat(world).body, {})


@forged("wechat: 301 seconds old", 401)
def _(world: World) -> Post:
    return _wechat(world, true_wechat(world).body, at=time.time() - 301)


@forged("wechat: 301 seconds ahead", 401)
def _(world: World) -> Post:
    return _wechat(world, true_wechat(world).body, at=time.time() + 302)


@forged("wechat: another second than the signed one", 401)
def _(world: World) -> Post:
    true = true_wechat(world)
    moved = str(int(true.headers["Wechatpay-Timestamp"]) + 1)
    return Post("wechat", true.body, true.headers | {"Wechatpay-Timestamp": moved})


@forged("wechat: an old message under a second set of headers", 401)
def _(world: World) -> Post:
    """The library reads these names first, and only these would be proven."""
    true = true_wechat(world)
    old = world.wechat.seal(true.body, at=time.time() - 86_400)
    return Post("wechat", true.body, true.headers | {"Wechatpay-Signature": "AAAA"} | _under_other_names(old))


def _under_other_names(headers: dict[str, str]) -> dict[str, str]:
    return {f"Http-{name}": value for name, value in headers.items()}


@forged("wechat: a body written anew", 401)
def _(world: World) -> Post:
    true = true_wechat(world)
    return Post("wechat", json.dumps(json.loads(true.body), indent=1).encode(), true.headers)


@forged("wechat: a body in other letters", 401)
def _(world: World) -> Post:
    true = true_wechat(world)
    return Post("wechat", json.dumps(json.loads(true.body)).encode(), true.headers)


@forged("wechat: a body that is no text", 400)
def _(world: World) -> Post:
    true = true_wechat(world)
    return Post("wechat", b"\xff\xfe" + true.body, true.headers)


@forged("wechat: signed by our own key", 401)
def _(world: World) -> Post:
    return _wechat(world, true_wechat(world).body, key=merchant_key())


@forged("wechat: signed by anybody", 401)
def _(world: World) -> Post:
    return _wechat(world, true_wechat(world).body, key=stranger())


@forged("wechat: the signature of another message", 401)
def _(world: World) -> Post:
    other = world.wechat.message(world.wechat.resource_of(world.bobs["wechat"]))
    return Post("wechat", true_wechat(world).body, world.wechat.seal(other))


def _wechat_sealed(name: str, status: int, **changes: Any) -> None:
    def forge(world: World) -> Post:
        resource = world.wechat.resource_of(world.alices["wechat"], **changes)
        return _wechat(world, world.wechat.message(resource))

    FORGED[f"wechat, sealed: {name}"] = (status, forge)


def _amount(**changes: Any) -> dict[str, Any]:
    return {"amount": {"total": 2990, "payer_total": 2990, "currency": "CNY", "payer_currency": "CNY"} | changes}


_wechat_sealed("another merchant's number", 400, mchid="1900000002")
_wechat_sealed("another app", 400, appid="wx9999999999999999")
_wechat_sealed("a fen less", 409, **_amount(total=2989))
_wechat_sealed("a fen more", 409, **_amount(total=2991))
_wechat_sealed("another currency", 409, **_amount(currency="USD"))
_wechat_sealed("an amount as text", 400, **_amount(total="2990"))
_wechat_sealed("a fraction of a fen", 400, **_amount(total=2990.0))
_wechat_sealed("a payment we never made", 404, out_trade_no="P00000000000000")
_wechat_sealed("a state without a name", 400, trade_state="MAYBE")
_wechat_sealed("a time without a zone", 400, success_time="2026-11-20T12:01:00")
_wechat_sealed("no transaction number", 400, transaction_id="")


@forged("wechat, sealed: the transaction number of Bob's payment", 409)
def _(world: World) -> Post:
    resource = world.wechat.resource_of(
        world.alices["wechat"], transaction_id=world.wechat.resource_of(world.bobs["wechat"])["transaction_id"]
    )
    return _wechat(world, world.wechat.message(resource))


def _wechat_resource(name: str, status: int, bend: Callable[[dict[str, str]], dict[str, str]]) -> None:
    def forge(world: World) -> Post:
        content = json.loads(true_wechat(world).body)
        return _wechat(world, json.dumps(content | {"resource": bend(content["resource"])}).encode())

    FORGED[f"wechat, sealed: {name}"] = (status, forge)


def _flip_last(text: str) -> str:
    sealed = bytearray(base64.b64decode(text))
    sealed[-1] ^= 1
    return base64.b64encode(bytes(sealed)).decode()


_wechat_resource("a flipped bit of the tag", 401, lambda given: given | {"ciphertext": _flip_last(given["ciphertext"])})
_wechat_resource("another nonce of the seal", 401, lambda given: given | {"nonce": "0" * 12})
_wechat_resource("other associated data", 401, lambda given: given | {"associated_data": "refund"})
_wechat_resource("another cipher", 400, lambda given: given | {"algorithm": "AEAD_SM4_GCM"})
_wechat_resource("no ciphertext", 401, lambda given: given | {"ciphertext": ""})
_wechat_resource("no resource", 401, lambda given: {})


@forged("wechat, sealed: under another merchant's key", 401)
def _(world: World) -> Post:
    resource = encrypted(world.wechat.resource_of(world.alices["wechat"]), kind="transaction", key="1" * 32)
    return _wechat(world, world.wechat.message(world.wechat.resource_of(world.alices["wechat"]), resource=resource))


@forged("wechat, sealed: in the open", 401)
def _(world: World) -> Post:
    plain = world.wechat.resource_of(world.alices["wechat"])
    return _wechat(world, world.wechat.message(plain, resource_type="plain", resource=plain))


@forged("wechat, sealed: a refund where a payment was announced", 400)
def _(world: World) -> Post:
    body = world.wechat.message(world.wechat.refund_resource_of(world.refund), event_type="TRANSACTION.SUCCESS")
    return _wechat(world, body)


@forged("wechat, sealed: a payment where a refund was announced", 400)
def _(world: World) -> Post:
    body = world.wechat.message(world.wechat.resource_of(world.alices["wechat"]), event_type="REFUND.SUCCESS")
    return _wechat(world, body)


@forged("wechat, sealed: neither payment nor refund", 400)
def _(world: World) -> Post:
    body = world.wechat.message(world.wechat.resource_of(world.alices["wechat"]), event_type="COUPON.USE")
    return _wechat(world, body)


def _wechat_refund(name: str, status: int, **changes: Any) -> None:
    def forge(world: World) -> Post:
        return _wechat(world, world.wechat.message(world.wechat.refund_resource_of(world.refund, **changes)))

    FORGED[f"wechat, sealed: {name}"] = (status, forge)


_wechat_refund("a refund of another merchant", 400, mchid="1900000002")
_wechat_refund("a refund we never made", 404, out_refund_no="R00000000000000")
_wechat_refund("a refund of a fen less", 409, amount={"total": 2990, "refund": 399})
_wechat_refund("a refund of a payment we never made", 404, out_trade_no="P00000000000000")


@forged("wechat, sealed: Bob's refund under Alice's payment", 404)
def _(world: World) -> Post:
    resource = world.wechat.refund_resource_of(world.refund, out_trade_no=world.alices["wechat"].number)
    return _wechat(world, world.wechat.message(resource))


for nonsense in (b"null", b"[]", b"{}", b"{", b'"text"'):

    @forged(f"wechat, sealed: {nonsense.decode()}", 401 if nonsense == b"{}" else 400)
    def _(world: World, body: bytes = nonsense) -> Post:
        return _wechat(world, body)


for address in ("wechat-orchard", "alipay", "sandbox"):

    @forged(f"wechat: a true message at the address of {address}", 401)
    def _(world: World, gateway: str = address) -> Post:
        true = true_wechat(world)
        return Post(gateway, true.body, true.headers)


# Alipay


def _alipay(world: World, content: dict[str, str]) -> Post:
    return Post("alipay", world.alipay.seal(content), {})


def _alipay_form(name: str, status: int, bend: Callable[[list[tuple[str, str]]], list[tuple[str, str]]]) -> None:
    def forge(world: World) -> Post:
        return Post("alipay", urlencode(bend(parse_qsl(true_alipay(world).body.decode()))).encode(), {})

    FORGED[f"alipay: {name}"] = (status, forge)


def _replaced(**changes: str) -> Callable[[list[tuple[str, str]]], list[tuple[str, str]]]:
    return lambda pairs: [(name, changes.get(name, value)) for name, value in pairs]


def _without(*names: str) -> Callable[[list[tuple[str, str]]], list[tuple[str, str]]]:
    return lambda pairs: [(name, value) for name, value in pairs if name not in names]


_alipay_form("no signature", 401, _without("sign"))
_alipay_form("an empty signature", 401, _replaced(sign=""))
_alipay_form("a signature that is no base64", 401, _replaced(sign="签名"))
_alipay_form("no kind of signature", 401, _without("sign_type"))
_alipay_form("the old kind of signature", 401, _replaced(sign_type="RSA"))
_alipay_form("neither signature nor kind", 401, _without("sign", "sign_type"))
_alipay_form("another amount under the same signature", 401, _replaced(total_amount="0.01"))
_alipay_form("another order under the same signature", 401, _replaced(out_trade_no="P26112000000009"))
_alipay_form("another state under the same signature", 401, _replaced(trade_status="TRADE_FINISHED"))
_alipay_form("a field more", 401, lambda pairs: [*pairs, ("discount", "0.01")])
_alipay_form("a field less", 401, _without("seller_id"))
_alipay_form("an amount twice", 401, lambda pairs: [*pairs, ("total_amount", "29.90")])
_alipay_form("fields without end", 401, lambda pairs: [*pairs, *((f"f{at}", "x") for at in range(100))])


@forged("alipay: signed by our own key", 401)
def _(world: World) -> Post:
    return Post("alipay", world.alipay.seal(world.alipay.message_of(world.alices["alipay"]), key=app_key()), {})


@forged("alipay: signed by anybody", 401)
def _(world: World) -> Post:
    return Post("alipay", world.alipay.seal(world.alipay.message_of(world.alices["alipay"]), key=stranger()), {})


@forged("alipay: in other letters", 401)
def _(world: World) -> Post:
    pairs = parse_qsl(true_alipay(world).body.decode())
    return Post("alipay", urlencode(pairs, encoding="gbk").encode(), {})


@forged("alipay: as JSON", 401)
def _(world: World) -> Post:
    return Post("alipay", json.dumps(dict(parse_qsl(true_alipay(world).body.decode()))).encode(), {})


@forged("alipay: nothing", 401)
def _(world: World) -> Post:
    return Post("alipay", b"", {})


def _alipay_sealed(name: str, status: int, **changes: str) -> None:
    FORGED[f"alipay, sealed: {name}"] = (
        status,
        lambda world: _alipay(world, world.alipay.message_of(world.alices["alipay"], **changes)),
    )


def _at(**ago: float) -> str:
    return (timezone.now() - dt.timedelta(**ago)).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


_alipay_sealed("another app", 400, app_id="2021000000000002")
_alipay_sealed("another seller", 400, seller_id="2088000000000002")
_alipay_sealed("no seller", 400, seller_id="")
_alipay_sealed("a fen less", 409, total_amount="29.89")
_alipay_sealed("a fen more", 409, total_amount="29.91")
_alipay_sealed("a tenth of a fen", 400, total_amount="29.900")
_alipay_sealed("a hundred times as much", 409, total_amount="2990.00")
_alipay_sealed("another currency", 409, trans_currency="USD")
_alipay_sealed("a payment we never made", 404, out_trade_no="P00000000000000")
_alipay_sealed("a state without a name", 400, trade_status="MAYBE")
_alipay_sealed("no time of paying", 400, gmt_payment="")
_alipay_sealed("no time of sending", 400, notify_time="")


@forged("alipay, sealed: 301 seconds ahead", 401)
def _(world: World) -> Post:
    return _alipay(world, world.alipay.message_of(world.alices["alipay"], notify_time=_at(seconds=-303)))


@forged("alipay, sealed: older than its last repetition", 401)
def _(world: World) -> Post:
    return _alipay(world, world.alipay.message_of(world.alices["alipay"], notify_time=_at(hours=26, seconds=1)))


@forged("alipay, sealed: the trade number of Bob's payment", 409)
def _(world: World) -> Post:
    bobs = world.alipay.message_of(world.bobs["alipay"])["trade_no"]
    return _alipay(world, world.alipay.message_of(world.alices["alipay"], trade_no=bobs))


@forged("alipay, sealed: a refund we never made", 404)
def _(world: World) -> Post:
    gone = {"gmt_refund": "2026-11-20 12:30:00.123", "out_biz_no": "R00000000000000"}
    return _alipay(world, world.alipay.message_of(world.alices["alipay"], **gone))


for address, status in (("alipay-orchard", 400), ("wechat", 401), ("sandbox", 401)):

    @forged(f"alipay: a true message at the address of {address}", status)
    def _(world: World, gateway: str = address) -> Post:
        return Post(gateway, true_alipay(world).body, {})


# The sandbox


def _sandbox_body(world: World, **changes: Any) -> bytes:
    payment = world.alices["sandbox"]
    content = {
        "event_id": f"E-{payment.number}",
        "type": "payment",
        "merchant_no": "sandbox-1",
        "number": payment.number,
        "status": "paid",
        "amount_fen": payment.amount_fen,
        "gateway_number": f"S-{payment.number}",
        "paid_at": "2026-11-20T04:01:00+00:00",
    }
    return json.dumps(content | changes).encode()


def _sandbox(body: bytes, *, seconds: float = 0, changes: dict[str, str] | None = None) -> Post:
    headers = signed_headers(body, now=timezone.now() + dt.timedelta(seconds=seconds))
    return Post("sandbox", body, headers | (changes or {}))


@forged("sandbox: no signature", 401)
def _(world: World) -> Post:
    return Post("sandbox", _sandbox_body(world), {})


@forged("sandbox: an empty signature", 401)
def _(world: World) -> Post:
    return _sandbox(_sandbox_body(world), changes={SIGNATURE: ""})


@forged("sandbox: signed by WeChat's key", 401)
def _(world: World) -> Post:
    body = _sandbox_body(world)
    return _sandbox(body, changes={SIGNATURE: sign(merchant_key(), body)})


@forged("sandbox: another nonce", 401)
def _(world: World) -> Post:
    return _sandbox(_sandbox_body(world), changes={NONCE: "0" * 32})


@forged("sandbox: another second", 401)
def _(world: World) -> Post:
    return _sandbox(_sandbox_body(world), changes={TIMESTAMP: str(int(time.time()) - 1)})


@forged("sandbox: a body written anew", 401)
def _(world: World) -> Post:
    body = _sandbox_body(world)
    return Post("sandbox", json.dumps(json.loads(body), indent=1).encode(), _sandbox(body).headers)


@forged("sandbox: 302 seconds old", 401)
def _(world: World) -> Post:
    return _sandbox(_sandbox_body(world), seconds=-302)


@forged("sandbox, sealed: another merchant's number", 400)
def _(world: World) -> Post:
    return _sandbox(_sandbox_body(world, merchant_no="sandbox-2"))


@forged("sandbox, sealed: a fen less", 409)
def _(world: World) -> Post:
    return _sandbox(_sandbox_body(world, amount_fen=2989))


@forged("sandbox, sealed: WeChat's payment", 404)
def _(world: World) -> Post:
    return _sandbox(_sandbox_body(world, number=world.alices["wechat"].number))


for address in ("wechat", "alipay"):

    @forged(f"sandbox: a true message at the address of {address}", 401)
    def _(world: World, gateway: str = address) -> Post:
        true = true_sandbox(world)
        return Post(gateway, true.body, true.headers)

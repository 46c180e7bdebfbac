"""What a purchase is while it is only talked about: a basket that is asked for, a quote that answers.

A quote is pure data. Signed, it travels through the buyer's hands and comes back as it was; for fifteen minutes it is
what will be charged.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.core import signing

from common.crypto import decrypt, encrypt
from orders.errors import BadQuote, QuoteExpired

SALT = "orders.quote"
MOST_PIECES = 9_999


@dataclass(frozen=True)
class LineRequest:
    """So many pieces of the SKU with this public code."""

    sku: str
    quantity: int


@dataclass(frozen=True)
class FulfilmentChoice:
    """How the buyer wants the goods: the public code of a pick-up point, or of one of their addresses."""

    pickup_point: str = ""
    address: str = ""


@dataclass(frozen=True)
class Fulfilment:
    """The choice, resolved; leader and rate as they stand now, to be frozen on the order. `chosen` is its code."""

    pickup_point_id: int | None = None
    leader_id: int | None = None
    leader_rate_bp: int = 0
    address_id: int | None = None
    chosen: str = ""


@dataclass(frozen=True)
class Item:
    """Pieces of one SKU. `unit_price_fen` and `paid_fen` are filled in by the quote, which also adds the gifts."""

    sku_id: int
    sku_code: str
    product_name: str
    specification: str
    quantity: int
    list_price_fen: int
    no_reason_return: bool = False
    return_days: int = 0
    unit_price_fen: int = 0
    paid_fen: int = 0
    is_gift: bool = False


@dataclass(frozen=True)
class QuotedLine:
    """One explained step of the price. `item` is the index of the item it belongs to; None is the whole order."""

    code: str
    amount_fen: int
    item: int | None
    funder: str = "merchant"
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """Something scarce the order will take: so many of `key`, kept by the keeper registered as `kind`.

    `is_gift` says that the buyer did not ask for it: when it is gone, so is no more than a gift.
    """

    kind: str
    key: str
    quantity: int
    is_gift: bool = False


@dataclass(frozen=True)
class Offer:
    """A benefit the buyer holds: what it saves on this basket, or why it does not apply.

    `rule` and `key` name it to whoever offers it, `title` to the buyer; `reason` is a sentence, empty where it applies
    or could be chosen.
    """

    rule: str
    key: str
    title: str
    saves_fen: int = 0
    applied: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Flag:
    """What a placing check wants a person to look at; the order goes on."""

    check: str
    reason: str
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Basket:
    """What somebody wants, before it has a price.

    `facts` are data for price rules and checks: the source's own, and by its name what each app read for this quote;
    `choices` is what the buyer decided, in the words of the rules that ask; `hold` is what will keep the paid order
    from going on; `pay_until` is the last instant at which a payment can count, whatever the payment time says.
    """

    buyer_id: int
    merchant_id: int
    source_kind: str
    source_code: str
    items: tuple[Item, ...]
    fulfilment: Fulfilment
    pay_minutes: int
    pay_until: dt.datetime
    hold: str = ""
    claims: tuple[Claim, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Quote:
    """The answer: what it costs, why, and what placing the order will take.

    `offers` are for the eyes of the buyer who asked; they do not travel in the token. `flags` are not for theirs: they
    travel sealed.
    """

    buyer_id: int
    merchant_id: int
    source_kind: str
    source_code: str
    items: tuple[Item, ...]
    fulfilment: Fulfilment
    pay_minutes: int
    pay_until: dt.datetime
    hold: str
    claims: tuple[Claim, ...]
    price_lines: tuple[QuotedLine, ...]
    goods_fen: int
    freight_fen: int
    quoted_at: dt.datetime
    choices: Mapping[str, str] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()
    offers: tuple[Offer, ...] = ()

    @property
    def payable_fen(self) -> int:
        return self.goods_fen + self.freight_fen

    @property
    def expires_at(self) -> dt.datetime:
        return self.quoted_at + settings.QUOTE_LIFETIME

    @property
    def token(self) -> str:
        """The quote as a signed text."""
        data = asdict(self) | {"quoted_at": self.quoted_at.isoformat(), "pay_until": self.pay_until.isoformat()}
        del data["offers"]
        data["flags"] = encrypt(json.dumps(data["flags"]), context=SALT)
        return signing.dumps(data, salt=SALT, compress=True)

    def asks_for(
        self, lines: Sequence[LineRequest], choice: FulfilmentChoice, choices: Mapping[str, str] | None = None
    ) -> bool:
        """Whether this quote answers exactly these lines, brought to where they are wanted, with these benefits."""
        same_lines = sorted((line.sku, line.quantity) for line in lines) == sorted(
            (item.sku_code, item.quantity) for item in self.items if not item.is_gift
        )
        same_place = self.fulfilment.chosen == (choice.pickup_point or choice.address)
        return same_lines and same_place and dict(self.choices) == made(choices)


def made(choices: Mapping[str, str] | None) -> dict[str, str]:
    """The choices that were really made: an empty answer is none."""
    return {name: chosen for name, chosen in (choices or {}).items() if chosen}


def read_token(token: str, *, now: dt.datetime) -> Quote:
    """The quote that was signed. Raises BadQuote when it was not ours, QuoteExpired when it is too old."""
    try:
        data = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise BadQuote from error
    quote = Quote(
        **data
        | {
            "items": tuple(Item(**item) for item in data["items"]),
            "claims": tuple(Claim(**claim) for claim in data["claims"]),
            "price_lines": tuple(QuotedLine(**line) for line in data["price_lines"]),
            "flags": tuple(Flag(**flag) for flag in json.loads(decrypt(data["flags"], context=SALT))),
            "fulfilment": Fulfilment(**data["fulfilment"]),
            "quoted_at": dt.datetime.fromisoformat(data["quoted_at"]),
            "pay_until": dt.datetime.fromisoformat(data["pay_until"]),
        }
    )
    if now >= quote.expires_at:
        raise QuoteExpired
    return quote

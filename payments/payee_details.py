"""What people type of the account that money is to be paid to, put into one form or refused."""

import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts.names import clean_name
from accounts.phones import MOBILE, normalise
from common.errors import InvalidField
from payments.states import PayeeKind

CARD = re.compile(r"^\d{15,19}$", re.ASCII)
WECHAT_ID = re.compile(r"^[A-Za-z][-_A-Za-z0-9]{5,19}$", re.ASCII)
LONGEST_ACCOUNT = 100
TAIL = 4


@dataclass(frozen=True)
class PayeeDetails:
    """An account as its owner names it."""

    kind: PayeeKind
    holder: str
    account: str
    bank_name: str = ""


def clean_details(typed: PayeeDetails) -> PayeeDetails:
    """The same, fit to be paid to. Raises InvalidField."""
    account = _CLEANERS[typed.kind](unicodedata.normalize("NFKC", typed.account).strip()[:LONGEST_ACCOUNT])
    is_bank = typed.kind == PayeeKind.BANK
    return PayeeDetails(
        kind=typed.kind,
        holder=clean_name(typed.holder, field="holder", longest=30, required=True),
        account=account,
        bank_name=clean_name(typed.bank_name, field="bank_name", longest=60, required=True) if is_bank else "",
    )


def tail_of(account: str) -> str:
    """The end of an account by which its owner knows it: at most four characters, and never more than half."""
    name = account.partition("@")[0]
    return name[len(name) - min(TAIL, len(name) // 2) :]


def passes_luhn(digits: str) -> bool:
    """Whether a card's last digit fits the others; one digit mistyped never does."""
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits))]
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _card(text: str) -> str:
    digits = re.sub(r"[\s\-]", "", text)
    if not CARD.match(digits) or not passes_luhn(digits):
        raise InvalidField("account", _("卡号不对，对着银行卡再核对一遍"))
    return digits


def _alipay(text: str) -> str:
    if "@" not in text:
        return normalise(text, field="account")
    try:
        validate_email(text)
    except ValidationError as error:
        raise InvalidField("account", _("支付宝账号是手机号或邮箱，核对一下")) from error
    return text.lower()


def _wechat(text: str) -> str:
    if WECHAT_ID.match(text) or MOBILE.match(text):
        return text
    raise InvalidField("account", _("填微信号或绑定微信的手机号，核对一下"))


_CLEANERS = {PayeeKind.BANK: _card, PayeeKind.ALIPAY: _alipay, PayeeKind.WECHAT: _wechat}

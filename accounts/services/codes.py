"""Six digits by text message. Nothing here asks whether the number is registered, so nothing can tell."""

import datetime as dt
import hmac
import logging
import secrets
import unicodedata

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.errors import CodeSpent, NoMoreCodes, TooManyCodes, WrongCode
from accounts.models import SmsCode
from accounts.models.user import hash_phone
from accounts.networks import network_of
from accounts.phones import normalise
from common import advisory, budgets
from common.crypto import keyed_hash
from common.errors import InvalidField
from notifications.errors import ChannelFailure
from notifications.sms import SmsUnavailable, provider
from notifications.wording import worded

logger = logging.getLogger(__name__)

KIND = "sms_code"
DIGITS = 6
LIFETIME = dt.timedelta(minutes=5)
MOST_TRIES = 5
PAUSE = dt.timedelta(seconds=60)
PHONE_LIMITS = ((dt.timedelta(hours=1), 5), (dt.timedelta(days=1), 10))
NETWORK_WINDOW = dt.timedelta(hours=1)


def send_code(*, phone: str, purpose: str, ip: str, now: dt.datetime) -> None:
    """Text a fresh code to a number; it replaces the one before.

    Raises InvalidField, TooManyCodes, NoMoreCodes and SmsUnavailable. What is counted is committed before anything
    is sent, so that no failure of the provider gives a second text away.
    """
    number = normalise(phone)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    with transaction.atomic(durable=True):
        _spend_budgets(phone_hash=hash_phone(number), ip=ip, now=now)
        SmsCode.objects.create(
            phone_hash=hash_phone(number),
            purpose=purpose,
            code_hash=_hash_code(number, purpose, code),
            sent_at=now,
            expires_at=now + LIFETIME,
        )
    _hand_over(number, code, now=now)


def seconds_to_wait(*, phone: str, now: dt.datetime) -> int:
    """How long until another code may be sent to a number; 0 for one that is none."""
    try:
        number = normalise(phone)
    except InvalidField:
        return 0
    sent = SmsCode.objects.filter(phone_hash=hash_phone(number), sent_at__gt=now - PAUSE).order_by("-sent_at").first()
    return max(int((PAUSE - (now - sent.sent_at)).total_seconds()), 1) if sent else 0


def use_code(*, phone: str, purpose: str, code: str, now: dt.datetime) -> None:
    """Spend the last code sent to a normalised number, or raise WrongCode, CodeSpent or InvalidField.

    Commits by itself: a wrong try counts whatever the caller does next.
    """
    digits = _as_digits(code)
    with transaction.atomic(durable=True):
        tries_left = _try(phone, purpose, digits, now=now)
    if tries_left is not None:
        raise WrongCode(tries_left=tries_left) if tries_left else CodeSpent


def _try(phone: str, purpose: str, digits: str, *, now: dt.datetime) -> int | None:
    """None when the code was right and is now used, otherwise how many tries are left."""
    codes = SmsCode.objects.filter(phone_hash=hash_phone(phone), purpose=purpose)
    sent = codes.order_by("-id").select_for_update().first()
    if sent is None or sent.used_at or now >= sent.expires_at or sent.wrong_tries >= MOST_TRIES:
        return 0
    if hmac.compare_digest(sent.code_hash, _hash_code(phone, purpose, digits)):
        sent.used_at = now
    else:
        sent.wrong_tries += 1
    sent.save(update_fields=["used_at", "wrong_tries"])
    return None if sent.used_at else MOST_TRIES - sent.wrong_tries


def _spend_budgets(*, phone_hash: str, ip: str, now: dt.datetime) -> None:
    """The phone's limits slide, counted over the codes themselves; the others are counted in fixed windows."""
    advisory.lock(f"sms:{phone_hash}")
    sent = list(
        SmsCode.objects.filter(phone_hash=phone_hash, sent_at__gt=now - dt.timedelta(days=1))
        .order_by("-sent_at")
        .values_list("sent_at", flat=True)
    )
    if sent and now - sent[0] < PAUSE:
        raise TooManyCodes(seconds=int((PAUSE - (now - sent[0])).total_seconds()) or 1)
    for window, limit in PHONE_LIMITS:
        if sum(now - at < window for at in sent) >= limit:
            raise NoMoreCodes
    network = keyed_hash(network_of(ip), purpose="network")
    if not budgets.take("sms-network", network, limit=settings.SMS_HOURLY_PER_NETWORK, window=NETWORK_WINDOW, now=now):
        raise NoMoreCodes
    if not budgets.take("sms-day", "all", limit=settings.SMS_DAILY_BUDGET, window=dt.timedelta(days=1), now=now):
        logger.error("the day's budget of text messages is used up")
        raise NoMoreCodes


def _as_digits(code: str) -> str:
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    if len(digits) < DIGITS:
        raise InvalidField("code", _("验证码是 6 位数字，还差 %(missing)s 位") % {"missing": DIGITS - len(digits)})
    if len(digits) > DIGITS or not (digits.isascii() and digits.isdigit()):
        raise InvalidField("code", _("验证码是 6 位数字"))
    return digits


def _hash_code(phone: str, purpose: str, code: str) -> str:
    return keyed_hash(f"{phone}:{purpose}:{code}", purpose="sms_code")


def _hand_over(phone: str, code: str, *, now: dt.datetime) -> None:
    minutes = int(LIFETIME.total_seconds() // 60)
    context = {"code": code, "minutes": minutes}
    text = worded(KIND, language=get_language() or settings.LANGUAGE_CODE, context=context).title
    try:
        provider().send(phone=phone, text=text, now=now, kind=KIND, parameters=(code, str(minutes)))
    except ChannelFailure as failure:
        logger.warning("a code could not be sent", extra={"reason": failure.reason})
        raise SmsUnavailable from None

"""Mail address and WeChat of a person: typed, proven, forgotten. An address counts once its owner opened the link that
was sent there; an openid comes from WeChat itself."""

import datetime as dt
import unicodedata

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.errors import LinkSpent, TooManyConfirmations
from accounts.models import Contact, User
from common import audit, budgets
from common.crypto import keyed_hash
from common.errors import InvalidField
from notifications.channels import channel_named
from notifications.states import ChannelName
from notifications.wording import worded

LONGEST = 254
LINK_LIVES = dt.timedelta(hours=24)
MAILS_PER_DAY = 5
SALT = "accounts.email"
EMAIL, WECHAT = Contact.Kind.EMAIL, Contact.Kind.WECHAT
CONFIRM_PAGE = "/me/notifications/email/confirm/"


def add_email(*, user: User, address: str, now: dt.datetime) -> Contact:
    """Keep an address in place of the one before, unproven, and send a link there. Raises InvalidField,
    TooManyConfirmations, ChannelFailure. Not in a transaction: a mail leaves."""
    typed = _clean(address)
    with transaction.atomic(durable=True):
        contact = _keep(user, EMAIL, typed, verified_at=None, now=now)
        if not budgets.take("email-link", str(user.pk), limit=MAILS_PER_DAY, window=dt.timedelta(days=1), now=now):
            raise TooManyConfirmations
    if contact.verified_at is None:
        _send_link(user, contact, now=now)
    return contact


def confirm_email(*, user: User, token: str, now: dt.datetime) -> None:
    """The link was opened by whom it was sent for, while the address is still theirs. Raises LinkSpent."""
    contact_hash = _hash_in(user, token)
    proven = Contact.objects.filter(user=user, kind=EMAIL, address_hash=contact_hash, verified_at__isnull=True)
    if not proven.update(verified_at=now) and not is_proven(user, contact_hash):
        raise LinkSpent


def is_proven(user: User, address_hash: str) -> bool:
    """Whether the link was opened before."""
    return user.contacts.filter(kind=EMAIL, address_hash=address_hash, verified_at__isnull=False).exists()


def bind_wechat(*, user: User, openid: str, now: dt.datetime) -> Contact:
    """Tell this person things by WeChat; who they are there was said by WeChat."""
    return _keep(user, WECHAT, openid, verified_at=now, now=now)


def forget_contact(*, user: User, kind: str, now: dt.datetime) -> None:
    """Tell this person nothing there any more, and forget the address."""
    if Contact.objects.filter(user=user, kind=kind).delete()[0]:
        audit.record(actor_id=user.pk, action="contact.forget", subject=f"user:{user.code}", kind=kind)


def hash_contact(kind: str, address: str) -> str:
    """The keyed hash by which an address is found, the same that the sandbox phone finds it by."""
    return keyed_hash(address, purpose=kind)


def link_token(user: User, contact: Contact) -> str:
    """What the link carries: whose address, and which, signed."""
    return signing.dumps([user.pk, contact.address_hash], salt=SALT)


def _keep(user: User, kind: str, address: str, *, verified_at: dt.datetime | None, now: dt.datetime) -> Contact:
    """The same address again stays proven."""
    address_hash = hash_contact(kind, address)
    known = Contact.objects.filter(user=user, kind=kind, address_hash=address_hash).first()
    if known is not None:
        return known
    fields = {"address": address, "address_hash": address_hash, "added_at": now, "verified_at": verified_at}
    contact, _made = Contact.objects.update_or_create(user=user, kind=kind, defaults=fields)
    audit.record(actor_id=user.pk, action="contact.add", subject=f"user:{user.code}", kind=str(kind))
    return contact


def _send_link(user: User, contact: Contact, *, now: dt.datetime) -> None:
    page = f"{CONFIRM_PAGE}?token={link_token(user, contact)}"
    context = {"hours": int(LINK_LIVES.total_seconds() // 3600)}
    wording = worded("email_confirm", language=get_language() or settings.LANGUAGE_CODE, context=context, url=page)
    channel_named(ChannelName.EMAIL).send(address=contact.address, wording=wording, now=now)


def _hash_in(user: User, token: str) -> str:
    try:
        user_id, address_hash = signing.loads(token, salt=SALT, max_age=LINK_LIVES)
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkSpent from None
    if user_id != user.pk:
        raise LinkSpent
    return str(address_hash)


def _clean(address: str) -> str:
    typed = unicodedata.normalize("NFKC", address).strip()
    try:
        if len(typed) > LONGEST:
            raise ValidationError("too long")
        validate_email(typed)
    except ValidationError:
        raise InvalidField("address", _("写成邮箱地址，比如 name@example.com")) from None
    name, _at, domain = typed.rpartition("@")
    return f"{name}@{domain.lower()}"

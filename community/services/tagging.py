"""H7: words put on people by hand: by a merchant on its own customers, by operators on anybody."""

import datetime as dt

from django.db import transaction

from accounts.models import Merchant, User
from accounts.names import clean_name
from common import advisory, audit
from community.errors import TooManyTags
from community.models import Tag, UserTag
from community.selectors.customers import customer_of

LONGEST_TAG = 12
MOST_TAGS = 50
MOST_ON_ONE = 10


@transaction.atomic
def tag_customer(*, merchant: Merchant, code: str, name: str, actor_id: int, now: dt.datetime) -> UserTag:
    """Put a merchant's own word on one of its customers; said again it stands as it is.

    Raises NoSuchCustomer for somebody who never paid an order here, InvalidField, TooManyTags.
    """
    return _put(customer_of(merchant, code).user, name, merchant=merchant, actor_id=actor_id, now=now)


@transaction.atomic
def tag_person(*, user: User, name: str, actor_id: int, now: dt.datetime) -> UserTag:
    """Put a word of the platform's on anybody. Raises InvalidField, TooManyTags."""
    return _put(user, name, merchant=None, actor_id=actor_id, now=now)


@transaction.atomic
def make_tag(*, name: str, actor_id: int, now: dt.datetime) -> Tag:
    """A word of the platform's that nobody wears yet. Raises InvalidField, TooManyTags."""
    word = clean_name(name, longest=LONGEST_TAG, required=True)
    advisory.lock(_lock_of(None))
    tag = _word(word, None, now=now)
    _audit("tag.make", tag, actor_id=actor_id)
    return tag


@transaction.atomic
def untag(*, merchant: Merchant | None, user: User, name: str, actor_id: int) -> None:
    """Take the word of its owner off somebody again; without it nothing happens."""
    worn = UserTag.objects.filter(tag__merchant=merchant, tag__name=name, user=user).first()
    if worn is not None:
        worn.delete()
        _audit("tag.take", worn.tag, actor_id=actor_id, user=user.code)


@transaction.atomic
def drop_tag(*, tag: Tag, actor_id: int) -> None:
    """Forget a word and take it off everybody."""
    _audit("tag.drop", tag, actor_id=actor_id, wearers=tag.people.count())
    tag.delete()


def _put(user: User, name: str, *, merchant: Merchant | None, actor_id: int, now: dt.datetime) -> UserTag:
    word = clean_name(name, longest=LONGEST_TAG, required=True)
    advisory.lock(_lock_of(merchant))
    worn = UserTag.objects.filter(tag__merchant=merchant, user=user)
    standing = worn.filter(tag__name=word).first()
    if standing is not None:
        return standing
    if worn.count() >= MOST_ON_ONE:
        raise TooManyTags(most=MOST_ON_ONE)
    put = UserTag.objects.create(tag=_word(word, merchant, now=now), user=user, put_by_id=actor_id, put_at=now)
    _audit("tag.put", put.tag, actor_id=actor_id, user=user.code)
    return put


def _lock_of(merchant: Merchant | None) -> str:
    """Words of one owner are counted one after the other."""
    return f"tags:{merchant.pk if merchant else 'platform'}"


def _word(name: str, merchant: Merchant | None, *, now: dt.datetime) -> Tag:
    known = Tag.objects.filter(merchant=merchant)
    tag = known.filter(name=name).first()
    if tag is None and known.count() >= MOST_TAGS:
        raise TooManyTags(most=MOST_TAGS)
    return tag or Tag.objects.create(merchant=merchant, name=name, made_at=now)


def _audit(action: str, tag: Tag, *, actor_id: int, **detail: str | int) -> None:
    """The word itself stays out: people write anything into it."""
    owner = f"merchant:{tag.merchant.code}" if tag.merchant else "platform"
    audit.record(actor_id=actor_id, action=action, subject=owner, tag=tag.pk, **detail)

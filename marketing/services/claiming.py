"""People who take a coupon: out of the coupon centre, or for a code that they type in."""

import datetime as dt

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from common import budgets
from common.assessments import Verdict
from community.contributions import BenefitRequest
from community.services.benefits import assess
from marketing.errors import (
    CodeAlreadyRedeemed,
    CodeUsedUp,
    CouponDenied,
    CouponLimitReached,
    TooManyCodes,
    UnknownCode,
)
from marketing.locks import lock_holders
from marketing.models import Coupon, CouponCode, CouponTemplate
from marketing.selectors.claimable import claimable_template
from marketing.services.issuing import issue

CLAIM_KIND, CODE_KIND = "coupon_claim", "coupon_code"
# Wrong codes are guesses: so many of them, and their typist waits.
MOST_WRONG = 10
WRONG_WINDOW = dt.timedelta(minutes=30)


@transaction.atomic
def claim(*, user: User, code: str, now: dt.datetime) -> Coupon:
    """Take a coupon out of the coupon centre. Raises NoSuchCoupon, CouponLimitReached, CouponDenied, and as `issue`."""
    template = claimable_template(code)
    had = lock_holders(template, [user.pk])[user.pk].coupons
    if had >= template.per_person:
        raise CouponLimitReached(limit=template.per_person)
    _assess(user, CLAIM_KIND, template, now=now)
    return _one(template, user, source=f"claim:{had + 1}", now=now)


def redeem(*, user: User, text: str, now: dt.datetime) -> Coupon:
    """The coupon that a code is good for; a person redeems a code once, and one of a batch is good once for anybody.

    Raises UnknownCode, TooManyCodes, CodeAlreadyRedeemed, CodeUsedUp, CouponLimitReached, CouponDenied, and as `issue`.
    """
    code = CouponCode.objects.select_related("template").filter(text=clean_code(text)).first()
    if code is None:
        if not budgets.take(CODE_KIND, str(user.pk), limit=MOST_WRONG, window=WRONG_WINDOW, now=now):
            raise TooManyCodes
        raise UnknownCode
    return _redeem(user, code, now=now)


def clean_code(text: str) -> str:
    """A code as it is kept, whatever its letters' case and the spaces between them."""
    return "".join(text.split()).upper()


@transaction.atomic
def _redeem(user: User, code: CouponCode, *, now: dt.datetime) -> Coupon:
    source = f"code:{code.pk}"
    had = lock_holders(code.template, [user.pk])[user.pk].coupons
    if Coupon.objects.filter(template=code.template, user=user, source=source).exists():
        raise CodeAlreadyRedeemed
    if had >= code.template.per_person:
        raise CouponLimitReached(limit=code.template.per_person)
    _assess(user, CODE_KIND, code.template, now=now)
    if not _use_guarded(code):
        raise CodeUsedUp
    return _one(code.template, user, source=source, now=now)


def _use_guarded(code: CouponCode) -> bool:
    """Check and use in one statement."""
    left = Q(most_uses__isnull=True) | Q(uses__lt=F("most_uses"))
    return CouponCode.objects.filter(left, pk=code.pk).update(uses=F("uses") + 1) == 1


def _assess(user: User, kind: str, template: CouponTemplate, *, now: dt.datetime) -> None:
    """Whoever is flagged still gets their coupon: a person looks at it afterwards."""
    assessment = assess(BenefitRequest(user_id=user.pk, kind=kind, source=template.code, now=now))
    if assessment.verdict == Verdict.DENY:
        raise CouponDenied(reason=str(assessment.reason))


def _one(template: CouponTemplate, user: User, *, source: str, now: dt.datetime) -> Coupon:
    made = issue(template=template, user_ids=[user.pk], source=source, now=now)
    if not made:
        raise CouponLimitReached(limit=template.per_person)
    return made[0]

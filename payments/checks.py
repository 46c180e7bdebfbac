"""I4: what payments itself looks at before money leaves the house."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from common.assessments import ALLOWED, Assessment, denied, flagged
from payments.contributions import PayoutRequest, payout_checks
from payments.models import Withdrawal

NEW_PAYEE = dt.timedelta(hours=24)
DAY = dt.timedelta(hours=24)
USUAL_A_DAY = 3


def payee_is_new(request: PayoutRequest) -> Assessment:
    """Whoever takes over an account adds a payee of their own first; a day gives its owner time to notice."""
    if request.now - request.payee.added_at < NEW_PAYEE:
        return flagged(_("收款账户添加不到 24 小时"))
    return ALLOWED


def merchant_is_suspended(request: PayoutRequest) -> Assessment:
    """A suspended merchant's money stays until it is clear whose it is."""
    if request.owner.merchant and not request.owner.merchant.may_sell:
        return denied(_("店铺已停用，暂时不能提现，请联系平台客服"))
    return ALLOWED


def asked_often(request: PayoutRequest) -> Assessment:
    """Many withdrawals within a day are unusual, whatever became of them."""
    asked = Withdrawal.objects.filter(**request.owner.columns, requested_at__gt=request.now - DAY).count()
    if asked >= USUAL_A_DAY:
        return flagged(_("24 小时内已经申请过 %(count)s 次提现") % {"count": asked})
    return ALLOWED


payout_checks.register("payee_is_new", payee_is_new)
payout_checks.register("merchant_is_suspended", merchant_is_suspended)
payout_checks.register("asked_often", asked_often)

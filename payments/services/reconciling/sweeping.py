"""Every day of every gateway gets its run: the database is asked which are missing, so no morning is lost for ever."""

import datetime as dt
import logging

from django.conf import settings
from django.utils.translation import gettext_noop

from common.alerts import raise_alert
from payments.errors import AlreadyReconciling, GatewayUnavailable
from payments.gateways.base import HttpInsideTransaction
from payments.models import ReconciliationRun
from payments.selectors.reconciliation import due_days
from payments.services.reconciling.reading import UNREAD, reconcile
from payments.services.reconciling.replaying import replay_run, unanswered

logger = logging.getLogger(__name__)

FAILED = gettext_noop("核对一份渠道账单时出错，会自动重试。请开发人员看日志，并核对这个渠道的账号和权限")


def reconcile_due(*, now: dt.datetime) -> int:
    """Reconcile every day that is due, the oldest first; returns how many were. Not in a transaction.

    Safe to run by several workers at once. A bill that is not ready is looked for again later; one gateway's trouble
    is not another's.
    """
    finished = sum(
        _try_to_reconcile(gateway, day, now=now) for gateway, day in due_days(settings.PAYMENT_GATEWAYS, now=now)
    )
    silent = ReconciliationRun.objects.filter(pk__in=unanswered().values("run"))
    for run in silent.filter(gateway__in=settings.PAYMENT_GATEWAYS).order_by("pk"):
        replay_run(run=run, now=now)
    return finished


def _try_to_reconcile(gateway: str, day: dt.date, *, now: dt.datetime) -> bool:
    try:
        reconcile(gateway=gateway, day=day, now=now)
    except (AlreadyReconciling, GatewayUnavailable):
        return False
    except HttpInsideTransaction:
        raise
    except Exception as error:
        logger.exception("a bill could not be reconciled", extra={"gateway": gateway, "day": day.isoformat()})
        subject = f"bill:{gateway} {day}"
        raise_alert(kind=UNREAD, subject=subject, sentence=FAILED, now=now, error=type(error).__name__)
        return False
    return True

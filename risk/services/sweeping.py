"""Detectors that look back: what no single order or benefit shows, many of them together do."""

import datetime as dt
import logging

from django.utils.translation import gettext_noop

from common.alerts import close_alert, raise_alert
from risk.detectors.base import Method
from risk.selectors.detectors import Setting, settings_now
from risk.services.cases import suspect

logger = logging.getLogger(__name__)

FAILED = "risk_sweep_failed"
SENTENCE = gettext_noop("这条检测规则巡查时出错，会自动重试。请开发人员看日志")


def sweep(*, now: dt.datetime) -> int:
    """Let every detector that is on look back; returns how many suspicions there are, the known ones too.

    The same facts open nothing twice, however often it runs. One that breaks down stops no other.
    """
    return sum(_look(setting, now=now) for setting in settings_now().values() if setting.is_on)


def _look(setting: Setting, *, now: dt.datetime) -> int:
    method = setting.method
    if method.sweep is None:
        return 0
    subject = f"detector:{method.key}"
    try:
        found = _suspect_all(method, setting, now=now)
        close_alert(kind=FAILED, subject=subject, now=now)
    except Exception as error:
        logger.exception("a detector could not look back", extra={"detector": method.key})
        raise_alert(kind=FAILED, subject=subject, sentence=SENTENCE, now=now, error=type(error).__name__)
        return 0
    return found


def _suspect_all(method: Method, setting: Setting, *, now: dt.datetime) -> int:
    suspicions = list(method.sweep(setting.parameters, now)) if method.sweep else []
    for found in suspicions:
        suspect(detector=method.key, subject=found.subject, about=found.about, figures=found.figures, now=now)
    return len(suspicions)

"""Exports as tests need them: each function goes through the services."""

import datetime as dt

from django.utils import timezone

from accounts.models import Merchant
from common.exports.jobs import request_export
from common.models import ExportJob
from tests.factories.accounts import owner_of
from web.backoffice.exports.contributing import PREFIX


def make_export(
    merchant: Merchant, report: str = "orders", *, query: str = "state=all", now: dt.datetime | None = None
) -> ExportJob:
    """A list of a shop that its owner asked for."""
    return request_export(
        report=PREFIX + report,
        scope=merchant.code,
        query=query,
        format=ExportJob.Format.XLSX,
        language="zh-hans",
        actor_id=owner_of(merchant).pk,
        now=now or timezone.now(),
    )

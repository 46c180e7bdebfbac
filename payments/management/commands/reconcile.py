import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.clock import database_now, day_of
from common.errors import Refusal
from common.money import format_yuan
from payments.models import ReconciliationRun
from payments.services.reconciling.reading import reconcile


class Command(BaseCommand):
    help = "Hold the gateways' bills of one day against our books; exit 1 when a bill could not be had."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=dt.date.fromisoformat, help="a day in Shanghai (default: yesterday)")
        parser.add_argument("--gateway", help="only this one (default: every configured gateway)")

    def handle(self, *args: Any, **options: Any) -> None:
        now = database_now()
        day = options["date"] or day_of(now) - dt.timedelta(days=1)
        wanted = [options["gateway"]] if options["gateway"] else list(settings.PAYMENT_GATEWAYS)
        failed = [gateway for gateway in wanted if not self._reconcile(gateway, day, now=now)]
        if failed:
            raise CommandError(f"not reconciled: {', '.join(failed)}")

    def _reconcile(self, gateway: str, day: dt.date, *, now: dt.datetime) -> bool:
        try:
            run = reconcile(gateway=gateway, day=day, now=now)
        except Refusal as refusal:
            self.stdout.write(f"{gateway} {day}: {refusal.code}")
            return False
        self._report(run)
        return True

    def _report(self, run: ReconciliationRun) -> None:
        cases = run.cases.order_by("pk")
        repaired = cases.filter(status="repaired").count()
        self.stdout.write(
            f"{run}: {run.line_count} lines, {run.matched_count} match; {format_yuan(run.paid_fen)} came,"
            f" {format_yuan(run.refunded_fen)} went back; {run.difference_count} differences, {repaired} repaired"
        )
        for case in cases.filter(status="open"):
            they, we = _side(case.their_fen, case.their_status), _side(case.our_fen, case.our_status)
            self.stdout.write(f"  {case.difference} {case.kind} {case.number}: they say {they}, we say {we}")


def _side(amount_fen: int | None, status: str) -> str:
    return "nothing" if amount_fen is None else f"{amount_fen} fen {status}"

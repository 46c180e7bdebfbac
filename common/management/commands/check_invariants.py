import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import invariants


class Command(BaseCommand):
    help = "Check the statements that must always be true; exit 1 when one is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print {checked, rows_seen, violations}")

    def handle(self, *args: Any, **options: Any) -> None:
        violations = invariants.check_all()
        if options["json"]:
            report = {
                "checked": len(invariants.all_invariants()),
                "rows_seen": invariants.rows_seen(),
                "violations": [asdict(violation) for violation in violations],
            }
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            for violation in violations:
                self.stdout.write(f"{violation.invariant} {violation.sentence}: {violation.rows}")
        if violations:
            raise CommandError(f"{len(violations)} of {len(invariants.all_invariants())} statements do not hold")

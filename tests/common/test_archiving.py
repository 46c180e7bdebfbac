import datetime as dt
from itertools import islice

import pytest
from django.core.management import call_command
from django.utils import timezone

from common import archiving
from common.archiving import all_archives
from common.models import ArchivedAuditEntry, AuditEntry
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()
COLUMNS = ("id", "actor_id", "action", "subject", "detail", "at")


@pytest.fixture
def trail(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Seven acts of Alice, five of them three years ago, and an archive that takes two at a time."""
    monkeypatch.setattr(archiving, "BATCH", 2)
    alice = make_user()
    then = [NOW - dt.timedelta(days=1095 - day) for day in range(5)]
    AuditEntry.objects.bulk_create(
        AuditEntry(actor=alice, action="order.note", subject=f"order:{number}", detail={"n": number}, at=at)
        for number, at in enumerate([*then, NOW, NOW])
    )
    return kept()


def kept() -> list[tuple[object, ...]]:
    """Every entry there is, wherever it stands."""
    return sorted([*AuditEntry.objects.values_list(*COLUMNS), *ArchivedAuditEntry.objects.values_list(*COLUMNS)])


def test_old_entries_go_to_the_archive_as_they_were(trail, capsys):
    call_command("archive")
    assert (AuditEntry.objects.count(), ArchivedAuditEntry.objects.count()) == (2, 5)
    assert kept() == trail
    assert capsys.readouterr().out.splitlines()[:3] == ["2/5", "4/5", "5/5"]


def test_who_is_killed_in_the_middle_loses_nothing_and_the_next_run_goes_on(trail):
    (audit,) = (archive for archive in all_archives() if archive.model is AuditEntry)
    before = audit.before(NOW)
    assert list(islice(audit.move(before=before), 1)) == [2]
    assert (AuditEntry.objects.count(), kept()) == (5, trail)
    assert list(audit.move(before=before)) == [2, 1]
    assert list(audit.move(before=before)) == []
    assert (AuditEntry.objects.count(), kept()) == (2, trail)


def test_a_dry_run_moves_nothing(trail, capsys):
    call_command("archive", dry_run=True)
    assert capsys.readouterr().out.startswith("would archive 5 common.auditentry from before ")
    assert AuditEntry.objects.count() == 7

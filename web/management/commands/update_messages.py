from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from web.translations import Marked, marked_strings

# The same at every run, so that a new string is the only change.
WIDTH = 120


class Command(BaseCommand):
    help = "Bring locale/en up to date with the strings that code and templates mark; says what has no English yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when something is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES" / "django.po"
        catalogue = polib.pofile(str(path), wrapwidth=WIDTH) if path.exists() else _new_catalogue()
        _merge(catalogue, marked_strings(Path(settings.BASE_DIR)))
        if not options["check"]:
            catalogue.save(str(path))
        missing = [entry.msgid for entry in catalogue if not entry.translated()]
        self.stdout.write(f"{len(catalogue)} strings, {len(missing)} without English")
        for text in missing:
            self.stdout.write(f"  {text!r}")
        if missing and options["check"]:
            raise CommandError(f"{len(missing)} strings without English, the first: {missing[0]!r}")


def _new_catalogue() -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=WIDTH)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def _merge(catalogue: polib.POFile, wanted: list[Marked]) -> None:
    """Keep what is still marked, in its new order; drop the rest; add what is new without a translation."""
    kept = {(entry.msgctxt or "", entry.msgid, entry.msgid_plural): entry for entry in catalogue}
    catalogue[:] = [kept.get((*marked.key, marked.plural)) or _entry(marked) for marked in wanted]
    for entry, marked in zip(catalogue, wanted, strict=True):
        entry.occurrences = [(marked.place, "")]


def _entry(marked: Marked) -> polib.POEntry:
    if marked.plural:
        plurals = {0: "", 1: ""}
        return polib.POEntry(
            msgid=marked.text, msgid_plural=marked.plural, msgstr_plural=plurals, msgctxt=marked.context or None
        )
    return polib.POEntry(msgid=marked.text, msgstr="", msgctxt=marked.context or None)

"""Bring database and static files up to date: `python -m groupbuy.local.prepare`.

One process for all of it, because starting Django costs more than each step does when there is nothing to do.
"""

import hashlib
import io
import os

import django
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command, get_commands


def main() -> None:
    """Migrate, make the operators' groups, collect what changed, fill an empty database with the demo."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("ensure_groups", stdout=io.StringIO())
    if not settings.DEBUG:
        collect_static()
    if "demo" in get_commands():
        call_command("demo", "--if-empty")


def collect_static() -> None:
    """Collect the static files unless those of the last time are the same ones."""
    stamp = settings.DATA_DIR / "static.stamp"
    current = fingerprint()
    if settings.STATIC_ROOT.is_dir() and stamp.is_file() and stamp.read_text() == current:
        return
    print("Collecting static files", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(current)


def fingerprint() -> str:
    """Changes whenever a static file of ours or of a package is added, changed or removed."""
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            facts = os.stat(storage.path(path))
            digest.update(f"{path}:{facts.st_size}:{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()

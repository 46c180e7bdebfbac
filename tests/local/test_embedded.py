"""The pytest plugin of this project, tried from outside."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.local.test_servers import SERVER_VARIABLES, traces_of

SKIPPING = "import pytest\n\ndef test_something():\n    pytest.skip('no browser')\n"


# What takes long to load and has no part in this.
WITHOUT_THE_REST = [
    f"-pno:{plugin}" for plugin in ("cacheprovider", "django", "schemathesis", "xdist", "hypothesispytest")
]


def start_pytest(folder: Path, without: tuple[str, ...] = (), **variables: str) -> subprocess.Popen[str]:
    """Run the tests of a folder with this project's settings for pytest."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environment = {name: value for name, value in inherited.items() if name not in without}
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", *WITHOUT_THE_REST, str(folder)]
    return subprocess.Popen(command, env=environment | variables, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("ci", "exit_code"), [("true", 1), ("", 0)])
def test_a_skipped_test_fails_in_ci_only(tmp_path: Path, ci: str, exit_code: int) -> None:
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    process = start_pytest(tmp_path, CI=ci)
    said = process.communicate(timeout=60)[0]
    assert "1 skipped" in said
    assert process.returncode == exit_code
    assert ("Skipped tests are failures here" in said) is (ci == "true")


def test_a_conftest_that_breaks_leaves_no_server_behind(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("raise RuntimeError")
    process = start_pytest(tmp_path, without=SERVER_VARIABLES)
    process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.USAGE_ERROR
    assert traces_of(process.pid) == []

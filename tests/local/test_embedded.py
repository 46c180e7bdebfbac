"""The rule of CI: a skipped test proves nothing, so it is a failure there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SKIPPING = "import pytest\n\ndef test_something():\n    pytest.skip('no browser')\n"


@pytest.mark.parametrize(("ci", "exit_code"), [("true", 1), ("", 0)])
def test_a_skipped_test_fails_in_ci_only(tmp_path: Path, ci: str, exit_code: int) -> None:
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "-p", "no:cacheprovider", str(tmp_path)],
        env=environment | {"CI": ci},
        capture_output=True,
        text=True,
    )
    assert "1 skipped" in done.stdout
    assert done.returncode == exit_code
    assert ("Skipped tests are failures here" in done.stdout) is (ci == "true")

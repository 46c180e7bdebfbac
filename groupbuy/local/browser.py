"""The browser of the browser tests: found, or on Debian installed (`python -m groupbuy.local.browser`)."""

import os
import shutil
import subprocess
import sys
from typing import Any

from groupbuy.local.fonts import fontconfig_file

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell")
HOW_TO_GET_ONE = (
    "There is no Chromium on PATH, so the browser tests are skipped. "
    "Debian: apt-get install chromium; elsewhere: install Chromium or Chrome."
)
# It runs as whoever runs the tests (also root, also in a container), and talks to nobody but them.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


def find() -> str | None:
    """The path of a Chromium."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def ensure() -> str | None:
    """Find a Chromium; as root on Debian or Ubuntu, install one where there is none."""
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing chromium for the browser tests", flush=True)
        _apt_get("update")
        _apt_get("install", "-y", "--no-install-recommends", "chromium")
    return find()


def _apt_get(*arguments: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", *arguments], stdout=subprocess.DEVNULL, env=environment, check=False)


def launch_options() -> dict[str, Any]:
    """What to hand to Playwright's `chromium.launch()`. Raises LookupError, with the way out, where there is none."""
    path = find()
    if path is None:
        raise LookupError(HOW_TO_GET_ONE)
    environment = os.environ | {"FONTCONFIG_FILE": str(fontconfig_file())}
    return {"executable_path": path, "args": list(ARGUMENTS), "env": environment}


if __name__ == "__main__":
    if not ensure():
        print(HOW_TO_GET_ONE, file=sys.stderr)

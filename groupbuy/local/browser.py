"""The browser of the browser tests: found, or on Debian installed (`python -m groupbuy.local.browser`)."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from groupbuy.local.fonts import fontconfig_file

# The same engine without the windows of a desktop, which nobody looks at: a page costs a third of a processor's time.
SHELLS = ("chromium-headless-shell", "headless-shell")
NAMES = (*SHELLS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET_ONE = (
    "There is no Chromium on PATH, so the browser tests are skipped. "
    "Debian: apt-get install chromium-headless-shell; elsewhere: install Chromium or Chrome."
)
# Without a network the tests go on with what there is.
IMPATIENT = ("-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=20")
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


def find(names: Sequence[str] = NAMES) -> str | None:
    """The path of a Chromium, the cheapest there is."""
    return next((path for path in map(shutil.which, names) if path), None)


def ensure() -> str | None:
    """Find the cheapest Chromium; as root on Debian or Ubuntu, install it, or the one there is."""
    if not find(SHELLS) and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests", flush=True)
        _apt_get("update")
        _install("chromium-headless-shell")
        if not find():
            _install("chromium")
    return find()


def _install(package: str) -> None:
    _apt_get("install", "-y", "--no-install-recommends", package)


def _apt_get(*arguments: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", *IMPATIENT, *arguments], stdout=subprocess.DEVNULL, env=environment, check=False)


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

"""`make check`: everything that can be said about the code without running it; all of it, not just the first."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from groupbuy.local.environment import PROJECT_ROOT

PYTHON = sys.executable
# The migrations are compared with the models, not with a database that may not run now.
MANAGE = (PYTHON, "-W", "ignore::RuntimeWarning", "manage.py")

STEPS: dict[str, tuple[str, ...]] = {
    "style": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "--output-format", "concise", "."),
    "types": ("mypy",),
    "layers": ("lint-imports",),
    "settings": (*MANAGE, "check", "--fail-level", "WARNING"),
    "migrations": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "API schema": (*MANAGE, "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull),
    "compose file": ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
}

# What an index or mirror leaves in a lock, a container file or a settings file, and the home of somebody's computer.
FOREIGN = re.compile(r"--(?:extra-)?index-url|--find-links|^\s*registry\s*=|/(?:home|root|Users)/[a-z]", re.MULTILINE)
# Files where such a thing would be an accident that reaches every other computer.
PORTABLE = ("Makefile", "Dockerfile", "docker-compose.yml", "pyproject.toml", "requirements/*.txt", ".ci/*")


def main() -> None:
    """Run every step; end with 1 and the names of those that failed."""
    failed = [name for name, command in STEPS.items() if not _passes(name, command)]
    for line in foreign_lines():
        print(line)
        failed.append("portability")
    if failed:
        sys.exit("Failed: " + ", ".join(dict.fromkeys(failed)))
    print("All checks passed.")


def foreign_lines(root: Path = PROJECT_ROOT) -> Iterator[str]:
    """The lines that tie a file everybody uses to one package index or one computer."""
    for path in (path for pattern in PORTABLE for path in sorted(root.glob(pattern))):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if FOREIGN.search(line.replace("--no-emit-index-url", "")):
                yield f"{path.relative_to(root)}:{number}: names a package index or a folder of one computer: {line}"


def _passes(name: str, command: tuple[str, ...]) -> bool:
    print(f"── {name}", flush=True)
    return subprocess.run(command, cwd=PROJECT_ROOT).returncode == 0


if __name__ == "__main__":
    main()

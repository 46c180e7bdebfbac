"""Where the servers are: the variables that `make run` keeps in `<data dir>/env`."""

import os
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def data_dir() -> Path:
    """The folder that holds everything a running installation writes (databases, media, logs)."""
    return Path(os.environ.get("GROUPBUY_DATA_DIR", PROJECT_ROOT / ".data")).resolve()


def load_environment() -> None:
    """Take DATABASE_URL, REDIS_URL and the like from `<data dir>/env`; what is already set wins."""
    path = data_dir() / "env"
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition("=")
        if separator and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())

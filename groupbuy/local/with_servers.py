"""`python -m groupbuy.local.with_servers COMMAND...`: run one command on the kept database, migrated.

The servers of a `make run` beside it are used; without one they are started for as long as the command takes.
"""

import os
import subprocess
import sys

from groupbuy.local import env_file
from groupbuy.local.environment import PROJECT_ROOT, data_dir, load_environment
from groupbuy.local.problems import Problem, from_os_error, require_room
from groupbuy.local.servers import kept_servers, stop_on_signals
from groupbuy.local.single_run import is_running, only_run


def main() -> None:
    """End with the exit code of the command."""
    stop_on_signals()
    try:
        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except Problem as problem:
        sys.exit(str(problem))
    except OSError as error:
        sys.exit(str(from_os_error(error)))


def run(command: list[str]) -> int:
    """Run the command; return its exit code."""
    folder = data_dir()
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    if is_running(folder):
        load_environment()
        return _migrate_and(command)
    require_room(folder)
    with only_run(folder, "a command"), kept_servers(folder) as servers:
        os.environ |= env_file.write(folder, servers.environment()) | os.environ
        return _migrate_and(command)


def _migrate_and(command: list[str]) -> int:
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    migrated = subprocess.run(migrate, cwd=PROJECT_ROOT).returncode
    return migrated or subprocess.run(command, cwd=PROJECT_ROOT).returncode


if __name__ == "__main__":
    main()

"""`make run` and `make dev`: the whole platform on this computer, until Ctrl-C.

Its own PostgreSQL and Valkey, unless DATABASE_URL and REDIS_URL name others; the web server, the Celery worker and
beat, and the sandbox payment gateway. PORT (8000) and GROUPBUY_DATA_DIR (.data) move it elsewhere.
"""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from groupbuy.local import env_file
from groupbuy.local.environment import PROJECT_ROOT, data_dir
from groupbuy.local.messages import compile_messages
from groupbuy.local.ports import LOOPBACK, free_port, is_free, require_free
from groupbuy.local.problems import Problem, from_os_error, require_room
from groupbuy.local.processes import REGISTER, Family
from groupbuy.local.servers import Servers, kept_servers, stop_on_signals
from groupbuy.local.single_run import only_run

SECONDS_TO_ANSWER = 90
# A server that is restarted by hand is away for a moment; the platform answers 503 meanwhile and goes on.
SECONDS_A_SERVER_MAY_BE_AWAY = 20

# Whoever runs a demo as root, in a container mostly, need not be told so every time.
CELERY = (sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "--app", "groupbuy")
WARNINGS = ("--loglevel", "WARNING")
WEB = "web"

PAGES = (
    ("Storefront", "/"),
    ("Back office", "/backoffice/"),
    ("Admin", "/admin/"),
    ("API docs", "/api/docs/"),
    ("Sandbox phone", "/sandbox/phone/"),
)
DEMO_PASSWORD = "groupbuy-demo"
DEMO_PEOPLE = (
    ("13800000001", "operator"),
    ("13800000002", "merchant owner"),
    ("13800000003", "consumer"),
    ("13800000004", "leader"),
    ("13800000005", "rival merchant"),
)


@dataclass(frozen=True)
class Plan:
    """What was asked for: where, and whether a changed file shows at once."""

    folder: Path
    port: int
    reload: bool

    @classmethod
    def from_request(cls, arguments: list[str]) -> "Plan":
        """Read the command line and the environment."""
        port = os.environ.get("PORT") or "8000"
        if not port.isdigit() or not 1 <= int(port) <= 65_534:
            raise Problem(f"PORT must be a number from 1 to 65534, and it is “{port}”.")
        return cls(folder=data_dir(), port=int(port), reload="--reload" in arguments)

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


def main() -> None:
    """Run until a signal (exit code 0) or a problem (a sentence, exit code 1)."""
    stop_on_signals()
    try:
        run(Plan.from_request(sys.argv[1:]))
    except KeyboardInterrupt:
        say("Stopped. The data is kept.")
    except Problem as problem:
        sys.exit(str(problem))
    except OSError as error:
        sys.exit(str(from_os_error(error)))


def run(plan: Plan) -> None:
    """Start everything in order, watch it, and stop it in the opposite order whatever happens."""
    plan.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    with only_run(plan.folder, plan.address):
        Family(plan.folder / REGISTER, {}).stop_leftovers()
        require_room(plan.folder)
        require_free(plan.port)
        say("Starting the servers")
        with kept_servers(plan.folder) as servers:
            environment = write_environment(plan, servers)
            prepare(environment)
            family = Family(plan.folder / REGISTER, environment)
            try:
                start(plan, family)
                say(welcome(plan, servers))
                watch(family, servers)
            finally:
                say("Stopping")
                family.stop()


def write_environment(plan: Plan, servers: Servers) -> dict[str, str]:
    """Write down where everything is, and return the whole environment of the children."""
    gateway_port = plan.port + 1 if is_free(plan.port + 1) else free_port()
    addresses = servers.environment() | {
        "SITE_URL": plan.address,
        "SANDBOX_GATEWAY_URL": f"http://{LOOPBACK}:{gateway_port}",
    }
    written = env_file.write(plan.folder, addresses)
    defaults = {"DJANGO_SETTINGS_MODULE": "groupbuy.settings.development", "DEBUG": "true" if plan.reload else "false"}
    fixed = addresses | {"GROUPBUY_DATA_DIR": str(plan.folder), "PYTHONUNBUFFERED": "1"}
    return defaults | written | os.environ | fixed


def prepare(environment: Mapping[str, str]) -> None:
    """Bring translations, database and static files up to date."""
    say("Preparing the database")
    compile_messages()
    if subprocess.run([sys.executable, "-m", "groupbuy.local.prepare"], cwd=PROJECT_ROOT, env=environment).returncode:
        raise Problem("The database could not be prepared; the reason stands above.")


def start(plan: Plan, family: Family) -> None:
    """Start the processes. The web server goes first and alone: two cores start four Pythons no sooner than one."""
    say("Starting the platform")
    for name, command in commands(plan).items():
        family.start(name, *command)
        if name == WEB:
            await_answer(plan, family)


def commands(plan: Plan) -> dict[str, tuple[str, ...]]:
    """What the platform is made of: its processes by name, in the order in which they start."""
    worker = ("worker", *WARNINGS, "--concurrency", "2", "--without-gossip", "--without-mingle")
    beat = ("beat", *WARNINGS, "--schedule", str(plan.folder / "celerybeat-schedule"), "--pidfile", "")
    return {
        WEB: web_command(plan),
        "gateway": (sys.executable, "manage.py", "sandbox_gateway"),
        "worker": (*CELERY, *worker),
        "beat": (*CELERY, *beat),
    }


def web_command(plan: Plan) -> tuple[str, ...]:
    """The web server; for `make dev` Django's own, which alone notices changed templates as well as code."""
    if plan.reload:
        return (sys.executable, "manage.py", "runserver", f"{LOOPBACK}:{plan.port}")
    granian = (sys.executable, "-m", "granian", "groupbuy.wsgi:application", "--interface", "wsgi", "--no-ws")
    where = ("--host", LOOPBACK, "--port", str(plan.port), "--log-level", "warning")
    return (*granian, *where, "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers")


def await_answer(plan: Plan, family: Family) -> None:
    """Wait until the web server says it is well."""
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        family.check()
        try:
            with urllib.request.urlopen(f"{plan.address}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise Problem(f"{plan.address}/healthz did not answer within {SECONDS_TO_ANSWER} s; the lines above say why.")


def watch(family: Family, servers: Servers) -> None:
    """Wait for ever; raise a Problem as soon as a part is gone."""
    last_seen = dict.fromkeys(servers.own, time.monotonic())
    while True:
        family.check()
        for name, server in servers.own.items():
            if server.is_running():
                last_seen[name] = time.monotonic()
            elif time.monotonic() - last_seen[name] > SECONDS_A_SERVER_MAY_BE_AWAY:
                raise Problem(
                    f"{name} is gone; its log is {server.log}. Start again with `make run`: the data is kept."
                )
        time.sleep(0.5)


def welcome(plan: Plan, servers: Servers) -> str:
    """Everything a newcomer needs: where to look and who to be."""
    pages = [f"  {name:<14} {plan.address}{path}" for name, path in PAGES]
    people = [f"  {phone}  {role}" for phone, role in DEMO_PEOPLE]
    addresses = [f"  {name}={value}" for name, value in servers.environment().items()]
    signing_in = f"Sign in with one of these and the password {DEMO_PASSWORD}"
    return "\n".join(
        ["", "groupbuy is ready", *pages, "", signing_in, *people, "", "Servers", *addresses, "", LAST_LINE]
    )


LAST_LINE = "Ctrl-C stops everything and keeps the data."


def say(text: str) -> None:
    """Print at once, also into a file."""
    print(text, flush=True)


if __name__ == "__main__":
    main()

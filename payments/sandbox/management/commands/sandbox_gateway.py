import json
import signal
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.sandbox.errors import Unreadable
from payments.sandbox.server import SandboxServer
from payments.sandbox.services.faults import load_script


class Command(BaseCommand):
    help = "Run the sandbox payment gateway: its pages, its endpoints, and the messages it sends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this computer only)")
        parser.add_argument("--port", type=int, help="default: the port of SANDBOX_GATEWAY_URL")
        parser.add_argument("--script", type=Path, help="what goes wrong on purpose: JSON, as control/script/ takes it")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX_GATEWAY_SECRET:
            raise CommandError("SANDBOX_GATEWAY_SECRET is empty; set it to the same value as the platform's")
        if options["script"]:
            self._load(options["script"])
        port = options["port"] or urlsplit(settings.SANDBOX_GATEWAY_URL).port or 8001
        try:
            server = SandboxServer(host=options["host"], port=port)
        except OSError as error:
            raise CommandError(f"cannot listen on {options['host']}:{port}: {error.strerror}") from error
        stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_received: stopping.set())
        server.start()
        self.stdout.write(f"sandbox gateway at {server.url}")
        self.stdout.flush()
        stopping.wait()
        server.stop()

    def _load(self, script: Path) -> None:
        try:
            loaded = load_script(json.loads(script.read_text()))
        except (OSError, ValueError, Unreadable) as error:
            raise CommandError(f"{script} is no script of faults") from error
        self.stdout.write(f"{len(loaded)} faults loaded")

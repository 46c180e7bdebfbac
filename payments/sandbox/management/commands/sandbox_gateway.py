import signal
import threading
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.sandbox.server import SandboxServer


class Command(BaseCommand):
    help = "Run the sandbox payment gateway: its pages, its endpoints, and the messages it sends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen (default: this computer only)")
        parser.add_argument("--port", type=int, help="default: the port of SANDBOX_GATEWAY_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX_GATEWAY_SECRET:
            raise CommandError("SANDBOX_GATEWAY_SECRET is empty; set it to the same value as the platform's")
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

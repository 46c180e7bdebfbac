"""The sandbox as a server: a WSGI application with its own few addresses and none of the platform's middleware."""

import logging
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, get_resolver
from django.utils import translation

from common.errors import Refusal
from payments.sandbox.services.courier import RETRY_AFTER, Courier

logger = logging.getLogger(__name__)

URLCONF = "payments.sandbox.urls"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One request in, one response out; the thread's connection to the database lives as long as the line."""
    close_old_connections()
    response = _respond(WSGIRequest(environ))
    response["Content-Length"] = str(len(response.content))
    phrase = HTTPStatus(response.status_code).phrase
    start_response(f"{response.status_code} {phrase}", list(response.items()))
    return [response.content]


def _respond(request: HttpRequest) -> HttpResponse:
    try:
        with translation.override(translation.get_language_from_request(request)):
            found = get_resolver(URLCONF).resolve(request.path_info)
            return found.func(request, *found.args, **found.kwargs)
    except Resolver404:
        return JsonResponse({"code": "not_found"}, status=404)
    except Refusal as refusal:
        return JsonResponse({"code": refusal.code}, status=refusal.status)
    except Exception:
        logger.exception("the sandbox failed")
        return JsonResponse({"code": "fault"}, status=500)


class _Handler(WSGIRequestHandler):
    """Answers a line until the customer hangs up or is silent for long; able to hang up itself, on purpose."""

    timeout = 30
    # An answer leaves in one piece, and at once.
    wbufsize = -1
    disable_nagle_algorithm = True

    def get_environ(self) -> dict[str, Any]:
        return super().get_environ() | {"sandbox.hang_up": self._hang_up}

    def log_message(self, format: str, *args: Any) -> None:
        logger.debug(format, *args)

    def _hang_up(self) -> None:
        self.close_connection = True
        line: Any = self.connection
        line.shutdown(socket.SHUT_RDWR)


class _Server(ThreadedWSGIServer):
    """A thread for each line, which closes what it had open of the database."""

    request_queue_size = 128
    daemon_threads = False

    def __init__(self, *args: Any) -> None:
        self._lines: set[socket.socket] = set()
        super().__init__(*args)

    def server_bind(self) -> None:
        """As WSGIServer does it, without asking the name service who we are."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.socket.getsockname()[:2]
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._lines.add(request)
        super().process_request(request, client_address)

    def close_request(self, request: Any) -> None:
        self._lines.discard(request)
        super().close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A line that was cut, by us or by them, is no fault."""
        logger.debug("a connection ended early")

    def hear_no_more(self) -> None:
        """Every line ends once the request in hand is answered."""
        for line in tuple(self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RD)


class SandboxServer:
    """The server with its courier. Port 0 takes a free one; `url` says which it became."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        retry_after: Sequence[float] = RETRY_AFTER,
        idle_seconds: float = 0.2,
    ) -> None:
        self._server = _Server((host, port), _Handler)
        self._server.set_app(application)
        self._courier = Courier(retry_after=retry_after, idle_seconds=idle_seconds)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="sandbox-server")
        self.url = f"http://{host}:{self._server.server_port}"

    def start(self) -> None:
        """Serve and deliver in threads of their own."""
        self._courier.start()
        self._thread.start()

    def stop(self) -> None:
        """Finish what is in hand, then end; every database connection is closed afterwards."""
        self._server.shutdown()
        self._thread.join()
        self._server.hear_no_more()
        self._server.server_close()
        self._courier.stop()

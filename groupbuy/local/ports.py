"""TCP ports of this computer."""

import socket

from groupbuy.local.problems import Problem

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
    return port


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now; what a stopped one still holds for a moment counts as free."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def require_free(port: int) -> None:
    """Refuse a port that is taken, and name one that is not."""
    if not is_free(port):
        raise Problem(f"Port {port} is taken by another program. Choose another one: PORT={_next_free(port)} make run")


def _next_free(port: int) -> int:
    candidates = range(port + 1, min(port + 100, 65_535))
    return next((candidate for candidate in candidates if is_free(candidate)), 0) or free_port()

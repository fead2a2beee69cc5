"""The web server's processes."""

import resource
import socket
import sys

import uvicorn
from uvicorn.supervisors import Multiprocess

from common.asgi.protocol import KEEP_ALIVE, BoundedProtocol

GRACE = 15  # seconds that requests under way have when the server is told to stop
BACKLOG = 2048


def serve(application: str, *, host: str, port: int, workers: int = 1) -> None:
    """Serve `application` ("module:name") until told to stop by SIGTERM or SIGINT, in `workers` processes."""
    raise_file_limit()
    config = uvicorn.Config(
        application,
        interface="asgi3",
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        workers=workers,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        timeout_worker_healthcheck=60,
        proxy_headers=False,  # which addresses are believed is decided once, by TRUST_PROXY_HEADERS
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="warning",
    )
    listener = listen(host, port)
    if workers > 1:
        Multiprocess(config, sockets=[listener]).run()
    else:
        uvicorn.Server(config).run([listener])


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Other processes of this user may bind the same address (SO_REUSEPORT)."""
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "linux":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(address)
    listener.set_inheritable(True)
    return listener


def raise_file_limit() -> None:
    """Raise the limit of open files, which includes connections, to the hard limit of the process."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

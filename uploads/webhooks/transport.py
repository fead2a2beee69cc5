"""Sending one POST. The host is resolved once, so the connection goes to the address that was checked."""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Timer

from uploads.webhooks.addresses import Target, addresses_of, target_of

CONNECT_SECONDS = 5.0
ALL_SECONDS = 10.0  # for the whole exchange, also with a receiver that sends slowly


class PinnedConnection(http.client.HTTPConnection):
    """Connects to a given address and verifies TLS for the host name. Ignores proxies of the environment."""

    def __init__(self, target: Target, address: str):
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.target, self.address = target, address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.target.port), timeout=CONNECT_SECONDS)
        if self.target.scheme == "https":
            secured = tls_context().wrap_socket(
                self.sock, server_hostname=self.target.host, do_handshake_on_connect=False
            )
            self.sock = secured
            secured.do_handshake()


def tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send `body`; return the status of the response, whose body is not read. Follows no redirects.

    Raises AddressRefused, and OSError or http.client.HTTPException if there is no response.
    """
    target = target_of(url)
    connection = _connected(target)
    with _deadline(connection):
        try:
            connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
            all_headers = {"Host": target.authority, "Content-Length": str(len(body)), "Connection": "close", **headers}
            for name, value in all_headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            return connection.getresponse().status
        finally:
            connection.close()


def _connected(target: Target) -> PinnedConnection:
    failure: OSError | None = None
    for address in addresses_of(target)[:3]:
        connection = PinnedConnection(target, address)
        try:
            with _deadline(connection):
                connection.connect()
            return connection
        except OSError as error:
            connection.close()
            failure = error
    assert failure is not None
    raise failure


@contextmanager
def _deadline(connection: http.client.HTTPConnection) -> Iterator[None]:
    """Close the connection after ALL_SECONDS: the timeout of a socket starts again with each received byte."""

    def cut() -> None:
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(ALL_SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()

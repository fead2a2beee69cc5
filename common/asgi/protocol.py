"""HTTP connections with time limits for headers that do not end and responses that are not read."""

import asyncio
import socket
import sys
from asyncio import TimerHandle
from typing import cast

import httptools
from django.utils.translation import gettext as _
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from common.asgi.responses import RawResponse
from common.errors import BadRequest, DomainError, HeadersTooLarge, RequestTimeout

HEADER_SECONDS = 15.0  # from the start of a connection, and again after each response and its keep-alive
HEADER_BYTES = 64 * 1024  # also of chunk lines and trailers
WRITE_SECONDS = 30.0  # without a byte taken by the client
WRITE_CHECKS = 5  # checks of the progress in that time
UNSENT = 128 * 1024  # bytes that the kernel keeps unsent for a client
KEEP_ALIVE = 30  # seconds


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with limits; uvicorn itself waits for headers and readers without limit."""

    header_seconds, write_seconds = HEADER_SECONDS, WRITE_SECONDS
    _header_clock: TimerHandle | None = None
    _write_clock: TimerHandle | None = None
    _header_bytes = 0
    _received = b""
    _is_reparsing = False
    _active_cycle: RequestResponseCycle | None = None  # `cycle` is the newest one and may wait for it
    _unsent = _checks_without_progress = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        # The write buffer holds nothing, so that `send` waits for the client at once.
        self.transport.set_write_buffer_limits(high=0)
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family != socket.AF_UNIX and hasattr(socket, "TCP_NOTSENT_LOWAT"):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
        self._expect_headers(self.header_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clocks()
        super().connection_lost(exc)
        if self._active_cycle and not self._active_cycle.response_complete:
            self._active_cycle.disconnected = True
            self._active_cycle.message_event.set()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._active_cycle = cycle
        super()._start_asgi_task(cycle, app)

    # Headers

    def _expect_headers(self, seconds: float) -> None:
        self._stop(self._header_clock)
        self._header_clock = self.loop.call_later(seconds, self._end_without_headers)

    def _end_without_headers(self) -> None:
        self._end(RequestTimeout(_("The headers arrived too slowly.")))

    def data_received(self, data: bytes) -> None:
        """Count the bytes of headers and chunk lines, also of those that arrive during a request."""
        self._received = data
        self._header_bytes += len(data)
        super().data_received(data)
        if self._header_bytes > HEADER_BYTES:
            self._end(HeadersTooLarge())

    def on_body(self, body: bytes) -> None:
        self._header_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._header_bytes = 0
        super().on_message_complete()

    def on_headers_complete(self) -> None:
        self._header_bytes = 0
        if self._is_reparsing:
            return
        self._stop(self._header_clock)
        self._header_clock = None
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.timeout_keep_alive_task is not None and self._header_clock is None and not self.transport.is_closing():
            self._expect_headers(self.timeout_keep_alive + self.header_seconds)

    # Upgrade offers

    def _unsupported_upgrade_warning(self) -> None:
        """Stay in HTTP/1.1. httptools treats what follows the headers as the other protocol and would lose a body.

        The HTTP client of Java and `curl --http2` offer HTTP/2 with each request.
        """
        offer = sys.exc_info()[1]
        rest = self._received[offer.args[0] :] if offer else b""
        framing = [line for line in self.headers if line[0] in {b"content-length", b"transfer-encoding"}]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.cycle.more_body = True  # its task has not started yet
        self._is_reparsing = True
        self.parser.feed_data(b"POST / HTTP/1.1\r\n%s\r\n" % b"".join(b"%s: %s\r\n" % line for line in framing))
        self._is_reparsing = False
        if rest:
            self.data_received(rest)

    def on_message_begin(self) -> None:
        if not self._is_reparsing:
            super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        if not self._is_reparsing:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_reparsing:
            super().on_header(name, value)

    def send_400_response(self, msg: str) -> None:
        """Answer a request that the parser rejects."""
        self._write_refusal(BadRequest())
        self.transport.close()

    def _end(self, error: DomainError) -> None:
        """Close a connection whose request is incomplete; a client that has sent a part of it gets an error."""
        if self._header_bytes and not self.transport.is_closing():
            self._write_refusal(error)
        self._header_clock = None
        self.transport.close()
        self._watch_writing()

    def _write_refusal(self, error: DomainError) -> None:
        """Write an error response, unless a response has started: that one is cut off, which its client notices."""
        active = self._active_cycle
        if active and active.response_started and not active.response_complete:
            return
        answer = RawResponse.of_error(error)
        lines = [*answer.headers, (b"connection", b"close")]
        head = b"".join(b"%s: %s\r\n" % line for line in lines)
        self.transport.write(STATUS_LINE[answer.status] + head + b"\r\n" + answer.content)

    # Responses

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop(self._write_clock)
        self._write_clock = None

    def _watch_writing(self) -> None:
        self._unsent, self._checks_without_progress = self.transport.get_write_buffer_size(), 0
        self._check_writing_later()

    def _check_writing_later(self) -> None:
        self._stop(self._write_clock)
        self._write_clock = self.loop.call_later(self.write_seconds / WRITE_CHECKS, self._check_writing)

    def _check_writing(self) -> None:
        unsent = self.transport.get_write_buffer_size()
        self._checks_without_progress = 0 if unsent < self._unsent else self._checks_without_progress + 1
        self._unsent = unsent
        if self._checks_without_progress < WRITE_CHECKS:
            self._check_writing_later()
        else:
            self.transport.abort()

    def _stop_clocks(self) -> None:
        self._stop(self._header_clock)
        self._stop(self._write_clock)
        self._header_clock = self._write_clock = None

    @staticmethod
    def _stop(clock: asyncio.TimerHandle | None) -> None:
        if clock is not None:
            clock.cancel()

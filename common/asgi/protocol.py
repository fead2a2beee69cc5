"""Connections with a clock for everything: headers that never end, and answers that are never taken."""

import asyncio
import socket
from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

HEADER_SECONDS = 15.0  # from the first moment of a connection, and again after each answer and its keep-alive
HEADER_BYTES = 64 * 1024
WRITE_SECONDS = 30.0  # without a byte taken by the client
WRITE_CHECKS = 5  # looks at it in that time
UNSENT = 128 * 1024  # bytes that the kernel holds back for a client, besides those on their way
KEEP_ALIVE = 30  # seconds


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol; uvicorn itself waits for headers and for readers as long as they like."""

    header_seconds, write_seconds = HEADER_SECONDS, WRITE_SECONDS
    _header_clock: TimerHandle | None = None
    _write_clock: TimerHandle | None = None
    _header_bytes = 0
    _unsent = _checks_without_progress = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        # Everything that is not with the kernel yet counts as waiting, so that `send` waits for the client at once.
        transport.set_write_buffer_limits(high=0)
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family != socket.AF_UNIX and hasattr(socket, "TCP_NOTSENT_LOWAT"):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
        self._expect_headers(self.header_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clocks()
        super().connection_lost(exc)

    # Headers

    def _expect_headers(self, seconds: float) -> None:
        self._header_bytes = 0
        self._stop(self._header_clock)
        self._header_clock = self.loop.call_later(seconds, self._end, 408)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._header_clock is not None:
            self._header_bytes += len(data)
            if self._header_bytes > HEADER_BYTES:
                self._end(431)

    def on_headers_complete(self) -> None:
        self._stop(self._header_clock)
        self._header_clock = None
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.timeout_keep_alive_task is not None and self._header_clock is None and not self.transport.is_closing():
            self._expect_headers(self.timeout_keep_alive + self.header_seconds)

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing to warn of: a client may offer another protocol, and gets its answer in this one."""

    def _end(self, status: int) -> None:
        """End a connection whose request never became one; whoever has begun one is told why."""
        if self._header_bytes and not self.transport.is_closing():
            self.transport.write(STATUS_LINE[status] + b"content-length: 0\r\nconnection: close\r\n\r\n")
        self._header_clock = None
        self.transport.close()
        self._watch_writing()

    # Answers

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

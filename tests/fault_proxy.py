"""A TCP proxy on loopback that stops, goes silent, is slow or restarts, for drills and tests of faults.

One thread for each direction of each connection, MOST connections at a time; nothing listens beyond 127.0.0.1.
"""

import contextlib
import select
import socket
import threading
import time
from types import TracebackType

CHUNK = 64 * 1024
MOST = 500  # connections at once
BACKLOG = 128
TCP_CLOSE, TCP_CLOSE_WAIT = 7, 8  # states in tcp(7)'s TCP_INFO

PASS, STOPPED, SILENT, SLOW = "pass", "stopped", "silent", "slow"
FAULTS = (STOPPED, SILENT, SLOW)


class FaultProxy:
    """Forwards connections to 127.0.0.1:`target`, in one of these modes:

    `pass`; `stopped`: connections are refused, those under way are reset; `silent`: connections are taken and nothing
    is forwarded, either way, until the mode changes; `slow`: each piece that comes back is `delay` seconds late.
    """

    def __init__(self, target: int, *, delay: float = 0.3, port: int = 0):
        self.target, self.delay = target, delay
        self.mode = PASS
        self._changed = threading.Condition()
        self._sockets: set[socket.socket] = set()
        self._closed = False
        self._listener: socket.socket | None = self._listen(port)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> "FaultProxy":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def set(self, mode: str) -> None:
        """Change the mode, for connections under way as well."""
        with self._changed:
            self.mode = mode
            if mode == STOPPED and self._listener:
                with contextlib.suppress(OSError):
                    self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts, which holds the port
                self._listener.close()
                self._listener = None
            if mode != STOPPED and not self._listener:
                self._listener = self._listen(self.port)
            self._changed.notify_all()
        if mode == STOPPED:
            self.reset_connections()

    def restart(self) -> None:
        """End every connection, as a server does that is started anew."""
        self.set(STOPPED)
        self.set(PASS)

    def reset_connections(self) -> None:
        with self._changed:
            ending, self._sockets = self._sockets, set()
        for each in ending:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._closed = True
        self.set(STOPPED)
        self._thread.join(timeout=5)

    def _listen(self, port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for tries_left in range(100, -1, -1):
            try:
                listener.bind(("127.0.0.1", port))
                break
            except OSError:  # the listener before it is about to go
                if not tries_left:
                    listener.close()
                    raise
                time.sleep(0.02)
        listener.listen(BACKLOG)
        listener.settimeout(0.1)
        return listener

    def _accept(self) -> None:
        while not self._closed:
            listener = self._listener
            try:
                if listener is None:
                    time.sleep(0.02)
                    continue
                client, _ = listener.accept()
            except OSError:  # nothing came, or the mode changed
                continue
            if len(self._sockets) >= 2 * MOST:
                client.close()
                continue
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(None)
        with client:
            self._sockets.add(client)
            if self._may_pass(client) and not has_hung_up(client):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.target), 5) as server:
                    server.settimeout(None)
                    self._sockets.add(server)
                    other_way = threading.Thread(target=self._pump, args=(client, server, False), daemon=True)
                    other_way.start()
                    self._pump(server, client, True)
                    other_way.join()
            self._end(client)

    def _may_pass(self, *ends: socket.socket) -> bool:
        """Wait while silent. False where the connection is over."""
        with self._changed:
            self._changed.wait_for(lambda: self.mode != SILENT or self._closed)
            return not self._closed and self.mode != STOPPED and all(end in self._sockets for end in ends)

    def _pump(self, source: socket.socket, target: socket.socket, back: bool) -> None:
        with contextlib.suppress(OSError):
            while select.select([source], [], []) and self._may_pass(source, target):
                data = source.recv(CHUNK)
                if back and self.mode == SLOW:
                    time.sleep(self.delay)
                if not data or not self._may_pass(source, target):
                    break
                target.sendall(data)
        self._end(source, target)

    def _end(self, *ends: socket.socket) -> None:
        """End both ways; the thread that serves the connection closes it."""
        for each in ends:
            self._sockets.discard(each)
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def has_hung_up(client: socket.socket) -> bool:
    """Whether the other end closed while it was kept waiting: a server would not hear of it any more."""
    if not hasattr(socket, "TCP_INFO"):
        return False
    return client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)[0] in (TCP_CLOSE, TCP_CLOSE_WAIT)

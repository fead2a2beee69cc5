"""Threads that do calls for the event loop: a fixed number of them, and a bounded line before them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from common.errors import Busy

Result = TypeVar("Result")

PATIENCE = 10.0  # seconds that a call waits for a thread
LONGEST_LINE = 256  # calls that wait at once


class _Call:
    """One call on its way to a thread. Whoever claims it first, a thread or the end of the patience, has it."""

    def __init__(self, function: Callable[[], Any], loop: asyncio.AbstractEventLoop) -> None:
        self.function, self.loop = function, loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self._unclaimed = [self]

    def claim(self) -> bool:
        try:
            self._unclaimed.pop()  # atomic
        except IndexError:
            return False
        return True

    def give_up(self) -> None:
        if self.claim() and not self.future.done():
            self.future.set_exception(Busy())

    def perform(self, after: Callable[[], Any] | None) -> None:
        """In a thread."""
        try:
            try:
                result, error = self.function(), None
            finally:
                if after:
                    after()
        except BaseException as raised:  # noqa: BLE001  it belongs to who waits for the call
            result, error = None, raised
        with suppress(RuntimeError):  # the loop is closed: the process ends
            self.loop.call_soon_threadsafe(self._settle, result, error)

    def _settle(self, result: Any, error: BaseException | None) -> None:
        if self.future.done():  # nobody waits any more
            return
        if error is not None:
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


class ThreadPool:
    """`threads` threads, which end with the process, whatever they wait for. `after` is called after each call."""

    def __init__(self, threads: int, *, name: str, after: Callable[[], Any] | None = None) -> None:
        self._size, self._name, self._after = threads, name, after
        self._line: SimpleQueue[_Call] = SimpleQueue()
        self._is_started = False
        self._starting = Lock()

    async def run(self, function: Callable[[], Result], *, patience: float = PATIENCE) -> Result:
        """Return what `function` returns in one of the threads, or raise what it raises.

        Raises Busy where LONGEST_LINE calls wait already, or no thread is free within `patience` seconds. With more
        patience than usual, a call waits however long the line is.
        """
        self._start()
        if patience <= PATIENCE and self._line.qsize() >= LONGEST_LINE:
            raise Busy
        loop = asyncio.get_running_loop()
        call = _Call(function, loop)
        self._line.put(call)
        timer = loop.call_later(patience, call.give_up)
        try:
            return await call.future
        finally:
            timer.cancel()
            call.claim()  # where the wait was cancelled, no thread begins it any more

    def _start(self) -> None:
        if self._is_started:
            return
        with self._starting:
            if not self._is_started:
                for number in range(self._size):
                    Thread(target=self._work, daemon=True, name=f"{self._name}-{number}").start()
                self._is_started = True

    def _work(self) -> None:
        while True:
            call = self._line.get()
            if call.claim():
                call.perform(self._after)
            del call  # else the last answer stays in memory until the next call

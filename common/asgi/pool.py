"""A fixed number of threads that run calls for the event loop, and a bounded queue in front of them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

from common.errors import Busy

Result = TypeVar("Result")

PATIENCE = 10.0  # seconds that a call waits for a thread
MAX_QUEUED = 256  # calls that wait for a thread


class _Call:
    """A call that waits for a thread. The first to claim it, a thread or the timeout, settles it."""

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

    def expire(self) -> None:
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
        except BaseException as raised:  # noqa: BLE001  raised again in `run`
            result, error = None, raised
        with suppress(RuntimeError):  # the loop is closed: the process is ending
            self.loop.call_soon_threadsafe(self._settle, result, error)

    def _settle(self, result: object, error: BaseException | None) -> None:
        if self.future.done():  # the caller was cancelled
            return
        if error is not None:
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


class ThreadPool:
    """`threads` daemon threads, which end with the process. `after` is called in the thread after each call."""

    def __init__(self, threads: int, *, name: str, after: Callable[[], Any] | None = None) -> None:
        self._size, self._name, self._after = threads, name, after
        self._queue: SimpleQueue[_Call] = SimpleQueue()
        self._is_started = False
        self._starting = Lock()

    async def run(self, function: Callable[[], Result], *, patience: float = PATIENCE) -> Result:
        """Call `function` in one of the threads; return its result or raise its exception.

        Raises Busy if MAX_QUEUED calls wait already, or if no thread is free within `patience` seconds. A call with
        more than the default patience is queued in any case.
        """
        self._start()
        if patience <= PATIENCE and self._queue.qsize() >= MAX_QUEUED:
            raise Busy
        loop = asyncio.get_running_loop()
        call = _Call(function, loop)
        self._queue.put(call)
        timer = loop.call_later(patience, call.expire)
        try:
            return await call.future
        finally:
            timer.cancel()
            call.claim()  # after a cancellation no thread starts it

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
            call = self._queue.get()
            if call.claim():
                call.perform(self._after)
            del call  # else the result stays in memory until the next call

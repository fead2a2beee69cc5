"""The threads of requests, and the line before them."""

import asyncio
import threading

import pytest

from common.asgi import pool as pools
from common.asgi.pool import ThreadPool
from common.errors import Busy


class Stuck:
    """A pool whose threads all wait, as for a database that says nothing, until the block is left."""

    def __init__(self, threads=1, **options):
        self.pool, self.threads, self.gate = ThreadPool(threads, name="stuck", **options), threads, threading.Event()

    async def __aenter__(self):
        begun = threading.Semaphore(0)
        self.waiting = [
            asyncio.ensure_future(self.pool.run(lambda: (begun.release(), self.gate.wait(5))))
            for _ in range(self.threads)
        ]
        for _ in self.waiting:
            while not begun.acquire(blocking=False):
                await asyncio.sleep(0.001)
        return self.pool

    async def __aexit__(self, *_):
        self.gate.set()
        await asyncio.gather(*self.waiting)


def test_what_a_call_returns_and_raises_comes_back():
    async def calls():
        pool = ThreadPool(2, name="test")
        assert await pool.run(lambda: threading.current_thread().name.startswith("test-"))
        with pytest.raises(ZeroDivisionError):
            await pool.run(lambda: 1 // 0)

    asyncio.run(calls())


# FA-B2
def test_a_call_that_gets_no_thread_in_time_is_told_to_come_again_and_never_begins():
    begun = []

    async def calls():
        async with Stuck() as pool:
            with pytest.raises(Busy):
                await pool.run(lambda: begun.append(1), patience=0.02)
        await pool.run(lambda: None)

    asyncio.run(calls())
    assert begun == []


# FA-B2
def test_the_line_is_bounded_but_for_calls_with_more_patience(monkeypatch):
    monkeypatch.setattr(pools, "MAX_QUEUED", 2)

    async def calls():
        async with Stuck() as pool:
            line = [asyncio.ensure_future(pool.run(lambda: 1)) for _ in range(2)]
            await asyncio.sleep(0)
            with pytest.raises(Busy):
                await pool.run(lambda: 1)
            line.append(asyncio.ensure_future(pool.run(lambda: 1, patience=60)))
            await asyncio.sleep(0)
        assert await asyncio.gather(*line) == [1, 1, 1]

    asyncio.run(calls())


def test_a_call_whose_waiter_is_gone_never_begins():
    begun = []

    async def calls():
        async with Stuck() as pool:
            waiter = asyncio.ensure_future(pool.run(lambda: begun.append(1)))
            await asyncio.sleep(0)
            waiter.cancel()
            await asyncio.gather(waiter, return_exceptions=True)
        await pool.run(lambda: None)

    asyncio.run(calls())
    assert begun == []


def test_what_is_to_be_done_after_each_call_is_done_after_a_failed_one_too():
    done = []

    async def calls():
        pool = ThreadPool(1, name="test", after=lambda: done.append(1))
        await pool.run(lambda: None)
        with pytest.raises(ZeroDivisionError):
            await pool.run(lambda: 1 // 0)

    asyncio.run(calls())
    assert len(done) == 2

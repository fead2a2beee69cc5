"""Time, and tables of it."""

import time
from collections.abc import Callable
from statistics import median


def medians(*works: Callable[[], object], times: int = 300) -> list[float]:
    """Return the median milliseconds of each of `works`, done in turn so that noise meets all of them alike."""
    taken: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    for _ in range(times):
        for work, durations in zip(works, taken, strict=True):
            start = time.perf_counter()
            work()
            durations.append((time.perf_counter() - start) * 1000)
    return [median(durations) for durations in taken]


def print_table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print a Markdown table, to be pasted into BENCHMARKS.md as it is."""
    for row in (head, tuple("---" for _ in head), *rows):
        print(f"| {' | '.join(row)} |")

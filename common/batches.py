"""Iteration in batches."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield `items` in lists of `size`; the last one may be shorter. Takes no more of `items` than the next list needs.

    As `itertools.batched` of Python 3.12, with lists.
    """
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch

"""Which share of the many like cases a run does: another one each day, so that all are done within days.

`TEST_ROTATION` is a number, that of the day unless it is set, or `all`. A run prints it; setting it repeats the choice.
"""

import os
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

VARIABLE = "TEST_ROTATION"
EVERYTHING = "all"

Case = TypeVar("Case")


def set_for_this_run() -> str:
    """Set the variable where it is not set, for this process and those it starts; return its value."""
    return os.environ.setdefault(VARIABLE, str(date.today().toordinal()))


def part(cases: Sequence[Case], *, of: int, days: int = 1) -> list[Case]:
    """Return every `of`-th case; at least one, and all where all are asked for.

    The first one moves by one every `days` days, so that each case is returned within `of * days` days.
    """
    rotation = os.environ.get(VARIABLE, EVERYTHING)
    if rotation == EVERYTHING:
        return [*cases]
    return [*cases[int(rotation) // days % min(of, len(cases) or 1) :: of]]

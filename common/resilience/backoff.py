"""How long to wait before something that failed is tried again."""

import random
from datetime import timedelta

LONGEST_WAIT = timedelta(hours=1)


def wait_after(failures: int, first: timedelta) -> timedelta:
    """The wait after so many failures: `first` after one (or none), doubled by each further one; 1 hour at most."""
    return min(first * 2 ** min(max(failures, 1) - 1, 20), LONGEST_WAIT)


def jitter(wait: timedelta) -> timedelta:
    """Return a random part of `wait`, from half of it to all, so that what failed together does not return together."""
    return wait * random.uniform(0.5, 1)  # noqa: S311 - not a secret

"""How a worker process is told to end."""

import signal
from typing import Any

from uploads.jobs.execute import is_interruptible

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """The first signal lets a short job finish and puts a long one back at once; the second puts any job back."""

    def __init__(self) -> None:
        self.requested = False

    def listen(self) -> None:
        for number in SIGNALS:
            signal.signal(number, self.hear)

    def hear(self, *_: Any) -> None:
        """Note the wish to end. Raises SystemExit inside a job that is to be put back."""
        again, self.requested = self.requested, True
        if again or is_interruptible():
            raise SystemExit(0)

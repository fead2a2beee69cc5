"""How a worker process is asked to end."""

import signal

from uploads.jobs.execute import is_interruptible

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """The first signal lets a short job finish and puts a long one back at once; the second puts any job back."""

    def __init__(self) -> None:
        self.requested = False

    def listen(self) -> None:
        for number in SIGNALS:
            signal.signal(number, self.request)

    def request(self, *_: object) -> None:
        """Note the signal. Raises SystemExit inside a job that is to be put back."""
        again, self.requested = self.requested, True
        if again or is_interruptible():
            raise SystemExit(0)

"""Stopping a worker process by signals."""

import signal

from uploads.jobs.execute import is_interruptible

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """The first signal lets a short job finish and queues a long one again at once; the second queues any job again."""

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

"""A small supervisor: children that are started again when they end, and that never outlive it."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

Main = Callable[[], object]
SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass
class Child:
    """One process to keep alive."""

    name: str
    main: Main
    pid: int = 0
    started_at: float = 0
    not_before: float = field(default=0, repr=False)


class Supervisor:
    """Runs each child in a forked process until SIGTERM or SIGINT; `grace` seconds later it kills what is left.

    Killing the supervisor itself with SIGKILL makes the children finish and end, since they watch for their parent.
    """

    def __init__(self, children: list[Child], *, grace: float):
        self.children, self.grace = children, grace
        self.stopping = False

    def run(self) -> None:
        for number in SIGNALS:
            signal.signal(number, self._stop)
        while not self.stopping:
            self._reap()
            for child in self.children:
                if not child.pid and time.monotonic() >= child.not_before and not self.stopping:
                    self._start(child)
            time.sleep(0.2)
        self._end_children()

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _start(self, child: Child) -> None:
        parent = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # none may reach the child before it has its own handlers
        pid = os.fork()
        if pid:
            child.pid, child.started_at = pid, time.monotonic()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            return
        os.setpgid(0, 0)  # Ctrl-C is for the supervisor; and what a child starts can be ended with it
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
        os._exit(_exit_code(child.main))

    def _reap(self) -> None:
        for child in self.children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                _signal_group(child.pid, signal.SIGKILL)  # decoders that it left behind
                quickly = time.monotonic() - child.started_at < 5
                child.not_before = time.monotonic() + (2 if quickly else 0)  # no spinning while the database is down
                if not self.stopping:
                    log.info("%s (process %s) ended and is started again.", child.name, child.pid)
                child.pid = 0

    def _end_children(self) -> None:
        """Ask, wait for what runs, ask again (jobs then put themselves back), and kill in the end."""
        for number, patience in ((signal.SIGTERM, self.grace), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
            self._signal(number)
            deadline = time.monotonic() + patience
            while time.monotonic() < deadline and any(child.pid for child in self.children):
                time.sleep(0.05)
                self._reap()

    def _signal(self, number: int) -> None:
        for child in self.children:
            if child.pid:
                os.kill(child.pid, number)


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _exit_code(main: Main) -> int:
    try:
        main()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 1
    except BaseException:
        log.exception("A supervised process failed.")
        return 1
    return 0


def _end_with(parent: int) -> None:
    """Ask this process to end when its supervisor is gone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)

"""A small supervisor: children that are started again when they end, and that never outlive it.

`manage.py work` supervises workers with it, `scripts/serve.py` the web server and the background worker.
"""

import ctypes
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

log = logging.getLogger(__name__)

Main = Callable[[], object]
SIGNALS = (signal.SIGTERM, signal.SIGINT)
MIN_UPTIME = 5.0  # seconds: a child that ended earlier is restarted after PAUSE
PAUSE = 2.0
CRASHES_WITHIN = 60.0  # seconds in which ends are counted
PR_SET_PDEATHSIG = 1  # prctl(2)


class TooManyCrashes(Exception):
    """A child keeps ending, so starting it again does not help; the sentence names it."""


@dataclass
class Child:
    """One process to keep alive: `main` runs in a fork. `exec_main` is the `main` of another program."""

    name: str
    main: Main
    pid: int = 0
    started_at: float = 0
    not_before: float = field(default=0, repr=False)
    ends: list[float] = field(default_factory=list, repr=False)


class Supervisor:
    """Runs each child in a process of its own until SIGTERM or SIGINT; `grace` seconds later it kills what is left.

    `most_crashes` is how often a child may end within a minute (None: any number of times); `say` reports each end.
    Killing the supervisor itself with SIGKILL makes the children finish and end, since they watch for their parent.
    """

    def __init__(
        self,
        children: list[Child],
        *,
        grace: float,
        most_crashes: int | None = None,
        say: Callable[[str], object] = log.info,
    ) -> None:
        self.children, self.grace, self.most_crashes, self.say = children, grace, most_crashes, say
        self.stopping = False

    def run(self) -> None:
        """Keep the children alive until a signal asks to stop. Raises TooManyCrashes."""
        with self.running():
            self.watch()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Listen to signals; all children have ended when the block is left."""
        for number in SIGNALS:
            signal.signal(number, self._stop)
        try:
            yield
        finally:
            self.stopping = True
            self._end_children()

    def watch(self) -> None:
        """Take steps until a signal asks to stop. Raises TooManyCrashes."""
        while not self.stopping:
            self.step()
            time.sleep(0.2)

    def step(self) -> None:
        """Start every child that is not running and whose time has come. Raises TooManyCrashes."""
        self._reap()
        for child in self.children:
            if not child.pid and time.monotonic() >= child.not_before and not self.stopping:
                self._start(child)

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
            if not child.pid:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid:
                self._note_end(child, os.waitstatus_to_exitcode(status))

    def _note_end(self, child: Child, code: int) -> None:
        _signal_group(child.pid, signal.SIGKILL)  # processes that it started
        now = time.monotonic()
        child.not_before = now + (PAUSE if now - child.started_at < MIN_UPTIME else 0)
        child.ends = [moment for moment in child.ends if now - moment < CRASHES_WITHIN] + [now]
        pid, child.pid = child.pid, 0
        if self.stopping:
            return
        if self.most_crashes is not None and len(child.ends) > self.most_crashes:
            raise TooManyCrashes(f"The {child.name} keeps ending (exit code {code}).")
        self.say(f"The {child.name} (process {pid}) ended with exit code {code} and is started again.")

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


def exec_main(command: Sequence[str], *, folder: Path) -> Main:
    """The `main` of a child that becomes the program `command` in `folder`, with nothing on its standard input."""
    return partial(_execute, command, folder, os.getpid())


def _execute(command: Sequence[str], folder: Path, parent: int) -> None:
    if sys.platform == "linux":  # the thread that watches for the parent does not survive the exec
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            return
    os.chdir(folder)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.execv(command[0], list(command))  # noqa: S606 - no shell is wanted


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _exit_code(main: Main) -> int:
    try:
        main()
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 1
    except BaseException:
        log.exception("A supervised process failed.")
        return 1
    return 0


def _end_with(parent: int) -> None:
    """Ask this process to end when its supervisor is gone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)

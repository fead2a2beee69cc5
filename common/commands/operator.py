"""The base of commands for operators: exit codes, `--json`, a progress bar, text that is safe on a terminal."""

import json
import signal
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from common.errors import DomainError

UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class OperatorError(CommandError):
    """Ends a command with `returncode` and a message without control characters."""

    code = 1
    sentence = ""

    def __init__(self, message: str = "") -> None:
        super().__init__(printable(message or self.sentence), returncode=self.code)


class Failed(OperatorError):
    """Exit 1: the command failed, wholly or in part; the message says what was not done."""


class UsageError(OperatorError):
    """Exit 2: the arguments are wrong; nothing was done."""

    code = 2


class Unmatched(OperatorError):
    """Exit 3: everything was done, and entries of the input match nothing; the message says how many."""

    code = 3


class LockHeld(OperatorError):
    """Exit 75 (EX_TEMPFAIL of sysexits.h): the same command is running; try again later."""

    code = 75
    sentence = "The same command is running already; try again when it is done."


class Interrupted(OperatorError):
    """Exit 130: the command was interrupted by Ctrl-C or SIGTERM."""

    code = 130
    sentence = "Interrupted; what was done so far stays done."


Number = TypeVar("Number", int, float)


def at_least(minimum: Number, number: Number, option: str) -> Number:
    """Return `number`, the value of a command's `option`. Raises UsageError for a smaller one than `minimum`."""
    if not number >= minimum:  # also for NaN
        raise UsageError(f"{option} must be at least {minimum}.")
    return number


class OperatorCommand(BaseCommand):
    """A thin caller of services: subclasses define `help`, `example` and `perform`.

    Exit codes: 0 done, 1 `Failed` or one of `expected_errors`, 2 wrong usage, 3 `Unmatched`, 75 `LockHeld`,
    130 interrupted. None of them shows a traceback unless `--traceback` asks for it. With `--json`, standard output is
    one JSON object a line.
    """

    example = ""
    expected_errors: tuple[type[Exception], ...] = (DomainError, DatabaseError, OSError)
    json = False
    quiet = False

    def perform(self, *args: Any, **options: Any) -> None:
        """Do the work; raise one of the errors above where it cannot be done."""
        raise LookupError(f"{type(self).__module__} does not implement `perform`.")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, epilog=f"example: manage.py {self.example}", **kwargs)
        parser.add_argument("--json", action="store_true", help="Print one JSON object a line instead of text.")
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        self.json = options.pop("json", False)
        self.quiet = options["verbosity"] == 0
        try:
            with _sigterm_interrupts():
                self.perform(**options)
        except KeyboardInterrupt as error:
            raise Interrupted from error
        except self.expected_errors as error:
            raise Failed(str(error)) from error

    def say(self, text: str) -> None:
        """Print a line for a person; silent with `--json`."""
        if not self.json:
            self.stdout.write(printable(text))

    def record(self, text: str, **facts: Any) -> None:
        """Print one result: `facts` as a JSON line with `--json`, else `text`."""
        if self.json:
            self.stdout.write(json.dumps(facts, default=str))
        else:
            self.say(text)

    @contextmanager
    def progress(self, title: str, total: int | Callable[[], int] | None = None) -> Iterator["Advance"]:
        """Show a bar with rate and time left on a terminal, nothing elsewhere.

        A `total` that is costly to know may be a callable, which is asked only where a bar is shown. Yields a callable
        that moves the bar on: `advance(3)`.
        """
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
        hidden = self.json or self.quiet or not console.is_terminal
        if callable(total):
            total = None if hidden else total()
        with Progress(*columns, console=console, disable=hidden, transient=True) as bar:
            yield Advance(bar, title, total)


class Rate(ProgressColumn):
    """Steps a second."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:,.0f}/s", style="progress.data.speed")


class Advance:
    """Moves one progress bar on."""

    def __init__(self, bar: Progress, title: str, total: int | None) -> None:
        self._bar = bar
        self._task = bar.add_task(printable(title), total=total)

    def __call__(self, steps: int = 1) -> None:
        self._bar.advance(self._task, steps)


def printable(text: str) -> str:
    """Return `text` with every character that could steer a terminal, or break a line, written as its escape."""
    return "".join(
        character.encode("unicode_escape").decode() if unicodedata.category(character) in UNPRINTABLE else character
        for character in text
    )


@contextmanager
def _sigterm_interrupts() -> Iterator[None]:
    """Let SIGTERM end the work as Ctrl-C does, through `finally` blocks and rollbacks."""
    try:
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    except ValueError:  # not in the main thread, as in tests that race commands
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)

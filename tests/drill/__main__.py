"""Run the drill and print its table; exits with 1 where something did not hold.

Bounded: twelve faults of `--seconds` each, a few seconds between them, nine clients that wait for their answers.
"""

import argparse
import csv
import itertools
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from tests.drill.installation import Installation, installation
from tests.drill.load import Load
from tests.drill.verdicts import GOOD_AGAIN, Verdict, judge, table, usual_seconds
from tests.fault_proxy import PASS, SILENT, SLOW, STOPPED, FaultProxy

NONE = "none"
RESTARTED = "restarted"
NEIGHBOURS = ("PostgreSQL", "Redis", "S3")
FAULTS = (STOPPED, SILENT, SLOW, RESTARTED)
DOWN = 1.0  # seconds that a restart takes
BETWEEN_RESTARTS = 5.0
BASELINE = 15.0  # seconds without any fault, to compare with
CATCHING_UP = 120.0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/drill", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="how long each fault lasts (%(default)s)")
    parser.add_argument("--neighbour", action="append", choices=NEIGHBOURS, help="only this one; may be repeated")
    parser.add_argument("--fault", action="append", choices=FAULTS, help="only this one; may be repeated")
    parser.add_argument("--answers", type=Path, metavar="FILE", help="write every answer to this CSV file")
    parser.add_argument("--port", type=int, default=0, help="of the web server (a free one)")
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and everything that was started is gone
    with installation(chosen.port) as made:
        load = Load(made.url, made.password)
        load.start()
        verdicts = [drill(made, load, NONE, NONE, min(chosen.seconds, BASELINE))]
        usual = usual_seconds(load.answers)
        for neighbour, fault in itertools.product(chosen.neighbour or NEIGHBOURS, chosen.fault or FAULTS):
            verdicts.append(drill(made, load, neighbour, fault, chosen.seconds, usual))
            print(" · ".join(verdicts[-1].cells()), flush=True)
        load.stop()
        if chosen.answers:
            write_answers(chosen.answers, load)
        left = list(aftermath(made, load))
        if left or any(verdict.faults for verdict in verdicts):
            print(made.log.read_text(errors="replace")[-20_000:], file=sys.stderr)
    print(f"\n{table(verdicts)}\n")
    print("\n".join(left) or f"Afterwards all is whole, {len(load.acknowledged)} acknowledged uploads among it.")
    return 1 if left or any(verdict.faults for verdict in verdicts) else 0


def drill(
    made: Installation,
    load: Load,
    neighbour: str,
    fault: str,
    seconds: float,
    usual: Mapping[str, float] = MappingProxyType({}),
) -> Verdict:
    """Let one neighbour fail for so long, and wait for the clients to be served again."""
    time.sleep(2)
    began = time.monotonic()
    if neighbour == NONE:
        time.sleep(seconds)
    else:
        fail(made.proxies[neighbour], fault, seconds)
    print(f"{began:.1f} {neighbour} {fault}, back at {time.monotonic():.1f}", file=sys.stderr)
    returned_at = time.monotonic()
    time.sleep(GOOD_AGAIN + 10)  # what was asked for before the return has an answer by then
    answers = [answer for answer in list(load.answers) if answer.asked >= began]
    return judge(neighbour, fault, answers, returned_at=returned_at, usual=usual)


def fail(proxy: FaultProxy, fault: str, seconds: float) -> None:
    ends = time.monotonic() + seconds
    if fault != RESTARTED:
        proxy.set(fault)
        time.sleep(seconds)
    while fault == RESTARTED and time.monotonic() < ends:
        proxy.set(STOPPED)
        time.sleep(min(DOWN, seconds))
        proxy.set(PASS)
        time.sleep(max(min(BETWEEN_RESTARTS, ends - time.monotonic()), 0))
    proxy.set(PASS)


def write_answers(path: Path, load: Load) -> None:
    """Write what was asked for, when (seconds of the monotonic clock), and what came."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("name", "status", "asked", "came"))
        rows.writerows((each.name, each.status, each.asked, each.came) for each in load.answers)


def eventually(true: Callable[[], bool]) -> bool:
    """Whether it becomes true while background work catches up."""
    ends = time.monotonic() + CATCHING_UP
    while not true():
        if time.monotonic() > ends:
            return False
        time.sleep(1)
    return True


def aftermath(made: Installation, load: Load) -> Iterator[str]:
    """What is not as it should be when all neighbours are back."""
    if lost := load.lost():
        yield f"Acknowledged and lost: {', '.join(lost)}"
    if not eventually(load.is_ready):
        yield "/readyz does not say that all is ready."
    if not eventually(lambda: not load.undrawn()):
        yield f"Without a picture still: {', '.join(load.undrawn())}"
    for command, clean in (
        (("verify_files", "--all"), ""),
        (("audit_orphans",), ""),
        (("recount_storage",), "0 accounts differ"),
        (("recount_usages",), "0 counters differ"),
    ):
        code, told = made.manage(*command)
        if code or clean not in told:
            yield f"{' '.join(command)} ({code}): {told[-2000:]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""All checks of the project, stopping at the first stage that fails.

Run by `scripts/test`, which makes the environment first. docs/testing.md says which command is for what.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack

from scripts import stages
from scripts.stages import CORES, COVERAGE, ROOT, Chain, Stage
from tests import rotation
from tests.databases import run_folder
from tests.postgres import NoServer, postgres_server

PARTS = ("static", "javascript", "postgres", "sqlite", "browser")
Step = Stage | list[Chain]  # one command, or chains of commands side by side


def normal_steps(parts: Collection[str], extra: list[str], stack: ExitStack) -> Iterator[Step]:
    """Everything once: PostgreSQL all tests, SQLite what differs there and a part of the others, pages one way.

    Of test functions with many cases PostgreSQL runs half.
    """
    yield from all_steps(
        parts,
        stack,
        postgres=extra or ["--half-of-many"],
        sqlite=extra or ["--differing"],
        browser=extra or ["--one-variation"],
    )


def nightly_steps(parts: Collection[str], extra: list[str], stack: ExitStack) -> Iterator[Step]:
    """Every case everywhere, coverage and the drill; the durations that order the tests are recorded."""
    record = ["--record-slow"]
    measured = [*record, *COVERAGE, *extra]
    yield from all_steps(parts, stack, postgres=[*record, *extra], sqlite=measured, browser=measured)
    if {"sqlite", "browser"} <= set(parts) and not extra:
        yield stages.coverage_stage()
        yield stages.drill_stage()


def coverage_steps(extra: list[str]) -> Iterator[Step]:
    """The passes on SQLite and in a browser with coverage, which take half as long again."""
    yield stages.sqlite_stage([*COVERAGE, *extra])
    yield from stages.browser_stages([*COVERAGE, *extra])
    if not extra:
        yield stages.coverage_stage()


def fast_steps(extra: list[str]) -> Iterator[Step]:
    """Style, and one case of each quick test on SQLite; without a browser and an S3 server."""
    yield Stage("style", ["ruff", "check", "."])
    yield stages.sqlite_stage(extra or ["--quick", "-m", "not browser and not s3"])


def all_steps(
    parts: Collection[str], stack: ExitStack, *, postgres: list[str], sqlite: list[str], browser: list[str]
) -> Iterator[Step]:
    """The steps of `parts`, each with its arguments for pytest."""
    side_by_side: list[Chain] = []
    if "static" in parts:
        side_by_side += stages.static_chains()
    if "javascript" in parts:
        side_by_side += stages.javascript_chains()
    if "postgres" in parts:
        url = stack.enter_context(postgres_server())
        side_by_side.append(stages.migrations_chain(url))
    yield side_by_side
    if "postgres" in parts:
        yield stages.postgres_stage(url, postgres)
    if "sqlite" in parts:
        yield stages.sqlite_stage(sqlite)
    if "browser" in parts:
        yield from stages.browser_stages(browser)


def run_all(steps: Iterator[Step]) -> int:
    """Run the steps in order; print what each command took, and the name of the one that failed."""
    started, took = time.monotonic(), []
    for step in steps:
        ran = run_side_by_side(step) if isinstance(step, list) else [run_one(step)]
        took += [f"{stage.name} {seconds:.0f} s" for stage, _, seconds in ran]
        failed = [stage for stage, succeeded, _ in ran if not succeeded]
        for stage in failed:
            print(f"\nFAILED: {stage.name} ({' '.join(map(str, stage.command))})", file=sys.stderr)
        if failed:
            return 1
    print(f"\n{' · '.join(took)}\nAll in {(time.monotonic() - started) / 60:.1f} minutes.")
    return 0


Ran = tuple[Stage, bool, float]  # whether it succeeded, and its seconds


def run_one(stage: Stage) -> Ran:
    print(f"\n=== {stage.name}", flush=True)
    started = time.monotonic()
    return stage, stage.run().returncode == 0, time.monotonic() - started


def run_side_by_side(chains: list[Chain]) -> list[Ran]:
    """Run as many chains at once as there are cores; the output of each is shown at its end."""
    with ThreadPoolExecutor(CORES) as pool:
        ran: list[Ran] = []
        for chain in as_completed([pool.submit(run_chain, chain) for chain in chains]):
            ran += chain.result()
        return ran


def run_chain(chain: Chain) -> list[Ran]:
    ran: list[Ran] = []
    for stage in chain:
        started = time.monotonic()
        done = stage.run(captured=True)
        print(f"\n=== {stage.name}\n{done.stdout}".rstrip(), flush=True)
        ran.append((stage, done.returncode == 0, time.monotonic() - started))
        if done.returncode:
            break
    return ran


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/test", description=__doc__, epilog="example: scripts/test --fast -- uploads -k visibility"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--fast", action="store_true", help="style, and one case of each test on SQLite; no browser")
    how.add_argument("--nightly", action="store_true", help="every case on both databases, coverage, and the drill")
    how.add_argument("--coverage", action="store_true", help="coverage of the tests on SQLite and in a browser")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part of the checks; may be repeated")
    parser.add_argument("pytest", nargs="*", metavar="-- ARGUMENT", help="passed to pytest, which then selects alone")
    return parser.parse_args(arguments)


def steps_of(options: argparse.Namespace, stack: ExitStack) -> Iterator[Step]:
    parts, extra = options.only or PARTS, options.pytest
    if options.fast:
        return fast_steps(extra)
    if options.coverage:
        return coverage_steps(extra)
    return (nightly_steps if options.nightly else normal_steps)(parts, extra, stack)


def main() -> int:
    options = options_of()
    os.chdir(ROOT)
    with ExitStack() as stack:
        os.environ["DATA_DIR"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="media-library-checks-"))
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.testing"
        if options.nightly:
            os.environ[rotation.VARIABLE] = rotation.EVERYTHING
        print(f"Cases of {rotation.VARIABLE}={rotation.set_for_this_run()}", flush=True)
        (ROOT / ".coverage").unlink(missing_ok=True)
        steps = steps_of(options, stack)
        stack.enter_context(run_folder())
        return run_all(steps)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except NoServer as error:
        sys.exit(f"FAILED: tests on PostgreSQL ({error})")

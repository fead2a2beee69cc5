"""What an audit costs: `python -m benchmarks.audit [--rows 1000000] [--files 50000]`.

A million rows on PostgreSQL against a million keys, one in a thousand on either side alone; beside it, in the same
run, reading each side alone. Then a tree of real files on disk against as many rows. Each runs in a process of its
own, whose peak memory is printed. Exits with 1 when a target is missed.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, cast

from benchmarks.installation import ROOT, installation
from benchmarks.measuring import print_table

MOST_TIMES_BOTH_SIDES = 1.5
MOST_MEMORY = 150  # MB
TIMES = 3
OLD = datetime(2024, 1, 1, tzinfo=UTC)


class Synthetic:
    """The keys of the rows as a store would list them, but one in a thousand; and one in a thousand more."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def objects(self, prefix: str) -> Iterator[Any]:
        from uploads.storage.contract import StoredObject

        with self.path.open(encoding="utf-8") as file:
            for number, line in enumerate(file):
                key, _, size = line.rstrip("\n").partition("\t")
                if number % 1000 != 7:
                    yield StoredObject(key, int(size), '"etag"', OLD)
                if number % 1000 == 500:
                    yield StoredObject(f"{key}~", 1, '"etag"', OLD)

    def sorted_objects(self, prefix: str) -> Iterator[Any]:
        return self.objects(prefix)


def write_keys(path: Path) -> None:
    """The keys and sizes of all rows, in order."""
    from uploads.models import Upload

    with path.open("w", encoding="utf-8") as file:
        for key, size in Upload.everything.order_by("key").values_list("key", "size").iterator(10_000):
            file.write(f"{key}\t{size}\n")


def write_files(count: int) -> None:
    """Put real files at the keys of `count` rows, call the others assets, and age them."""
    from django.db import connection

    from uploads.models import Upload
    from uploads.storage import store
    from uploads.storage.disk.store import DiskStore

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE uploads_upload SET storage = 'assets' WHERE id NOT IN "
            "(SELECT id FROM uploads_upload ORDER BY key LIMIT %s)",
            [count],
        )
    root = Path(cast(DiskStore, store("media")).tree.root)
    for number, (key, size) in enumerate(
        Upload.everything.filter(storage="media").order_by("key").values_list("key", "size")
    ):
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        if number % 1000 != 7:
            with path.open("wb") as file:
                file.truncate(size)  # sparse: only the size matters
            os.utime(path, (OLD.timestamp(), OLD.timestamp()))


def alone(works: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Seconds of each of `works`, the median of some, in turn."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(TIMES):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            taken[name].append(time.perf_counter() - start)
    return {name: median(seconds) for name, seconds in taken.items()}


def measure(source: Any, folder: Path) -> dict[str, Any]:
    """Time an audit of the media store, and both its sides alone."""
    from uploads.audit.findings import Scope
    from uploads.audit.referenced_keys import expected_keys
    from uploads.audit.scan import audit

    scope, plans = Scope(storages=("media",)), []

    def consume(things: Iterator[Any]) -> None:
        for _ in things:
            pass

    seconds = alone(
        {
            "keys": lambda: consume(source.objects("")),
            "rows": lambda: consume(expected_keys("media")),
            "audit": lambda: plans.append(audit(scope, sources={"media": source}, path=folder / "plan.jsonl")),
        }
    )
    tally = plans[-1].summary.tallies["media"]
    facts = {"objects": tally.objects, "rows": tally.rows, "found": tally.found, "seconds": seconds}
    return {**facts, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def in_a_process(what: str, folder: Path) -> dict[str, Any]:
    """Measure where nothing else has used memory."""
    command = [sys.executable, "-m", "benchmarks.audit", "--only", what, "--folder", str(folder)]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])


def only(what: str, folder: Path) -> None:
    """In the process of its own."""
    import django

    django.setup()
    from uploads.audit.sources import Listing

    source = Synthetic(folder / "keys") if what == "synthetic" else Listing("media")
    print(json.dumps(measure(source, folder)))


def run(rows: int, files: int) -> list[str]:
    """Print the table; return the targets that were missed."""
    results = {}
    with installation():
        from django.conf import settings

        from benchmarks.seeding import seed

        folder = Path(settings.DATA_DIR)
        seed(rows)
        write_keys(folder / "keys")
        results[f"{rows:,} synthetic keys"] = in_a_process("synthetic", folder)
        write_files(files)
        results[f"{files:,} files on disk"] = in_a_process("disk", folder)
    missed, lines = [], []
    for name, facts in results.items():
        seconds, memory = facts["seconds"], facts["memory"]
        ratio = seconds["audit"] / (seconds["keys"] + seconds["rows"])
        shown = [f"{seconds[each]:.2f}" for each in ("audit", "keys", "rows")]
        lines.append((name, *shown, f"{ratio:.2f}", f"{memory:.0f}", json.dumps(facts["found"])))
        if ratio > MOST_TIMES_BOTH_SIDES:
            missed.append(f"{name}: {ratio:.2f} times both sides alone")
        if memory > MOST_MEMORY:
            missed.append(f"{name}: {memory:.0f} MB")
    print_table(("against rows", "audit, s", "keys alone, s", "rows alone, s", "ratio", "peak MB", "found"), lines)
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="uploads in all organizations (default: a million)")
    parser.add_argument("--files", type=int, default=50_000, help="real files, on disk (default: 50,000)")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.only:
        only(chosen.only, chosen.folder)
        return 0
    missed = run(chosen.rows, chosen.files)
    for line in missed:
        print(f"MISSED: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

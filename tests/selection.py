"""Which tests a pass runs, and in which order. docs/testing.md says which command runs what, and why that proves it.

PostgreSQL runs every quick test function, and of one with MANY cases half of them, the other half on the next day.
SQLite runs, whole, the tests of what differs between databases (DIFFERING), and of the other quick tests that use a
database one case of each second function, the others on the next day. Of the functions that take seconds PostgreSQL
runs half, and SQLite the other half where databases differ; on the next day they change. Tests without a database run
once. A browser runs one of the variations of a test (width, colour scheme, store), another one on the next day, and
half of the functions that take seconds.
"""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests import rotation

# Modules with a branch for each database, and the tests that go through it. tests/test_selection.py keeps it whole.
VENDOR_BRANCHES = {
    "common/commands/locking.py": ("permissions/tests/test_operator_commands.py", "uploads/tests/audit/*"),
    "common/db/clock.py": ("uploads/tests/jobs/*",),
    "common/db/computed_columns.py": ("tests/test_search.py", "tests/test_paging.py"),
    "common/db/compiled.py": ("tests/test_statements.py",),
    "common/db/json_rows.py": ("tests/test_statements.py",),
    "common/db/lookups.py": (
        "uploads/tests/files/bulk/test_outcomes.py",
        "uploads/tests/files/bulk/test_statements.py",
    ),
    "common/db/migration_operations.py": ("tests/test_migrations.py",),
    "common/db/recompute.py": ("tests/test_search.py", "tests/test_commands.py"),
}
# And what databases do differently with the same code: constraints, locks, rollback, order, processes that share one.
DIFFERING = (
    *sorted({pattern for patterns in VENDOR_BRANCHES.values() for pattern in patterns}),
    "*constraints*",
    "*_races.py",
    "*/db/*",
    "tests/crashes/*",
    "tests/worker/test_worker.py",
    "tests/test_backup.py",
    "uploads/tests/outbox/*",
    "uploads/tests/files/purge/*",
    "uploads/tests/storage/test_quota.py",
    "uploads/tests/api/test_lists.py",
    "uploads/tests/api/test_filters.py",
)
MANY = 12  # cases of one function, of which half run on PostgreSQL each day
WHOLE = ("tests/test_truth_table.py", "tests/test_access_table.py")  # every case each day: who may do what
VARIATIONS = {"width", "scheme", "tab", "any_store", "kept"}  # parameters of tests in a browser that take turns
DAYS_ON_SQLITE = 2  # days in which each quick test function with a database runs on SQLite
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
SLOW = Path(__file__).with_name("slow.json")
SLOW_FROM = 2.0  # seconds


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("selection", "which tests a pass runs")
    group.addoption("--differing", action="store_true", help="where databases differ, and a part of the others")
    group.addoption("--half-of-many", action="store_true", help=f"of a function with {MANY} cases half of them")
    group.addoption("--one-variation", action="store_true", help="of tests in a browser one variation")
    group.addoption("--quick", action="store_true", help="one case of each test that takes no seconds")
    group.addoption("--record-slow", action="store_true", help=f"write what takes {SLOW_FROM:.0f} s into {SLOW.name}")


def pytest_configure(config: pytest.Config) -> None:
    rotation.set_for_this_run()
    if config.option.record_slow and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Durations())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    slow = seconds_of_functions()
    quick = [item for item in items if function_of(item) not in slow]
    if config.option.differing:
        others = one_of_each(filter(uses_a_database, quick), days=DAYS_ON_SQLITE)
        differing = [item for item in items if differs(item)]
        _keep(config, items, [*take_turns(differing, slow, today=1), *others])
    elif config.option.quick:
        _keep(config, items, one_of_each(quick))
    elif config.option.half_of_many:
        _keep(config, items, take_turns(half_of_many(items), slow, today=0))
    elif config.option.one_variation:
        _keep(config, items, take_turns(one_variation(items), slow, today=0))
    if "PYTEST_XDIST_WORKER_COUNT" in os.environ:
        items[:] = slow_first(items, workers=int(os.environ["PYTEST_XDIST_WORKER_COUNT"]))


def differs(item: pytest.Item) -> bool:
    """Whether databases can make a difference; what an S3 server answers depends on none."""
    if item.get_closest_marker("s3") is not None:
        return False
    path = item.nodeid.partition("::")[0]
    return any(fnmatch(path, pattern) for pattern in DIFFERING) or item.get_closest_marker("differing") is not None


def uses_a_database(item: pytest.Item) -> bool:
    """Whether pytest-django lets the test query: it blocks the others."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & DATABASE_FIXTURES)


def one_of_each(items: Iterable[pytest.Item], *, days: int = 1) -> list[pytest.Item]:
    """One case of every test function, chosen by the day; each function within `days` days."""
    return _one_of_each(items, function_of, days=days)


def take_turns(items: Iterable[pytest.Item], slow: Collection[str], *, today: int) -> list[pytest.Item]:
    """Every quick item, and half of the slow functions: the one half (`today` 0) or the other (1), and vice versa."""
    items = list(items)
    names = sorted(slow)
    chosen = {*rotation.part(names, of=2)}
    if today:
        chosen = {*names} - chosen or {*names}
    return [item for item in items if is_whole(item) or function_of(item) not in slow or function_of(item) in chosen]


def is_whole(item: pytest.Item) -> bool:
    """Whether every case runs each day."""
    return item.nodeid.startswith(WHOLE)


def half_of_many(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Every item, but half of the cases of a function with MANY, unless databases differ or it is in WHOLE."""
    cases = defaultdict(list)
    for item in items:
        cases[function_of(item)].append(item)
    chosen: list[pytest.Item] = []
    for each in cases.values():
        keeps_all = len(each) < MANY or is_whole(each[0]) or differs(each[0])
        chosen += each if keeps_all else rotation.part(each, of=2)
    return chosen


def one_variation(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """One of the variations of every case that has some, chosen by the day; every other item."""
    return _one_of_each(items, without_variations)


def _one_of_each(
    items: Iterable[pytest.Item], name: Callable[[pytest.Item], str], *, days: int = 1
) -> list[pytest.Item]:
    cases = defaultdict(list)
    for item in items:
        cases[name(item)].append(item)
    groups = rotation.part(list(cases.values()), of=days)
    ordered = (sorted(each, key=lambda item: item.nodeid) for each in groups)
    return [item for each in ordered for item in rotation.part(each, of=len(each), days=days)]


def function_of(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def without_variations(item: pytest.Item) -> str:
    """The name of a case without its variation: the same for all of them."""
    values = getattr(getattr(item, "callspec", None), "params", {})
    return f"{function_of(item)} {[value for name, value in sorted(values.items()) if name not in VARIATIONS]!r}"


def slow_first(items: list[pytest.Item], *, workers: int) -> list[pytest.Item]:
    """Order for xdist, which gives each worker a block of the list: each block begins with its share of slow tests.

    Tests that share a fixture of their module, such as a server, stay together, so that it is made once.
    """
    seconds, units = seconds_of_functions(), defaultdict(list)
    for item in items:
        units[unit_of(item)].append(item)
    cost = {name: sum(seconds.get(function_of(item), 0.0) for item in unit) for name, unit in units.items()}
    shares: list[list[pytest.Item]] = [[] for _ in range(workers)]
    load = [0.0] * workers
    for name in sorted(filter(cost.__getitem__, cost), key=lambda name: -cost[name]):
        least = load.index(min(load))
        shares[least] += units[name]
        load[least] += cost[name]
    others = [item for name, unit in units.items() if not cost[name] for item in unit]
    ordered, size = [], len(items) // workers
    for share in shares:
        rest = len(others) if share is shares[-1] else max(size - len(share), 0)
        ordered += [*share, *others[:rest]]
        del others[:rest]
    return ordered


def unit_of(item: pytest.Item) -> str:
    """The name of the tests that run on one worker: those of a module with a fixture of its own, else the function."""
    fixtures = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {}).values()
    shared = any(definition.scope == "module" for definitions in fixtures for definition in definitions)
    return item.nodeid.partition("::")[0] if shared else function_of(item)


def seconds_of_functions() -> dict[str, float]:
    return json.loads(SLOW.read_text()) if SLOW.exists() else {}


def _keep(config: pytest.Config, items: list[pytest.Item], kept: list[pytest.Item]) -> None:
    names = {item.nodeid for item in kept}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in names])
    items[:] = [item for item in items if item.nodeid in names]


class Durations:
    """Writes how long the slowest case of each slow test function took; what was not run keeps its number."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration

    def pytest_sessionfinish(self) -> None:
        known = seconds_of_functions()
        slowest: dict[str, float] = defaultdict(float)
        for nodeid, seconds in self.seconds.items():
            function = nodeid.partition("[")[0]
            slowest[function] = max(slowest[function], seconds)
        merged = {name: round(seconds, 1) for name, seconds in {**known, **slowest}.items() if seconds >= SLOW_FROM}
        SLOW.write_text(json.dumps(dict(sorted(merged.items(), key=lambda each: -each[1])), indent=0) + "\n")

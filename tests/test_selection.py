"""What a pass on SQLite leaves out is proven on PostgreSQL alone; nothing with a branch for SQLite is left out."""

import itertools
from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts.stages import BROWSER_TESTS
from tests import rotation
from tests.selection import DIFFERING, VENDOR_BRANCHES, half_of_many, one_of_each, one_variation, slow_first, take_turns

ROOT = Path(__file__).resolve().parent.parent
MARK = "mark." + "browser"
APPS = ("common", "permissions", "uploads", "resources", "media_library", "config")


class Item:
    def __init__(self, nodeid):
        self.nodeid = nodeid

    def get_closest_marker(self, name):
        return None


def ids(items):
    return [item.nodeid for item in items]


def test_every_module_with_a_branch_for_a_database_names_its_tests():
    sources = {path.relative_to(ROOT) for app in APPS for path in (ROOT / app).rglob("*.py")}
    ours = [path for path in sources if not {"tests", "migrations"} & {*path.parts}]

    assert {str(path) for path in ours if "connection.vendor" in (ROOT / path).read_text()} == set(VENDOR_BRANCHES)


@pytest.mark.parametrize("pattern", DIFFERING)
def test_every_pattern_of_what_differs_finds_tests(pattern):
    paths = [str(path.relative_to(ROOT)) for folder in ("tests", *APPS) for path in (ROOT / folder).rglob("test_*.py")]

    assert any(fnmatch(path, pattern) for path in paths)


def test_every_case_has_its_day(monkeypatch):
    cases = [Item(f"a.py::test[{letter}]") for letter in "abc"]
    seen = []
    for day in range(100, 103):
        monkeypatch.setenv(rotation.VARIABLE, str(day))
        seen += ids(one_of_each([*cases, Item("a.py::other")]))

    assert sorted(seen) == ["a.py::other"] * 3 + ids(cases)


def test_every_case_of_every_function_has_its_day_where_functions_take_turns(monkeypatch):
    items = [Item(f"a.py::{function}[{number}]") for function in ("one", "two", "three") for number in range(4)]
    seen = []
    for day in range(100, 108):
        monkeypatch.setenv(rotation.VARIABLE, str(day))
        chosen = ids(one_of_each(items, days=2))
        assert len(chosen) in (1, 2)
        seen += chosen

    assert sorted(seen) == sorted(ids(items))


def test_of_variations_one_has_its_day_and_every_case_runs(monkeypatch):
    items = [Item(f"a.py::test[{each}-{width}]") for each in ("first", "second") for width in (390, 1440)]
    for item, (each, width) in zip(items, itertools.product(("first", "second"), (390, 1440)), strict=True):
        item.callspec = SimpleNamespace(params={"each": each, "width": width})
    monkeypatch.setenv(rotation.VARIABLE, "100")
    today = ids(one_variation([*items, Item("a.py::other")]))
    monkeypatch.setenv(rotation.VARIABLE, "101")
    tomorrow = ids(one_variation([*items, Item("a.py::other")]))

    assert len(today) == len(tomorrow) == 3
    assert {*today, *tomorrow} == {*ids(items), "a.py::other"}


def test_slow_functions_take_turns_between_the_databases_and_days(monkeypatch):
    slow = {f"a.py::slow{number}": 5.0 for number in range(7)}
    table = "tests/test_truth_table.py::cells"
    items = [Item(name) for name in (*slow, table, "a.py::quick")]
    runs = {}
    for day in ("100", "101"):
        monkeypatch.setenv(rotation.VARIABLE, day)
        runs[day] = [ids(take_turns(items, {**slow, table: 9.0}, today=today)) for today in (0, 1)]

    for one, other in (runs["100"], runs["101"], [runs["100"][0], runs["101"][0]]):
        assert sorted([*one, *other]) == sorted([*slow, *[table, "a.py::quick"] * 2])
    monkeypatch.setenv(rotation.VARIABLE, "all")
    assert [ids(take_turns(items, slow, today=today)) for today in (0, 1)] == [ids(items)] * 2


def test_half_of_many_cases_have_their_day_and_all_of_few(monkeypatch):
    many = [Item(f"a.py::many[{number}]") for number in range(13)]
    few = [Item(f"a.py::few[{number}]") for number in range(11)]
    table = [Item(f"tests/test_truth_table.py::cells[{number}]") for number in range(40)]
    kept = []
    for day in ("100", "101"):
        monkeypatch.setenv(rotation.VARIABLE, day)
        kept.append(ids(half_of_many([*many, *few, *table])))

    assert {*kept[0]} & {*ids(many)} != {*ids(many)}
    assert sorted([*kept[0], *kept[1]]) == sorted([*ids(many), *ids(few) * 2, *ids(table) * 2])


def test_a_browser_is_only_driven_from_its_folders():
    """The pass in a browser collects these alone."""
    marked = [path for app in ("tests", *APPS) for path in (ROOT / app).rglob("test_*.py") if MARK in path.read_text()]

    assert all(any(path.is_relative_to(ROOT / folder) for folder in BROWSER_TESTS) for path in marked)
    assert len(marked) > 20


def test_every_point_has_its_day(monkeypatch):
    seen = []
    for day in range(7, 11):
        monkeypatch.setenv(rotation.VARIABLE, str(day))
        seen += rotation.part(range(10), of=4)

    assert sorted(seen) == [*range(10)]


def test_every_case_is_chosen_where_all_are_asked_for(monkeypatch):
    monkeypatch.setenv(rotation.VARIABLE, "all")

    assert rotation.part(range(10), of=4) == [*range(10)]


def test_the_block_of_each_worker_begins_with_slow_tests(monkeypatch):
    monkeypatch.setattr("tests.selection.seconds_of_functions", lambda: {"slow": 9.0, "slower": 10.0, "slowish": 5.0})
    items = [Item(name) for name in ("a", "slow", "b", "slower", "c", "slowish", "d")]

    assert ids(slow_first(items, workers=2)) == ["slower", "a", "b", "slow", "slowish", "c", "d"]


def test_tests_that_share_a_fixture_of_their_module_stay_together(monkeypatch):
    monkeypatch.setattr("tests.selection.seconds_of_functions", lambda: {"m.py::slow": 5.0, "n.py::slow": 6.0})
    items = [Item(name) for name in ("n.py::a", "m.py::slow", "n.py::slow", "m.py::b")]
    for item in (items[1], items[3]):
        item._fixtureinfo = SimpleNamespace(name2fixturedefs={"server": [SimpleNamespace(scope="module")]})

    assert ids(slow_first(items, workers=2)) == ["n.py::slow", "n.py::a", "m.py::slow", "m.py::b"]

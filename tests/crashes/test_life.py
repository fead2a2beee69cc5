"""A process may end at any line: doing it again finishes it, and at no time are there bytes or rows of nobody."""

import json

import pytest

from tests.crashes.points import POINTS, chosen
from tests.worker.installation import new_installation

FEW = 10


def crashed(folder, function, kills=1.0, points=POINTS, **environment):
    """Run a function of the modules that crash, and return what it reports; `kills` is the least for each point."""
    report = folder / "report.json"
    module, name = function.split(":")
    with new_installation(folder) as installation:
        installation.environment |= environment
        code = f"from {module} import {name}; {name}(points={points}, report={str(report)!r})"
        assert installation.manage("shell", "-v0", "-c", code).wait() == 0, (folder / "log").read_text()
    facts = json.loads(report.read_text())
    assert facts["broken"] == []
    assert facts["killed"] >= len(chosen(points)) * kills
    return facts


def on_s3(server):
    """Two buckets, and fewer points: every object is some requests away."""
    buckets = {"MEDIA_BUCKET": server.new_bucket(), "ASSETS_BUCKET": server.new_bucket()}
    return {**server.settings(), **buckets, "points": FEW}


# SD-07 ST-06 CM-03
def test_a_purge_killed_at_any_line_is_finished_by_running_it_again(tmp_path):
    facts = crashed(tmp_path, "tests.crashes.purges:crash_purges")
    assert (facts["left"], facts["entries"]) == (0, 0)


@pytest.mark.s3
def test_on_s3_a_killed_purge_is_finished_by_running_it_again(tmp_path, s3_server):
    facts = crashed(tmp_path, "tests.crashes.purges:crash_purges", **on_s3(s3_server))
    assert (facts["left"], facts["entries"]) == (0, 0)


# DB-02 DB-09
def test_a_replacement_killed_at_any_line_has_happened_or_has_not(tmp_path):
    facts = crashed(tmp_path, "tests.crashes.versions:crash_versions")
    assert facts["versions"] == 1
    assert facts["stored"] == facts["known"]


# MG-02 CM-03
def test_an_import_killed_at_any_line_goes_on_when_it_is_run_again(tmp_path):
    facts = crashed(tmp_path, "tests.crashes.imports:crash_imports")
    assert facts["imported"] == facts["described"] == facts["sources"]
    assert facts["left"] == 0
    assert facts["untouched"]


@pytest.mark.s3
def test_on_s3_a_killed_import_goes_on_when_it_is_run_again(tmp_path, s3_server):
    facts = crashed(tmp_path, "tests.crashes.imports:crash_imports", **on_s3(s3_server))
    assert facts["imported"] == facts["sources"]
    assert facts["left"] == 0


# CM-03
def test_an_import_into_the_resource_library_killed_at_any_line_goes_on_when_it_is_run_again(tmp_path):
    facts = crashed(tmp_path, "tests.crashes.library:crash_library_imports", kills=0.75)
    assert facts["half"] == 0
    assert facts["resources"] == facts["points"] + 1
    assert facts["uploads"] == 3 * facts["resources"]

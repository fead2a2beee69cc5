"""A purge may end at any line: doing it again finishes it, and at no time are there bytes or rows of nobody."""

import json

from tests.worker.installation import new_installation

POINTS = 40


# SD-07 ST-06 CM-03
def test_a_purge_killed_at_any_line_is_finished_by_running_it_again(tmp_path):
    report = tmp_path / "report.json"
    with new_installation(tmp_path) as installation:
        code = f"from tests.crashing_purges import crash_purges; crash_purges(points={POINTS}, report={str(report)!r})"
        assert installation.manage("shell", "-v0", "-c", code).wait() == 0, (tmp_path / "log").read_text()
    facts = json.loads(report.read_text())
    assert facts["broken"] == []
    assert (facts["left"], facts["entries"]) == (0, 0)
    assert facts["killed"] > POINTS * 1.5

"""A clean-up may end at any line: doing it again finishes it, and nothing that belongs to somebody is touched."""

import json

import pytest

from tests.crashing import POINTS
from tests.worker.installation import new_installation


# OC-06 CM-03 ST-06
@pytest.mark.parametrize("points", [POINTS])
def test_commands_killed_at_any_line_are_finished_by_running_them_again(tmp_path, points):
    report = tmp_path / "report.json"
    with new_installation(tmp_path) as installation:
        code = f"from tests.crashing_cleanings import crash_cleanings; crash_cleanings(points={points}, "
        code += f"report={str(report)!r})"
        assert installation.manage("shell", "-v0", "-c", code).wait() == 0, (tmp_path / "log").read_text()[-5000:]
    facts = json.loads(report.read_text())
    assert facts["broken"] == []
    assert (facts["left"], facts["entries"]) == ([], 0)
    assert len(facts["killed"]) == 4
    assert all(killed > points * 0.75 for killed in facts["killed"].values()), facts["killed"]

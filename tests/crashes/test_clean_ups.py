"""A clean-up may end at any line: doing it again finishes it, and nothing that a row needs is touched."""

import json

import pytest

from tests.crashes.clean_ups import COMMANDS
from tests.crashes.points import POINTS, chosen
from tests.worker.installation import new_installation


# OC-06 CM-03 ST-06
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_killed_at_any_line_is_finished_by_running_it_again(tmp_path, command):
    report = tmp_path / "report.json"
    with new_installation(tmp_path) as installation:
        code = "from tests.crashes.clean_ups import crash_cleanings; "
        code += f"crash_cleanings(name={command!r}, points={POINTS}, report={str(report)!r})"
        assert installation.manage("shell", "-v0", "-c", code).wait() == 0, (tmp_path / "log").read_text()[-5000:]
    facts = json.loads(report.read_text())
    assert facts["broken"] == []
    assert (facts["left"], facts["entries"]) == ([], 0)
    assert facts["killed"] > len(chosen(POINTS)) * 0.75

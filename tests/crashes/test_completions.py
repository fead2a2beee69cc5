"""A process may end at any line: what is left is an open session or a whole upload."""

import json

from tests.crashes.points import chosen
from tests.worker.installation import new_installation

POINTS = 50


# US-30 DB-02 DB-09
def test_a_completion_or_a_form_killed_at_any_line_leaves_an_open_session_or_a_whole_upload(tmp_path):
    report = tmp_path / "report.json"
    with new_installation(tmp_path) as installation:
        code = "from tests.crashes.completions import crash_completions; "
        code += f"crash_completions(points={POINTS}, report={str(report)!r})"
        assert installation.manage("shell", "-v0", "-c", code).wait() == 0, (tmp_path / "log").read_text()
    facts = json.loads(report.read_text())
    assert facts["broken"] == []
    assert facts["killed"] > len(chosen(POINTS))
    assert facts["uploads"] >= len(chosen(POINTS))
    assert facts["due"] == 0

"""The workflows of the forge call `scripts/test` and repeat nothing of it."""

import re
from pathlib import Path

import pytest
import yaml

from scripts.checks import PARTS

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
VERSIONED = re.compile(r"[\w.-]+/[\w.-]+@v\d+\.\d+\.\d+")


def jobs(path: Path) -> dict:
    return yaml.safe_load(path.read_text())["jobs"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_and_nothing_is_secret(path):
    steps = [step for job in jobs(path).values() for step in job["steps"]]
    assert [step["uses"] for step in steps if "uses" in step and not VERSIONED.fullmatch(step["uses"])] == []
    assert "secrets." not in path.read_text()
    assert yaml.safe_load(path.read_text())["permissions"] == {"contents": "read"}


def test_every_part_of_the_checks_has_a_job_on_every_python():
    checks = jobs(ROOT / ".github/workflows/checks.yml")
    runs = [step.get("run", "") for job in checks.values() for step in job["steps"]]
    matrix = checks["tests"]["strategy"]["matrix"]
    named = {run.partition("--only ")[2] for run in runs if "scripts/test" in run} | set(matrix["database"])
    assert named - {"${{ matrix.database }}"} == set(PARTS)
    assert matrix["python"] == ["3.11", "3.12", "3.13"]

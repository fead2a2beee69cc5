"""Documents that lead somewhere."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(document):
    targets = [target.split("#")[0] for target in LINK.findall(document.read_text(encoding="utf-8"))]
    local = [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]

    assert [target for target in local if not (document.parent / target).exists()] == []


def test_every_group_of_cases_is_in_the_index():
    index = (ROOT / "docs/cases.md").read_text(encoding="utf-8")

    assert [path.name for path in ROOT.glob("docs/cases/*.md") if f"cases/{path.name}" not in index] == []


def test_the_commands_of_the_readme_are_there_and_can_be_run():
    for command in ("scripts/run", "scripts/test", "scripts/lock", ".ci/run"):
        assert (ROOT / command).stat().st_mode & 0o111, command
        assert subprocess.run(["sh", "-n", ROOT / command], check=False).returncode == 0, command

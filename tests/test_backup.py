"""What was backed up while the library was in use comes back whole."""

import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from tests.worker.installation import empty_database, new_installation

MAKE = """
from permissions.context import access_of
from tests.crashes.completions import stored_session
from tests.factories import make_member, make_organization
from uploads.sessions.complete import complete_session
access = access_of(make_member(make_organization("kept"), "Administrator"))
for _ in range(3):
    complete_session(access=access, session_id=stored_session(access).pk)
"""


WITH_DUMP = pytest.mark.skipif(
    bool(os.environ.get("TEST_DATABASE_URL")) and shutil.which("pg_dump") is None,
    reason="pg_dump is not in the wheel's PostgreSQL",
)


@pytest.fixture
def installation(tmp_path):
    (tmp_path / "first").mkdir()
    with new_installation(tmp_path / "first") as made:
        assert made.manage("shell", "-v0", "-c", MAKE).wait() == 0, (made.folder / "log").read_text()
        yield made


@pytest.fixture
def elsewhere(installation, tmp_path):
    """The environment of an installation that holds nothing."""
    folder = tmp_path / "second"
    with empty_database(folder) as url:
        yield installation.environment | {"DATA_DIR": str(folder), "DATABASE_URL": url}


def script(name: str, folder, environment, *options: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "scripts.backups", name, str(folder), *options]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)


@WITH_DUMP
def test_a_backup_restores_every_row_and_byte_and_never_into_what_is_there(installation, elsewhere, tmp_path):
    backup = tmp_path / "backup"
    assert script("backup", backup, installation.environment).returncode == 0
    again = script("backup", backup, installation.environment)
    assert "media: 0 objects copied" in again.stdout

    restored = script("restore", backup, elsewhere)
    assert restored.returncode == 0, restored.stderr
    assert "3 objects checked, 3 read" in restored.stdout

    refused = script("restore", backup, elsewhere)
    assert refused.returncode == 1
    assert "not empty" in refused.stderr
    nothing = script("restore", tmp_path / "nowhere", elsewhere)
    assert nothing.returncode == 1
    assert "holds no complete backup" in nothing.stderr


def test_wrong_usage_of_the_scripts_exits_with_2(tmp_path):
    assert script("copy", tmp_path, os.environ).returncode == 2


CUT = """
import os, sys
from scripts import backups
backups._copy = lambda *arguments: os._exit(9)
sys.exit(backups.main(["backup", sys.argv[1]]))
"""


# FA-C10
@WITH_DUMP
def test_a_backup_that_was_killed_is_refused_and_the_one_before_it_is_kept(installation, elsewhere, tmp_path):
    backup = tmp_path / "backup"
    killed = [sys.executable, "-c", CUT, str(backup)]
    assert subprocess.run(killed, cwd=settings.BASE_DIR, env=installation.environment, check=False).returncode == 9
    refused = script("restore", backup, elsewhere)
    assert (refused.returncode, "no manifest" in refused.stderr) == (1, True)

    assert script("backup", backup, installation.environment).returncode == 0
    assert (
        installation.manage(
            "shell", "-v0", "-c", MAKE.replace("kept", "later").replace('"Administrator"', '"Administrator", "later"')
        ).wait()
        == 0
    )
    assert subprocess.run(killed, cwd=settings.BASE_DIR, env=installation.environment, check=False).returncode == 9
    refused = script("restore", backup, elsewhere)
    assert (refused.returncode, "was not finished" in refused.stderr) == (1, True)

    restored = script("restore", backup, elsewhere, "--previous")
    assert restored.returncode == 0, restored.stderr
    assert "3 objects checked, 3 read" in restored.stdout

"""When `scripts/run` makes its virtual environment anew."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# The real functions, but for the two that take minutes.
ASK = """
set -eu
. scripts/environment
make_environment() { echo made; }
install_packages() { :; }
prepare_environment run requirements.txt
"""


@pytest.fixture
def folder(tmp_path):
    """A project whose .venv works: a Python with pip, and scripts that name this very folder."""
    made = tmp_path / "project"
    (made / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "environment", made / "scripts")
    programs = made / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (programs / "python").chmod(0o755)
    (programs / "pip").write_text(f"#!{programs}/python3\n")
    return made


def answer(folder):
    done = subprocess.run(["sh", "-c", ASK], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


# FA-C12
def test_an_environment_that_works_here_is_kept(folder):
    assert answer(folder) == ""
    assert (folder / ".venv").is_dir()


# FA-C12
@pytest.mark.parametrize(
    "spoil",
    [
        lambda venv: (venv / "bin" / "python").write_text("#!/bin/sh\nexit 127\n"),
        lambda venv: (venv / "bin" / "python").write_text("#!/bin/sh\nexit 1\n"),
        lambda venv: (venv / "bin" / "python").unlink(),
        lambda venv: (venv / "bin" / "pip").unlink(),
        lambda venv: (venv / "bin" / "pip").write_text("#!/elsewhere/.venv/bin/python\n"),
        lambda venv: shutil.rmtree(venv / "bin"),
    ],
    ids=["removed Python", "another Python", "half made", "without pip", "moved here", "empty"],
)
def test_one_that_does_not_is_made_anew_with_a_sentence(folder, spoil):
    spoil(folder / ".venv")
    said = answer(folder)
    assert "created again" in said
    assert said.endswith("made\n")
    assert not (folder / ".venv").exists()


# FA-C12
def test_the_first_start_makes_one(folder):
    shutil.rmtree(folder / ".venv")
    assert answer(folder) == "made\n"


# FA-C12
def test_one_that_was_moved_with_its_folder_is_made_anew(folder):
    moved = folder.rename(folder.with_name("moved"))
    assert answer(moved).endswith("made\n")

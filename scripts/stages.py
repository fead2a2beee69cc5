"""The stages of scripts/test: which commands check what. `scripts/checks.py` runs them."""

import hashlib
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests import chromium, nginx, node, redis_server

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CORES = os.cpu_count() or 2
MINIMUM_COVERAGE = 93  # per cent of branches and lines, on SQLite and in a browser together
COVERAGE = ["--cov", "--cov-append", "--cov-report="]
PYTEST = ["pytest", "-q", "-p", "no:cacheprovider", "--dist", "worksteal", "-n"]
BROWSER_TESTS = ("tests/pages", "tests/test_environment.py")  # so that no process collects the others
SQLITE = {"TEST_DATABASE_URL": ""}


@dataclass
class Stage:
    """One command with a name; `environment` is added to this process's own, `done` is called when it has succeeded."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = ROOT
    done: Callable[[], object] = lambda: None

    def run(self, *, captured: bool = False) -> subprocess.CompletedProcess[str]:
        """Run it; `captured` output is in the result instead of on the terminal."""
        environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"} | self.environment
        out, err = (subprocess.PIPE, subprocess.STDOUT) if captured else (None, None)
        ran = subprocess.run(
            self.command, cwd=self.folder, env=environment, check=False, text=True, stdout=out, stderr=err
        )
        if ran.returncode == 0:
            self.done()
        return ran


Chain = list[Stage]  # one after the other; chains run side by side


def static_chains() -> Iterator[Chain]:
    """The checks that do not run tests; the longest first."""
    manage = [sys.executable, "manage.py"]
    example = read_environment_file(ROOT / "deploy" / "production.env.example")
    example |= {"SECRET_KEY": secrets.token_urlsafe(64)}  # the check refuses the key of the example
    yield [Stage("types", ["mypy", "."], {"TMPDIR": os.environ["DATA_DIR"]})]  # its settings leave a folder behind
    schema = ["spectacular", "--validate", "--fail-on-warn", "--file", os.devnull]
    yield [Stage("API schema", [*manage, *schema])]
    yield [Stage("migrations are made", [*manage, "makemigrations", "--check", "--dry-run"])]
    yield [Stage("production settings", [*manage, "check", "--deploy", "--fail-level", "WARNING"], example)]
    yield [Stage("layers", ["lint-imports", "--no-cache"])]
    yield [Stage("style", ["ruff", "check", "."]), Stage("format", ["ruff", "format", "--check", "."])]
    if any((ROOT / "templates").rglob("*.html")):
        yield [Stage("templates", ["djlint", "templates", "--lint", "--quiet"])]


def javascript_chains() -> Iterator[Chain]:
    """The checks of each folder that has a package.json, by its own `test` script."""
    for folder in (ROOT / "clients" / "typescript", ROOT / "frontend"):
        if not (folder / "package-lock.json").exists():
            continue
        name = folder.relative_to(ROOT)
        if not node.found_or_installed():
            shout(f"Node {node.OLDEST} with npm was not found and could not be installed: {name} is NOT checked")
            continue
        tests = Stage(f"{name}: tests", ["npm", "test", "--silent"], {"PYTHON": sys.executable}, folder)
        yield [*packages_of(folder), tests]


def packages_of(folder: Path) -> Chain:
    """Install the packages of the lock file of `folder`, unless this content is installed already."""
    stamp = folder / "node_modules" / ".installed"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return []
    install = ["npm", "ci", "--no-audit", "--no-fund", "--silent"]
    name = f"{folder.relative_to(ROOT)}: packages"
    return [Stage(name, install, folder=folder, done=partial(stamp.write_text, wanted))]


def migrations_chain(url: str) -> Chain:
    return [
        Stage("migrations lock nothing", [sys.executable, "-m", "scripts.lint_migrations"], {"TEST_DATABASE_URL": url})
    ]


def postgres_stage(url: str, extra: list[str]) -> Stage:
    """Every test except those in a browser. One process more than cores works while others wait."""
    warn_of_neighbours()
    command = [*PYTEST, str(CORES + 1), "-m", "not browser", *extra]
    return Stage("tests on PostgreSQL", command, {"TEST_DATABASE_URL": url})


def sqlite_stage(extra: list[str]) -> Stage:
    """The tests that `extra` selects; see tests/selection.py."""
    warn_of_neighbours()
    return Stage("tests on SQLite", [*PYTEST, str(CORES), "-m", "not browser", *extra], SQLITE)


def browser_stages(extra: list[str]) -> Iterator[Stage]:
    """The tests that drive Chromium, which wait for pages half of their time. All of them are in BROWSER_TESTS."""
    if not chromium.found_or_installed():
        shout("Chromium is not installed and could not be: the tests in a browser are NOT run")
        return
    where = ["-m", "browser", "-o", f"testpaths={' '.join(BROWSER_TESTS)}"]
    yield Stage("tests in a browser", [*PYTEST, str(CORES + 1), *where, *extra], SQLITE)


def coverage_stage() -> Stage:
    return Stage("coverage", ["coverage", "report", f"--fail-under={MINIMUM_COVERAGE}"])


def drill_stage() -> Stage:
    return Stage("drill", ["pytest", "-q", "-p", "no:cacheprovider", "-m", "drill", "tests/test_drill.py"], SQLITE)


def warn_of_neighbours() -> None:
    """Install nginx and Redis here once, not in each process of the tests."""
    for neighbour in (nginx, redis_server):
        if neighbour.program() is None:
            shout(neighbour.WITHOUT)


def read_environment_file(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of an environment file, the format of systemd and of containers."""
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def shout(message: str) -> None:
    print(f"\n{'!' * 80}\n!! {message}\n{'!' * 80}", flush=True)

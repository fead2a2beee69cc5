"""All checks of the project, one stage after the other, stopping at the first that fails.

Run by `scripts/test`, which makes the environment first.
"""

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests import chromium, nginx, node, redis_server
from tests.postgres import NoServer, postgres_server

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MINIMUM_COVERAGE = 93  # per cent of branches and lines, on SQLite and in a browser together
PARALLEL = ["-m", "not browser", "-n", str(os.cpu_count() or 2), "--dist", "worksteal"]
COVERAGE = ["--cov", "--cov-append", "--cov-report="]
PYTEST = ["pytest", "-q", "-p", "no:cacheprovider"]
PARTS = ("static", "javascript", "sqlite", "browser", "postgres")


@dataclass
class Stage:
    """One command with a name; `environment` is added to this process's own."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = ROOT

    def run(self) -> bool:
        print(f"\n=== {self.name}", flush=True)
        environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"} | self.environment
        return subprocess.run(self.command, cwd=self.folder, env=environment, check=False).returncode == 0


def static_stages() -> Iterator[Stage]:
    """What can be said without running the application."""
    manage = [sys.executable, "manage.py"]
    example = read_environment_file(ROOT / "docs" / "production.env.example")
    example |= {"SECRET_KEY": secrets.token_urlsafe(64)}  # the check refuses the one that is printed
    yield Stage("style", ["ruff", "check", "."])
    yield Stage("format", ["ruff", "format", "--check", "."])
    yield Stage("layers", ["lint-imports", "--no-cache"])
    yield Stage("types", ["mypy", "."], {"TMPDIR": os.environ["DATA_DIR"]})  # its settings leave a folder behind
    yield Stage("migrations are made", [*manage, "makemigrations", "--check", "--dry-run"])
    yield Stage("production settings", [*manage, "check", "--deploy", "--fail-level", "WARNING"], example)
    schema = ["spectacular", "--validate", "--fail-on-warn", "--file", os.devnull]
    yield Stage("API schema", [*manage, *schema])
    if any((ROOT / "templates").rglob("*.html")):
        yield Stage("templates", ["djlint", "templates", "--lint", "--quiet"])


def javascript_stages() -> Iterator[Stage]:
    """The checks of each folder that has a package.json, by its own `test` script."""
    for folder in (ROOT / "clients" / "typescript", ROOT / "frontend"):
        if not (folder / "package-lock.json").exists():
            continue
        name = folder.relative_to(ROOT)
        if not node.found_or_installed():
            shout(f"Node {node.OLDEST} with npm is not here and could not be installed: {name} is NOT checked")
            continue
        yield Stage(f"{name}: packages", ["npm", "ci", "--no-audit", "--no-fund", "--silent"], folder=folder)
        yield Stage(f"{name}: tests", ["npm", "test", "--silent"], {"PYTHON": sys.executable}, folder=folder)


def sqlite_stages(extra: list[str]) -> Iterator[Stage]:
    """The pass on SQLite. It and the browser measure coverage, which makes a pass take half as long again."""
    for neighbour in (nginx, redis_server):  # here once, not in each process of the tests
        if neighbour.program() is None:
            shout(neighbour.WITHOUT)
    yield Stage("tests on SQLite", [*PYTEST, *PARALLEL, *COVERAGE, *extra], {"TEST_DATABASE_URL": ""})


def browser_stages(extra: list[str]) -> Iterator[Stage]:
    """The tests that drive Chromium."""
    if chromium.found_or_installed():
        yield Stage("tests in a browser", [*PYTEST, "-m", "browser", *COVERAGE, *extra], {"TEST_DATABASE_URL": ""})
    else:
        shout("Chromium is not installed and could not be: the tests in a browser are NOT run")


def postgres_stages(extra: list[str], stack: ExitStack) -> Iterator[Stage]:
    """What a PostgreSQL server answers: the linter of migrations, and the pass of the tests."""
    server = {"TEST_DATABASE_URL": stack.enter_context(postgres_server())}
    yield Stage("migrations lock nothing", [sys.executable, "-m", "scripts.lint_migrations"], server)
    yield Stage("tests on PostgreSQL", [*PYTEST, *PARALLEL, *extra], server)


def fast_stages(extra: list[str]) -> Iterator[Stage]:
    """One pass on SQLite, without a browser."""
    yield Stage("style", ["ruff", "check", "."])
    yield Stage("tests on SQLite", ["pytest", "-q", *PARALLEL, *extra], {"TEST_DATABASE_URL": ""})


def read_environment_file(path: Path) -> dict[str, str]:
    """Return the NAME=value lines of an environment file, the format of systemd and of containers."""
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def shout(message: str) -> None:
    print(f"\n{'!' * 80}\n!! {message}\n{'!' * 80}", flush=True)


def run_all(stages: Iterator[Stage]) -> int:
    """Run the stages in order; print what each took, and the name of the one that failed."""
    took = []
    for stage in stages:
        started = time.monotonic()
        succeeded = stage.run()
        took.append((stage.name, time.monotonic() - started))
        if not succeeded:
            print(f"\nFAILED: {stage.name} ({' '.join(map(str, stage.command))})", file=sys.stderr)
            return 1
    print("\n" + " · ".join(f"{name} {seconds:.0f} s" for name, seconds in took))
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/test", description=__doc__, epilog="example: scripts/test --fast -- uploads -k visibility"
    )
    parser.add_argument("--fast", action="store_true", help="style and one pass on SQLite, without a browser")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part of the checks; may be repeated")
    parser.add_argument("pytest", nargs="*", metavar="-- ARGUMENT", help="passed to pytest")
    options = parser.parse_args()
    os.chdir(ROOT)
    with ExitStack() as stack:
        os.environ["DATA_DIR"] = stack.enter_context(tempfile.TemporaryDirectory(prefix="media-library-checks-"))
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.testing"
        if options.fast:
            return run_all(fast_stages(options.pytest))
        (ROOT / ".coverage").unlink(missing_ok=True)
        return run_all(all_stages(options.only or PARTS, options.pytest, stack))


def all_stages(parts: Collection[str], extra: list[str], stack: ExitStack) -> Iterator[Stage]:
    """The stages of `parts`, in the order of PARTS."""
    if "static" in parts:
        yield from static_stages()
    if "javascript" in parts:
        yield from javascript_stages()
    if "sqlite" in parts:
        yield from sqlite_stages(extra)
    if "browser" in parts:
        yield from browser_stages(extra)
    if {"sqlite", "browser"} <= set(parts) and not extra:
        yield Stage("coverage", ["coverage", "report", f"--fail-under={MINIMUM_COVERAGE}"])
    if "postgres" in parts:
        yield from postgres_stages(extra, stack)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except NoServer as error:
        sys.exit(f"FAILED: tests on PostgreSQL ({error})")

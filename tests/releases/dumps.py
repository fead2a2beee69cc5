"""The databases of releases, as SQL: what an installation of that release holds, made from the demonstration's data.

    python -m tests.releases.dumps         # writes the dump of this version, for the database of TEST_DATABASE_URL

Made once for each release and both databases, and never changed afterwards: `tests/releases/test_upgrade.py` migrates
them to the newest state.
"""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import psycopg

from media_library import __version__
from tests.postgres import server_programs
from tests.worker.installation import empty_database

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
COMMANDS = (["migrate", "--verbosity=0"], ["create_demo"])
COUNTS = """
import json
from django.apps import apps
labels = ("permissions", "uploads", "resources", "media_library")
models = [model for label in labels for model in apps.get_app_config(label).get_models()]
print(json.dumps({model._meta.label: model._base_manager.count() for model in models}, indent=1))
"""
PASSING = {"uploads.Job", "uploads.PeriodicRun", "uploads.StorageDeletion", "uploads.WorkerProcess"}


def dump_path(release: str, vendor: str) -> Path:
    """Where the dump of a release is kept; `vendor` is Django's name of the database."""
    return FOLDER / f"{release}.{vendor}.sql.gz"


def load(url: str, dump: Path) -> None:
    """Fill the empty database at `url`."""
    text = gzip.decompress(dump.read_bytes()).decode()
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            database.executescript(text)
        return
    with psycopg.connect(url, autocommit=True) as database:
        database.execute(text)


def _sql(url: str) -> str:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            return "\n".join(database.iterdump())
    command = [server_programs() / "pg_dump", "--inserts", "--no-owner", "--no-privileges", "--dbname", url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "\n".join(_statements(text))


def _statements(text: str) -> Iterator[str]:
    """The lines of a dump without those that only `psql` understands."""
    return (line for line in text.splitlines() if not line.startswith("\\"))


def manage(*arguments: str, environment: Mapping[str, str]) -> str:
    """What a management command prints. Raises CalledProcessError."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, empty_database(Path(folder)) as url:
        environment = os.environ | {
            "DATA_DIR": folder,
            "DATABASE_URL": url,
            "DEMO_PASSWORD": "demonstration",
            "DJANGO_SETTINGS_MODULE": "config.settings.development",
        }
        for command in COMMANDS:
            manage(*command, environment=environment)
        counts = json.loads(manage("shell", "--verbosity=0", "--command", COUNTS, environment=environment))
        kept = {label: count for label, count in counts.items() if label not in PASSING}
        (FOLDER / f"{__version__}.json").write_text(json.dumps(kept, indent=1) + "\n")
        vendor = "sqlite" if url.startswith("sqlite") else "postgresql"
        dump_path(__version__, vendor).write_bytes(gzip.compress(_sql(url).encode(), mtime=0))


if __name__ == "__main__":
    main()

"""Fail for migrations that lock a big table for long, or that the release before them cannot live with.

    python -m scripts.lint_migrations [APP...]

Reads the SQL of every migration for PostgreSQL; `TEST_DATABASE_URL` names a server, which stays as it is. What is let
through stands in EXCLUDED with its reason; otherwise: `common.db.migration_operations`, and columns that have a
`db_default`.
"""

import logging
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ["media_library", "permissions", "resources", "uploads"]

UNRELEASED = "made before anything was released, when its tables were new"
EXCLUDED = {
    "0002_same_organization": UNRELEASED,
    "0002_jobs": UNRELEASED,
    "0003_idempotency_keys": UNRELEASED,
    "0008_versions_and_purges": UNRELEASED,
    "0009_tags_by_organization": UNRELEASED,
    "0015_names_as_people_search_them": "an index on tags, of which there are few; dropping one takes a moment",
    "0006_time_zones": "two columns of accounts, of which there are few",
    "0017_lanes": "drops the queue that the ledger of jobs replaces; workers alone use both",
}


def main(apps: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.testing")
    import django

    django.setup()
    from django_migration_linter import MigrationLinter

    logging.getLogger("django_migration_linter").setLevel(logging.WARNING)
    linter = MigrationLinter(
        str(ROOT),
        no_cache=True,
        include_apps=apps or APPS,
        ignore_name=list(EXCLUDED),
        all_warnings_as_errors=True,
        quiet=["ok", "ignore"],
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return int(linter.has_errors)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

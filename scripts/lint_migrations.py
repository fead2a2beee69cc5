"""Fail for migrations that lock a big table for long or break the previous release.

    python -m scripts.lint_migrations [APP...]

Reads the SQL of every migration for PostgreSQL; `TEST_DATABASE_URL` names a server, which is not changed. To pass, use
`common.db.migration_operations` and columns with a `db_default`; EXCLUDED names exceptions with their reasons.
"""

import logging
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ["media_library", "permissions", "resources", "uploads"]

# Name of a migration → the reason of its exception.
EXCLUDED: dict[str, str] = {
    "0004_jpeg_renditions": "a longer varchar and a wider check: PostgreSQL changes no row, and 0.1.0 reads all rows",
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

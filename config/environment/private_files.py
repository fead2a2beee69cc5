"""Files for this account only: every entry point calls `keep_private` before it writes anything."""

import os
import sys
from pathlib import Path
from typing import Any

from common.file_permissions import GROUP_AND_OTHERS, restrict_paths
from config.environment import env


def keep_private() -> None:
    """Create new files for this account only, and close files that an older version left open to other accounts.

    Reports changes on standard error. A DATA_DIR that contains the program or is the home of this account stays
    unchanged, since other accounts may need it.
    """
    os.umask(GROUP_AND_OTHERS)
    if env.DATA_DIR in (env.BASE_DIR, *env.BASE_DIR.parents, Path.home()):
        return
    for sentence in restrict_paths(data_dir=env.DATA_DIR, database=database_file(env.DATABASE)):
        sys.stderr.write(f"{sentence}\n")


def database_file(database: dict[str, Any]) -> Path | None:
    """Return the path of the SQLite file of an entry of DATABASES; None on PostgreSQL and in memory."""
    name = str(database.get("NAME") or "")
    is_file = (
        str(database.get("ENGINE")).endswith("sqlite3")
        and name
        and ":memory:" not in name
        and "mode=memory" not in name
    )
    return Path(name) if is_file else None

"""What one thing done to many files costs: `python -m benchmarks.bulk [--files 10000] [--rows 200000]`.

Three ways to change the same rows of a big organization, in turn in the same run: the bare UPDATE sent by psycopg, our
service (rows locked in order, the rule asked of each, the history written) and a request over HTTP (token, JSON of all
the ids, and the answer). Between the measurements the rows are put back and the table is vacuumed. Exits with 1 where
the service takes more than twice the bare UPDATE.
"""

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection
from statistics import median
from typing import Any
from uuid import UUID

import orjson
import psycopg

from benchmarks.installation import installation, web_server
from benchmarks.measuring import print_table

MOST_TIMES_BARE = 2.0
ROUNDS = 9

BARE = {
    "delete": "UPDATE uploads_upload SET deleted_at = now(), deleted_by_id = %(by)s, updated_at = now() "
    "WHERE id = ANY(%(ids)s)",
    "visibility": "UPDATE uploads_upload SET visibility = 'PUBLIC', updated_at = now() WHERE id = ANY(%(ids)s)",
}
PUT_BACK = """UPDATE uploads_upload
SET deleted_at = NULL, deleted_by_id = NULL, visibility = 'PRIVATE', updated_at = created_at WHERE id = ANY(%(ids)s)"""


class Rival:
    """The bare statements, and what puts the rows back after each change."""

    def __init__(self, url: str, ids: list[UUID], by: UUID):
        self.connection = psycopg.connect(url, autocommit=True)
        self.parameters = {"ids": ids, "by": by}

    def change(self, what: str) -> None:
        assert self.connection.execute(BARE[what].encode(), self.parameters).rowcount == len(self.parameters["ids"])

    def put_back(self) -> None:
        self.connection.execute(PUT_BACK.encode(), self.parameters)
        self.connection.execute("VACUUM uploads_upload")
        self.connection.execute("TRUNCATE uploads_activity")


def prepare(rows: int, files: int) -> tuple[Any, list[UUID]]:
    """Seed; return an administrator of the big organization and the ids of `files` PRIVATE ones among its files."""
    from django.db import connection

    from benchmarks.seeding import seed
    from permissions.models import User
    from permissions.services.memberships import add_member

    member = seed(rows)
    organization = member.memberships.filter(is_default=True).get().organization
    admin = User.objects.create_user("administrator")
    add_member(user=admin, role=organization.roles.get(name="Administrator"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM uploads_upload WHERE organization_id = %s AND deleted_at IS NULL AND usage_count = 0 "
            "ORDER BY random() LIMIT %s",
            [organization.pk, files],
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    assert len(ids) == files, "Seed more rows."
    return admin, ids


def by_service(admin: Any, ids: list[UUID]) -> dict[str, Callable[[], object]]:
    """The service calls, as the API makes them."""
    from permissions.context import access_of
    from uploads.files.bulk import Selection, bulk_delete, bulk_visibility
    from uploads.models import Upload

    access, chosen = access_of(admin), Selection(Upload.objects.all(), ids)
    return {
        "delete": lambda: bulk_delete(access=access, selection=chosen),
        "visibility": lambda: bulk_visibility(access=access, selection=chosen, visibility="PUBLIC"),
    }


def by_http(connection: HTTPConnection, token: str, ids: list[UUID]) -> dict[str, Callable[[], object]]:
    """The requests."""
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}

    def request(method: str, what: str, **body: Any) -> None:
        sent = orjson.dumps({"ids": [str(pk) for pk in ids], **body})
        connection.close()  # it idled while the rows were put back
        connection.request(method, f"/api/v1/uploads/bulk-{what}/", sent, headers)
        response = connection.getresponse()
        answer = response.read()
        assert response.status == 200, answer[:500]

    return {
        "delete": lambda: request("POST", "delete"),
        "visibility": lambda: request("PATCH", "visibility", visibility="PUBLIC"),
    }


def statements_of(work: Callable[[], object]) -> int:
    """Return how many statements `work` sends."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


def measure(url: str, rows: int, files: int) -> list[str]:
    """Print the table; return the targets that were missed."""
    from permissions.authentication.tokens import issue_token

    admin, ids = prepare(rows, files)
    rival, services = Rival(url, ids, admin.pk), by_service(admin, ids)
    shown, missed = [], []
    with web_server() as connection:
        requests = by_http(connection, issue_token(user=admin)[0], ids)
        for what in BARE:
            rival.put_back()
            statements = statements_of(services[what])
            works: list[Callable[[], object]] = [partial(rival.change, what), services[what], requests[what]]
            bare, ours, http = _medians(works, rival)
            shown.append(
                (
                    what,
                    *(f"{ms:.0f}" for ms in (bare, ours, http)),
                    f"{ours / bare:.2f}",
                    f"{http / bare:.2f}",
                    f"{statements}",
                )
            )
            if ours > MOST_TIMES_BARE * bare:
                missed.append(f"bulk {what}: {ours / bare:.2f} times the bare UPDATE")
    head = (
        f"of {files:,} files",
        "bare UPDATE, ms",
        "service, ms",
        "HTTP, ms",
        "service : bare",
        "HTTP : bare",
        "statements",
    )
    print_table(head, shown)
    return missed


def _medians(works: list[Callable[[], object]], rival: Rival) -> list[float]:
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, durations in zip(works, taken, strict=True):
            rival.put_back()
            start = time.perf_counter()
            work()
            durations.append((time.perf_counter() - start) * 1000)
    return [median(durations) for durations in taken]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000, help="how many to change at once (default: 10,000)")
    parser.add_argument("--rows", type=int, default=200_000, help="uploads in all, a tenth of them here")
    given = parser.parse_args()
    with installation() as url:
        missed = measure(url, given.rows, given.files)
    for line in missed:
        print(f"MISSED: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

"""How fast files are found: `python -m benchmarks.list [--rows 1000000]`.

Through HTTP, token and all, as an ordinary member who sees a quarter of an organization of a tenth of the rows; beside
each, in the same run, the SQL statements of that very request (sign-in included) sent by bare psycopg, with the rows
dumped by orjson. One server process, one connection, one request at a time. Exits with 1 when a target is missed.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import orjson
import psycopg
from psycopg.rows import dict_row

from benchmarks.installation import installation, web_server
from benchmarks.measuring import medians, print_table

LISTING = "/api/v1/uploads/"
MOST_TIMES_BARE, MOST_DEEPER = 4.0, 1.2


@dataclass
class Result:
    """Milliseconds of one page, by us and by the same statements bare."""

    name: str
    ours: float
    bare: float
    statements: int

    @property
    def ratio(self) -> float:
        return self.ours / self.bare

    def row(self) -> tuple[str, ...]:
        return (self.name, f"{self.ours:.2f}", f"{self.bare:.2f}", f"{self.ratio:.1f}", str(self.statements))


class Caller:
    """A member with a token, or anybody without one, on one open connection."""

    def __init__(self, connection: HTTPConnection, token: str = ""):
        self.connection, self.headers = connection, {"Authorization": f"Token {token}"} if token else {}

    def get(self, path: str) -> bytes:
        self.connection.request("GET", path, headers=self.headers)
        response = self.connection.getresponse()
        body = response.read()
        assert response.status == 200, body
        return body

    def deep(self, rows: int) -> str:
        """Follow the cursor for `rows` rows; return the address of the next page of 50."""
        path = f"{LISTING}?{urlencode({'cursor': '', 'limit': 200})}"
        for _ in range(rows // 200):
            link = orjson.loads(self.get(path))["next"]
            path = link[link.index(LISTING) :]
        return path.replace("limit=200", "limit=50")


class Bare:
    """The same statements on a connection of one's own."""

    def __init__(self, url: str):
        # Never prepared: the next member, search or cursor makes other statements of them.
        self.connection = psycopg.connect(url, autocommit=True, row_factory=dict_row, prepare_threshold=None)

    def send(self, statements: list[str]) -> bytes:
        cursor = self.connection.cursor()
        found = []
        for statement in statements:
            cursor.execute(statement.encode())
            found.append(cursor.fetchall())
        return orjson.dumps(found, default=str)

    def explain(self, statement: str) -> str:
        plan: list[Any] = self.connection.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {statement}".encode()).fetchall()
        return "\n".join(line["QUERY PLAN"] for line in plan)


def statements_of(path: str, token: str = "") -> list[str]:
    """Return the SQL that a request for `path` sends, parameters and all."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from rest_framework.test import APIClient

    client = APIClient(SERVER_NAME="localhost", **({"HTTP_AUTHORIZATION": f"Token {token}"} if token else {}))
    client.get(path)  # what is asked once a process is none of a page's cost
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured]


def pages_of(caller: Caller, rows: int) -> dict[str, str]:
    """Return the addresses to measure, by what they are; the deep ones start at nine tenths of what is visible."""
    from benchmarks.seeding import COMMON, NEEDLE

    count = orjson.loads(caller.get(f"{LISTING}?limit=1"))["count"]
    depth = count * 9 // 10 // 200 * 200
    first = f"{LISTING}?cursor=&limit=50"
    return {
        "first page of 50": first,
        f"keyset page after {depth:,} rows": caller.deep(depth),
        f"search, one hit in {rows:,}": f"{first}&search={NEEDLE}",
        "search, a common word": f"{first}&search={COMMON}",
        "filtered: type, size, category": f"{first}&type=VIDEO&size_min=5000000&category=press",
        "filtered: a tag": f"{first}&tag=tag+40",
        f"first page with its count of {count:,}": f"{LISTING}?limit=50",
        f"page at offset {depth:,}, counted": f"{LISTING}?limit=50&offset={depth}",
    }


def measure(url: str, rows: int) -> list[str]:
    """Print the tables; return the targets that were missed."""
    from benchmarks.seeding import seed
    from permissions.authentication.tokens import issue_token

    member = seed(rows)
    token, bare = issue_token(user=member)[0], Bare(url)
    with web_server() as connection:
        caller = Caller(connection, token)
        pages = pages_of(caller, rows)
        sent = {name: statements_of(path, token) for name, path in pages.items()}
        results = compared(caller, pages, bare, sent)
    print_table(
        ("page", "ours, ms", "same SQL with psycopg + orjson, ms", "ratio", "statements"), [r.row() for r in results]
    )
    counted = next(sql for statements in sent.values() for sql in statements if "COUNT(*)" in sql)
    plan = bare.explain(counted)
    print(f"\nThe plan of the count:\n\n```\n{plan}\n```")
    return _missed(results, plan)


def compared(caller: Caller, pages: dict[str, str], bare: Bare, sent: dict[str, list[str]]) -> list[Result]:
    """Measure all pages in turn, ours and bare, so that no two of them meet another load of the machine."""
    works: list[Callable[[], object]] = []
    for name, path in pages.items():
        works += [partial(caller.get, path), partial(bare.send, sent[name])]
    taken = medians(*works, times=200)
    return [
        Result(name, ours, theirs, len(sent[name]))
        for name, ours, theirs in zip(pages, taken[::2], taken[1::2], strict=True)
    ]


def _missed(results: list[Result], plan: str) -> list[str]:
    full = [result for result in results if "one hit" not in result.name]  # a page of one row is all overhead
    missed = [f"{r.name}: {r.ratio:.1f} times bare SQL" for r in full if r.ratio > MOST_TIMES_BARE]
    deeper = results[1].ours / results[0].ours
    print(f"\nThe deep keyset page takes {deeper:.2f} times as long as the first.")
    if deeper > MOST_DEEPER:
        missed.append(f"depth costs {deeper:.2f} times the first page")
    if "Index Only Scan using upload_live_newest" not in plan:
        missed.append("the count reads rows")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="uploads in all organizations (default: a million)")
    rows = parser.parse_args().rows
    with installation() as url:
        missed = measure(url, rows)
    for line in missed:
        print(f"MISSED: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

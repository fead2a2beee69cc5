"""Pages of ours beside the SQL statements of the very same requests, sent by bare psycopg and planned each time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import orjson
import psycopg
from psycopg.rows import dict_row

from benchmarks.measuring import medians

LISTING = "/api/v1/uploads/"


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

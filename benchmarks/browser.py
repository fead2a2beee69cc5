"""How fast the media browser opens: `python -m benchmarks.browser [--rows 1000000]`.

Through HTTP as a member of an organization of a tenth of the rows, of which a quarter is visible; beside it, in the
same run, the API's list of as many files, with its count and by cursor. Exits with 1 when a target is missed.
"""

import argparse
import re
import sys
from html import unescape
from http.client import HTTPConnection

from benchmarks.installation import installation, web_server
from benchmarks.measuring import medians, print_table

PAGE, RESULTS = "/admin/uploads/upload/", "/admin/uploads/upload/browse/results/"
COUNTS = "/admin/uploads/upload/browse/counts/"
MOST_QUERIES, MOST_TIMES_LIST, MOST_DEEPER, DEEP = 12, 3.0, 1.2, 1000


class Visitor:
    """A signed-in user, on one open connection."""

    def __init__(self, connection: HTTPConnection, session: str):
        self.connection, self.headers = connection, {"Cookie": f"sessionid={session}"}

    def get(self, path: str) -> str:
        self.connection.request("GET", path, headers=self.headers)
        response = self.connection.getresponse()
        body = response.read().decode()
        assert response.status == 200, (response.status, body[:300])
        return body

    def deep(self, files: int, page: int) -> str:
        """Load more until `files` are shown; returns the address of the next part."""
        query, shown = "", 0
        while shown < files:
            query, shown = following(self.get(f"{RESULTS}{query}")), shown + page
        return f"{RESULTS}{query}"


def following(html: str) -> str:
    found = re.search(r'<a class="button" href="(\?[^"]*cursor=[^"]*)"', html)
    assert found, html[-500:]
    return unescape(found[1])


def sign_in(rows: int) -> str:
    """Make the member of the benchmarks staff; returns the key of a session of theirs."""
    from django.test import Client

    from benchmarks.seeding import seed

    member = seed(rows)
    member.is_staff = True
    member.save()
    client = Client()
    client.force_login(member)
    return client.cookies["sessionid"].value


def queries_of(session: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.cookies["sessionid"] = session
    client.get(PAGE)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(PAGE).status_code == 200
    return len(captured)


def measure(rows: int) -> list[str]:
    """Print the table; return the targets that were missed."""
    from uploads.admin.browser.query import PAGE as FILES

    session = sign_in(rows)
    queries = queries_of(session)
    with web_server() as connection:
        visitor = Visitor(connection, session)
        pages = {
            "API list with its count": f"/api/v1/uploads/?limit={FILES}",
            "API list by cursor": f"/api/v1/uploads/?limit={FILES}&cursor=",
            "browser, the whole page": PAGE,
            "browser, the files alone": RESULTS,
            f"browser, the files after {DEEP:,}": visitor.deep(DEEP, FILES),
        }
        taken = medians(*(lambda path=path: visitor.get(path) for path in pages.values()), times=100)
        (counting,) = medians(lambda: visitor.get(COUNTS), times=20)
    times = dict(zip(pages, taken, strict=True)) | {"browser, counts of the sidebar (afterwards)": counting}
    listed, opened, first, deep = taken[0], taken[2], taken[3], taken[4]
    print_table(
        (f"{FILES} files of {rows:,}", "ms", "times the API's list"),
        [(name, f"{time:.1f}", f"{time / listed:.2f}") for name, time in times.items()],
    )
    print(
        f"\nThe page takes {queries} queries; after {DEEP:,} files more of them take {deep / first:.2f} times as long."
    )
    return [
        *([f"{queries} queries"] if queries > MOST_QUERIES else []),
        *([f"the page takes {opened / listed:.1f} times the list"] if opened > MOST_TIMES_LIST * listed else []),
        *([f"depth costs {deep / first:.2f} times the first page"] if deep > MOST_DEEPER * first else []),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="uploads in all organizations (default: a million)")
    rows = parser.parse_args().rows
    with installation():
        missed = measure(rows)
    for line in missed:
        print(f"MISSED: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

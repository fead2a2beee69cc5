"""How fast the resource library is read: `python -m benchmarks.library [--resources 100000]`.

Anonymous pages of 50 resources with all their files, each with an original, a thumbnail and three in the gallery,
through HTTP with one server process and one request at a time; beside each, in the same run, the SQL statements of
that very request sent by bare psycopg, with the rows dumped by orjson. Exits with 1 when a target is missed.
"""

import argparse
import sys
from functools import partial
from typing import Any
from urllib.parse import urlencode

import orjson

from benchmarks.compare import Bare, Caller, Result, compared, statements_of
from benchmarks.installation import installation, web_server
from benchmarks.measuring import medians, print_table

LISTING = "/api/v1/library-resources/"
MOST_STATEMENTS, MOST_TIMES_BARE, MOST_DEEPER = 4, 4.0, 1.2


def pages_of(caller: Caller, resources: int) -> dict[str, str]:
    """Return the addresses to measure, by what they are."""
    from benchmarks.library_seeding import COMMON, NEEDLE, RARE

    count = orjson.loads(caller.get(f"{LISTING}?limit=1"))["count"]
    depth = count * 9 // 10 // 200 * 200
    first = f"{LISTING}?cursor=&limit=50"
    return {
        "first page of 50": first,
        f"keyset page after {depth:,} resources": deep(caller, depth),
        "filtered: type and a common attribute": f"{first}&type=model&gender=female",
        "filtered: type and a rare attribute": f"{first}&type=garment&category={RARE}",
        f"search, one hit in {resources:,}": f"{first}&search={NEEDLE}",
        "search, a common word": f"{first}&search={COMMON}",
        f"first page with its count of {count:,}": f"{LISTING}?limit=50",
        f"page at offset {depth:,}, counted": f"{LISTING}?limit=50&offset={depth}",
    }


def deep(caller: Caller, rows: int) -> str:
    """Follow the cursor for `rows` rows; return the address of the next page of 50."""
    path = f"{LISTING}?{urlencode({'cursor': '', 'limit': 200})}"
    for _ in range(rows // 200):
        link = orjson.loads(caller.get(path))["next"]
        path = link[link.index(LISTING) :]
    return path.replace("limit=200", "limit=50")


def measure(url: str, resources: int) -> list[str]:
    """Print the tables; return the targets that were missed."""
    from benchmarks.library_seeding import seed_library

    seed_library(resources)
    bare = Bare(url)
    with web_server() as connection:
        caller = Caller(connection)
        pages = pages_of(caller, resources)
        sent = {name: statements_of(path) for name, path in pages.items()}
        results = compared(caller, pages, bare, sent)
        whole, revalidated = _revalidated(caller, pages["first page of 50"])
    print_table(
        ("page", "ours, ms", "same SQL with psycopg + orjson, ms", "ratio", "statements"), [r.row() for r in results]
    )
    print(f"\nAnswered 304 by its entity tag the first page takes {revalidated:.2f} ms instead of {whole:.2f}.")
    return _missed(results)


def _revalidated(caller: Caller, path: str) -> tuple[float, float]:
    """Milliseconds of a page, and of the same page where the caller has it already."""
    caller.connection.request("GET", path)
    response = caller.connection.getresponse()
    page, tag = orjson.loads(response.read()), response.headers["ETag"]
    _check_page(page)

    def again() -> None:
        caller.connection.request("GET", path, headers={"If-None-Match": tag})
        response = caller.connection.getresponse()
        assert (response.status, response.read()) == (304, b"")

    whole, short = medians(partial(caller.get, path), again, times=200)
    return whole, short


def _check_page(page: dict[str, Any]) -> None:
    """What is measured is a page of 50 with all their files."""
    assert len(page["results"]) == 50
    for resource in page["results"]:
        assert resource["original"] and resource["thumbnail"] and len(resource["gallery"]) == 3, resource


def _missed(results: list[Result]) -> list[str]:
    full = [result for result in results if "one hit" not in result.name]  # a page of one row is all overhead
    missed = [f"{r.name}: {r.ratio:.1f} times bare SQL" for r in full if r.ratio > MOST_TIMES_BARE]
    missed += [f"{r.name}: {r.statements} statements" for r in results if r.statements > MOST_STATEMENTS]
    deeper = results[1].ours / results[0].ours
    print(f"\nThe deep keyset page takes {deeper:.2f} times as long as the first.")
    if deeper > MOST_DEEPER:
        missed.append(f"depth costs {deeper:.2f} times the first page")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resources", type=int, default=100_000, help="in the library (default: 100,000)")
    resources = parser.parse_args().resources
    with installation() as url:
        missed = measure(url, resources)
    for line in missed:
        print(f"MISSED: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

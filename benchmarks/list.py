"""How fast files are found: `python -m benchmarks.list [--rows 1000000]`.

As an ordinary member who sees a quarter of an organization of a tenth of the rows. First beside the least that can be
done, two prepared statements behind the same web server (`benchmarks.prepared`), on one connection and on eight; then
pages of all kinds beside the SQL of those very requests, planned each time. One server process for each side, asked in
turn. Exits with 1 when a target is missed.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import orjson

from benchmarks.compare import LISTING, Bare, Caller, Result, compared, statements_of
from benchmarks.installation import installation
from benchmarks.load import Server, Side, server, take_turns
from benchmarks.measuring import print_table

ME = "/api/v1/me/"
OURS, LEAST = "config.asgi:application", "benchmarks.prepared:application"
MOST_TIMES_LEAST, LEAST_SHARE_OF_RATE, LEAST_REDIRECTS = 2.0, 0.5, 1500
MOST_TIMES_BARE, MOST_DEEPER = 4.0, 1.2
# A store that is never asked: its addresses are signed here.
BUCKET = {
    "MEDIA_BUCKET": "media",
    "ASSETS_BUCKET": "assets",
    "S3_ENDPOINT_URL": "http://127.0.0.1:9",
    "S3_ACCESS_KEY_ID": "benchmark",
    "S3_SECRET_ACCESS_KEY": "benchmark",
}


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


def deep_of_least(caller: Caller, deep: str) -> str:
    """Return the address of the same deep page of the two prepared statements."""
    first = orjson.loads(caller.get(deep))["results"][0]
    # The rows after the one before the page's first one: close enough, and as deep.
    return f"/page?{urlencode({'moment': first['created_at'], 'id': first['id']}, quote_via=quote)}"


@contextmanager
def servers() -> Iterator[tuple[Server, Server, Server]]:
    """Start ours, the least, and ours with a bucket."""
    with server(OURS) as ours, server(LEAST) as least, server(OURS, **BUCKET) as redirecting:
        yield ours, least, redirecting


def measure(url: str, rows: int, slices: int) -> list[str]:
    """Print the tables; return the targets that were missed."""
    from benchmarks.seeding import seed
    from permissions.authentication.tokens import issue_token
    from uploads.models import Upload

    token, bare = issue_token(user=seed(rows))[0], Bare(url)
    headers = {"Authorization": f"Token {token}"}
    with servers() as (ours, least, redirecting):
        caller = Caller(ours.connection, token)
        pages = pages_of(caller, rows)
        first, deep = list(pages.values())[:2]
        public = Upload.objects.filter(visibility="PUBLIC").first()
        assert public is not None
        pairs = {
            "first page of 50": (Side(ours, first, headers), Side(least, "/page", headers)),
            "keyset page, deep": (Side(ours, deep, headers), Side(least, deep_of_least(caller, deep), headers)),
            "/me/": (Side(ours, ME, headers), Side(least, "/me", headers)),
        }
        redirect = Side(redirecting, f"/files/{public.pk}/{public.filename}", {}, status=302)
        take_turns([side for pair in pairs.values() for side in pair] + [redirect], times=200, slices=slices)
        missed = _report(pairs, redirect, {name: len(statements_of(p[0].path, token)) for name, p in pairs.items()})
        sent = {name: statements_of(path, token) for name, path in pages.items()}
        results = compared(caller, pages, bare, sent)
    print()
    print_table(
        ("page", "ours, ms", "same SQL with psycopg + orjson, ms", "ratio", "statements"), [r.row() for r in results]
    )
    counted = next(sql for statements in sent.values() for sql in statements if "COUNT(*)" in sql)
    plan = bare.explain(counted)
    print(f"\nThe plan of the count:\n\n```\n{plan}\n```")
    return missed + _missed(results, plan)


def _report(pairs: dict[str, tuple[Side, Side]], redirect: Side, statements: dict[str, int]) -> list[str]:
    head = ("", "one at a time, ms", "eight, requests/s", "processor ms", "statements")
    lines, missed = [], []
    for name, (ours, least) in pairs.items():
        lines.append((f"{name}: ours", *_figures(ours), str(statements[name])))
        lines.append((f"{name}: prepared statements", *_figures(least), "1" if name == "/me/" else "2"))
        times, share = ours.milliseconds / least.milliseconds, ours.rate / least.rate
        lines.append((f"{name}: ratio", f"{times:.2f}", f"{share:.2f}", "", ""))
        if times > MOST_TIMES_LEAST:
            missed.append(f"{name}: {times:.2f} times the prepared statements")
        if name != "/me/" and share < LEAST_SHARE_OF_RATE:
            missed.append(f"{name}: {share:.2f} of the rate of the prepared statements")
        if statements[name] > 3:
            missed.append(f"{name}: {statements[name]} statements")
    per_core = 1000 / redirect.processor_milliseconds
    lines.append((f"redirect of /files/, {per_core:.0f} a second and core", *_figures(redirect), "1"))
    print_table(head, lines)
    return missed + ([f"{per_core:.0f} redirects a second and core"] if per_core < LEAST_REDIRECTS else [])


def _figures(side: Side) -> tuple[str, ...]:
    return f"{side.milliseconds:.2f}", f"{side.rate:.0f}", f"{side.processor_milliseconds:.2f}"


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
    parser.add_argument("--slices", type=int, default=5, help="seconds of eight connections for each side (default: 5)")
    given = parser.parse_args()
    with installation() as url:
        missed = measure(url, given.rows, given.slices)
    for line in missed:
        print(f"MISSED: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

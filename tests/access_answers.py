"""The lines of the access table: what each caller gets, for each kind of file."""

from collections.abc import Mapping

Answers = Mapping[str, str]  # kind of file → a cell for each caller

#  anonymous · administrator elsewhere · Member · Creator · who has an allowed role · who was granted it by name ·
#  owner, a Creator · Administrator
CALLERS = ("nobody", "stranger", "member", "creator", "holder", "granted", "owner", "admin")
KINDS = ("PUBLIC", "PRIVATE", "ROLE_BASED", "trashed")


def answers(public: str, private: str, role_based: str, trashed: str) -> Answers:
    return dict(zip(KINDS, (public, private, role_based, trashed), strict=True))


def as_edit(ok: str) -> Answers:
    """The owner and those who may edit any file; nothing in the trash can be edited."""
    live = f"401 404 403 403 403 403 {ok} {ok}"
    return answers(live, live, live, GONE)


#                nobody stranger member creator holder granted owner admin
NOT_FOUND = "401 not_found not_found not_found not_found not_found not_found not_found"
GONE = "401 404 404 404 404 404 404 404"  # to sign in comes first where nothing is public
SEEN = answers(
    "200 404 200 200 200 200 200 200",
    "401 404 403 403 403 403 200 200",
    "401 404 403 403 200 200 200 200",
    "404 404 404 404 404 404 404 404",
)
SEEN_BY_MEMBERS = {kind: f"401{line[3:]}" for kind, line in SEEN.items()}
LISTED = answers(
    "in out in in in in in in",
    "out out out out out out in in",
    "out out out out in in in in",
    "out out out out out out out out",
)
SERVED = answers(
    "200 200 200 200 200 200 200 200",
    "403 404 403 403 403 403 200 200",
    "403 404 403 403 200 200 200 200",
    "404 404 404 404 404 404 404 404",
)
EARLIER = answers(
    "403 404 403 403 403 403 200 200",
    "403 404 403 403 403 403 200 200",
    "403 404 403 403 403 403 200 200",
    "404 404 404 404 404 404 404 404",
)
BY_LINK = answers(
    "200 200 200 200 200 200 200 200",
    "200 200 200 200 200 200 200 200",
    "200 200 200 200 200 200 200 200",
    "404 404 404 404 404 404 404 404",
)
# Listing, making and revoking links asks for a permission before any file is looked at.
SHARED = dict.fromkeys(KINDS, "401 404 403 {} 403 403 {} {}")


def as_share(ok: str) -> Answers:
    """As editing, but asked for a permission before any file is looked at."""
    live = f"401 404 403 403 403 403 {ok} {ok}"
    return answers(live, live, live, "401 404 403 404 403 403 404 404")


def in_bulk(done: str) -> Answers:
    live = f"401 not_found denied denied denied denied {done} {done}"
    return answers(live, live, live, NOT_FOUND)


# Where a file was taken is for those who may edit it.
PLACED = answers(
    "camera 404 camera camera camera camera place place",
    "401 404 403 403 403 403 place place",
    "401 404 403 403 camera camera place place",
    "404 404 404 404 404 404 404 404",
)

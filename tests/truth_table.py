"""The truth table of the seven permissions, written by hand; every implementation is compared with it.

A cell lists what is needed, as alternatives: `["edit_own", "edit_all"]` is one of the two, `["view view_all"]` is both,
`[""]` is open to every member, `[]` to no one. The columns are kinds of files, as the caller stands to them.
"""

from permissions.choices import Permission

# The last two are ROLE_BASED, with and without a role of the caller's.
KINDS = ("own", "public", "private", "shared", "unshared")
OWN_PERMISSIONS = [permission for permission in Permission if permission.value.startswith("media_")]

Needs = list[str]


def _row(own: Needs, public: Needs, private: Needs, shared: Needs, unshared: Needs) -> dict[str, Needs]:
    return dict(zip(KINDS, (own, public, private, shared, unshared), strict=True))


def _by_ownership(own: Needs, others: Needs) -> dict[str, Needs]:
    return _row(own, others, others, others, others)


TRUTH = {
    "list": _row(["view"], ["view"], ["view view_all"], ["view"], ["view view_all"]),
    "detail": _row([""], [""], ["view_all"], [""], ["view_all"]),
    "share": _row(["edit_own", "edit_all"], ["edit_all"], ["edit_all view_all"], ["edit_all"], ["edit_all view_all"]),
    "patch": _by_ownership(["edit_own", "edit_all"], ["edit_all"]),
    "delete": _by_ownership(["delete_own", "delete_all"], ["delete_all"]),
    "restore": _by_ownership(["delete_own", "delete_all"], ["delete_all"]),
    "trash": _by_ownership(["delete_own", "delete_all"], ["delete_all"]),
    "purge": _by_ownership(["delete_all"], ["delete_all"]),
    "hand over": _by_ownership(["edit_all"], ["edit_all"]),
}
# Many at once, asked file by file, and what is asked as editing is.
TRUTH |= {
    "bulk-delete": TRUTH["delete"],
    "bulk-restore": TRUTH["restore"],
    "bulk-tags": TRUTH["patch"],
    "bulk-visibility": TRUTH["patch"],
    **dict.fromkeys(("access", "activity", "grants", "versions"), TRUTH["patch"]),
}
UPLOADING = ["upload"]


def opens(needs: Needs, permissions: frozenset[str]) -> bool:
    """Tell whether `permissions` (codenames) meet one of the alternatives."""
    return any({f"media_{name}" for name in one.split()} <= permissions for one in needs)

"""The seeded roles of an organization, with the permissions of each, and what an administrator must hold."""

from permissions.choices import Permission

_SEE = {
    Permission.MEDIA_VIEW,
    Permission.VIEW_CATEGORY,
    Permission.VIEW_CONTENT,
    Permission.VIEW_LIBRARY_RESOURCE,
    Permission.VIEW_RESOURCE,
}
_CREATE = {
    Permission.ADD_CATEGORY,
    Permission.ADD_CONTENT,
    Permission.ADD_RESOURCE,
    Permission.CHANGE_CATEGORY,
    Permission.CHANGE_CONTENT,
    Permission.CHANGE_RESOURCE,
    Permission.DELETE_CONTENT,
    Permission.DELETE_RESOURCE,
    Permission.MEDIA_DELETE_OWN,
    Permission.MEDIA_EDIT_OWN,
    Permission.MEDIA_UPLOAD,
}

# A person with all of them can repair an organization: give any role that grants no more than they have themselves.
REPAIRS = frozenset(
    {
        Permission.ADD_MEMBERSHIP,
        Permission.CHANGE_MEMBERSHIP,
        Permission.CHANGE_ROLE,
        Permission.MEDIA_VIEW_ALL,
        Permission.VIEW_MEMBERSHIP,
        Permission.VIEW_ROLE,
    }
)

# The permissions of each seeded role of an organization: read by `seed_roles`, the documentation and the tests.
ROLE_GRANTS: dict[str, frozenset[Permission]] = {
    "Administrator": frozenset(Permission),
    "Creator": frozenset(_SEE | _CREATE),
    "Member": frozenset(_SEE | {Permission.MEDIA_UPLOAD}),
}

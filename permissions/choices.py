"""The vocabulary of access: permissions, actions, visibilities, and what each seeded role is granted."""

from django.db.models import TextChoices


class Permission(TextChoices):
    """Everything a role can grant, by codename. No permission string stands outside this table."""

    ADD_CATEGORY = "add_category", "Add categories"
    ADD_CONTENT = "add_content", "Add content"
    ADD_LIBRARY_RESOURCE = "add_libraryresource", "Add library resources"
    ADD_MEMBERSHIP = "add_membership", "Add members"
    ADD_RESOURCE = "add_resource", "Add resources"
    ADD_ROLE = "add_role", "Add roles"
    CHANGE_CATEGORY = "change_category", "Change categories"
    CHANGE_CONTENT = "change_content", "Change content"
    CHANGE_LIBRARY_RESOURCE = "change_libraryresource", "Change library resources"
    CHANGE_MEMBERSHIP = "change_membership", "Change members"
    CHANGE_ORGANIZATION = "change_organization", "Change the organization and its webhooks"
    CHANGE_RESOURCE = "change_resource", "Change resources"
    CHANGE_ROLE = "change_role", "Change roles"
    DELETE_CATEGORY = "delete_category", "Delete categories"
    DELETE_CONTENT = "delete_content", "Delete content"
    DELETE_LIBRARY_RESOURCE = "delete_libraryresource", "Delete library resources"
    DELETE_MEMBERSHIP = "delete_membership", "Remove members"
    DELETE_RESOURCE = "delete_resource", "Delete resources"
    DELETE_ROLE = "delete_role", "Delete roles"
    MEDIA_DELETE_ALL = "media_delete_all", "Delete any file"
    MEDIA_DELETE_OWN = "media_delete_own", "Delete own files"
    MEDIA_EDIT_ALL = "media_edit_all", "Edit any file"
    MEDIA_EDIT_OWN = "media_edit_own", "Edit own files"
    MEDIA_UPLOAD = "media_upload", "Upload files"
    MEDIA_VIEW = "media_view", "Use the media library"
    MEDIA_VIEW_ALL = "media_view_all", "See every file"
    VIEW_CATEGORY = "view_category", "See categories"
    VIEW_CONTENT = "view_content", "See content"
    VIEW_LIBRARY_RESOURCE = "view_libraryresource", "See library resources"
    VIEW_MEMBERSHIP = "view_membership", "See members"
    VIEW_ORGANIZATION = "view_organization", "See the organization"
    VIEW_RESOURCE = "view_resource", "See resources"
    VIEW_ROLE = "view_role", "See roles"


class Action(TextChoices):
    """What may be asked of a row. `permissions.access` holds one rule for each."""

    DELETE = "delete"
    EDIT = "edit"
    HAND_OVER = "hand_over"
    PURGE = "purge"
    SHARE = "share"
    VIEW = "view"


class Reason(TextChoices):
    """Why somebody may do something to a file, or may not."""

    ALLOWED_ROLE = "allowed_role", "The file is role based and one of this person's roles is allowed."
    INACTIVE = "inactive", "This account is deactivated."
    NO_ALLOWED_ROLE = "no_allowed_role", "The file is role based; none of this person's roles is allowed."
    NOT_OWNER = "not_owner", "This person does so with own files, and the file is somebody else's."
    NOT_VISIBLE = "not_visible", "This person may not see the file."
    OWNER = "owner", "The file is this person's own."
    PERMISSION = "permission", "One of this person's roles grants it for every file."
    PERMISSION_MISSING = "permission_missing", "None of this person's roles grants it."
    PERSONAL_GRANT = "personal_grant", "The file is role based and this person was granted it by name."
    PRIVATE = "private", "The file is private and somebody else's."
    PUBLIC = "public", "The file is public."


class Visibility(TextChoices):
    """Who may see a file besides its owner and those who may see everything."""

    PRIVATE = "PRIVATE", "Private"
    PUBLIC = "PUBLIC", "Public"
    ROLE_BASED = "ROLE_BASED", "Role based"


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

# Together they repair an organization: who holds them can give any role that grants no more than they hold.
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

# What each seeded role of an organization is granted: read by `seed_roles`, the documentation and the tests.
ROLE_GRANTS: dict[str, frozenset[Permission]] = {
    "Administrator": frozenset(Permission),
    "Creator": frozenset(_SEE | _CREATE),
    "Member": frozenset(_SEE | {Permission.MEDIA_UPLOAD}),
}

"""The vocabulary of access: permissions, actions, reasons and visibilities. Seeded roles: `permissions.roles`."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Permission(TextChoices):
    """Every permission that a role can grant, by codename. No other module names a permission by its string."""

    ADD_CATEGORY = "add_category", _("Add categories")
    ADD_CONTENT = "add_content", _("Add content")
    ADD_LIBRARY_RESOURCE = "add_libraryresource", _("Add library resources")
    ADD_MEMBERSHIP = "add_membership", _("Add members")
    ADD_RESOURCE = "add_resource", _("Add resources")
    ADD_ROLE = "add_role", _("Add roles")
    CHANGE_CATEGORY = "change_category", _("Change categories")
    CHANGE_CONTENT = "change_content", _("Change content")
    CHANGE_LIBRARY_RESOURCE = "change_libraryresource", _("Change library resources")
    CHANGE_MEMBERSHIP = "change_membership", _("Change members")
    CHANGE_ORGANIZATION = "change_organization", _("Change the organization and its webhooks")
    CHANGE_RESOURCE = "change_resource", _("Change resources")
    CHANGE_ROLE = "change_role", _("Change roles")
    DELETE_CATEGORY = "delete_category", _("Delete categories")
    DELETE_CONTENT = "delete_content", _("Delete content")
    DELETE_LIBRARY_RESOURCE = "delete_libraryresource", _("Delete library resources")
    DELETE_MEMBERSHIP = "delete_membership", _("Remove members")
    DELETE_RESOURCE = "delete_resource", _("Delete resources")
    DELETE_ROLE = "delete_role", _("Delete roles")
    MEDIA_DELETE_ALL = "media_delete_all", _("Delete any file")
    MEDIA_DELETE_OWN = "media_delete_own", _("Delete own files")
    MEDIA_EDIT_ALL = "media_edit_all", _("Edit any file")
    MEDIA_EDIT_OWN = "media_edit_own", _("Edit own files")
    MEDIA_UPLOAD = "media_upload", _("Upload files")
    MEDIA_VIEW = "media_view", _("Use the media library")
    MEDIA_VIEW_ALL = "media_view_all", _("See every file")
    VIEW_CATEGORY = "view_category", _("See categories")
    VIEW_CONTENT = "view_content", _("See content")
    VIEW_LIBRARY_RESOURCE = "view_libraryresource", _("See library resources")
    VIEW_MEMBERSHIP = "view_membership", _("See members")
    VIEW_ORGANIZATION = "view_organization", _("See the organization")
    VIEW_RESOURCE = "view_resource", _("See resources")
    VIEW_ROLE = "view_role", _("See roles")


class Action(TextChoices):
    """An action on a row. `permissions.access` has one rule for each."""

    DELETE = "delete"
    EDIT = "edit"
    HAND_OVER = "hand_over"
    PURGE = "purge"
    SHARE = "share"
    VIEW = "view"


class Reason(TextChoices):
    """Why a person may do something to a file, or may not."""

    ALLOWED_ROLE = "allowed_role", _("The file is shared with a role of this person.")
    INACTIVE = "inactive", _("This account is deactivated.")
    NO_ALLOWED_ROLE = "no_allowed_role", _("The file is shared with roles that this person does not have.")
    NOT_OWNER = (
        "not_owner",
        _("This person may do this only to their own files, and this file belongs to someone else."),
    )
    NOT_VISIBLE = "not_visible", _("This person may not see the file.")
    OWNER = "owner", _("This person owns the file.")
    PERMISSION = "permission", _("A role of this person grants this for every file.")
    PERMISSION_MISSING = "permission_missing", _("No role of this person grants this.")
    PERSONAL_GRANT = "personal_grant", _("The file is shared with this person by name.")
    PRIVATE = "private", _("The file is private and belongs to someone else.")
    PUBLIC = "public", _("The file is public.")


class Visibility(TextChoices):
    """Who may see a file, besides its owner and people who may see every file."""

    PRIVATE = "PRIVATE", _("Private")
    PUBLIC = "PUBLIC", _("Public")
    ROLE_BASED = "ROLE_BASED", _("Role based")

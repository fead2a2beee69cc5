"""The history of files: read only, and kept after the files are purged."""

from django.contrib import admin

from permissions.admin.base import ReadOnlyAdmin
from permissions.choices import Permission
from uploads.models import Activity


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin[Activity]):
    """The history of all files of an organization, for those who may see every file."""

    grants = {"view": Permission.MEDIA_VIEW_ALL}
    list_display = ["created_at", "action", "upload_name", "actor_name"]
    list_filter = ["action", "created_at"]
    list_select_related = ["organization"]
    search_fields = ["upload_name", "actor_name"]
    fields = ["created_at", "action", "upload_name", "upload_id", "actor_name", "changes", "request_id"]

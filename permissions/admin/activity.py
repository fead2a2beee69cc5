"""The audit log: who changed what, read only."""

from auditlog.models import LogEntry
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from permissions.access import Access
from permissions.admin.binding import is_bound
from permissions.admin.governed import ReadOnlyAdmin
from permissions.choices import Permission


@admin.register(LogEntry)
class ActivityAdmin(ReadOnlyAdmin):
    """Entries carry the id of their organization in `additional_data`; those without one are the operator's."""

    grants = {"view": Permission.MEDIA_VIEW_ALL}
    list_display = ["timestamp", "actor", "action", "object_repr"]
    list_filter = ["action", "timestamp"]
    list_select_related = ["actor", "content_type"]
    search_fields = ["object_repr"]
    fields = ["timestamp", "actor", "action", "content_type", "object_repr", "changes"]

    def within(self, rows: QuerySet, access: Access) -> QuerySet:
        if access.everywhere:
            return rows
        return (
            rows.filter(additional_data__organization=str(access.organization_id)) if is_bound(access) else rows.none()
        )

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

"""Videos and sounds."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from media_library.models import MediaItem
from permissions.access import Access
from permissions.admin.binding import is_bound
from permissions.admin.governed import ReadOnlyAdmin
from permissions.choices import Action, Permission
from uploads.search import words_of


@admin.register(MediaItem)
class MediaItemAdmin(ReadOnlyAdmin):
    """What became of videos and sounds; texts and access are their files', where they are changed."""

    grants = {"view": Permission.MEDIA_VIEW}
    names_organization = False  # type: ignore[assignment]  # the file's
    list_display = ["title", "media_type", "status", "duration_seconds", "created_at"]
    list_filter = ["media_type", "status"]
    list_select_related = ["upload", "organization"]
    search_fields = ["upload__search_text"]
    fields = ["title", "media_type", "status", "progress", "error", "duration_seconds", "created_at", "updated_at"]

    def within(self, rows: QuerySet, access: Access) -> QuerySet:
        if not is_bound(access) or not access.has(Permission.MEDIA_VIEW):
            return rows.none()
        return cast(Any, rows).allowing(access, Action.VIEW).select_related("upload")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        for word in words_of(search_term):
            queryset = queryset.filter(upload__search_text__contains=word)
        return queryset, False

    @admin.display(description="title", ordering="upload__original_filename")
    def title(self, item: MediaItem) -> str:
        return str(item)

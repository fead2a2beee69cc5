"""Pages of media items."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from media_library.choices import MediaStatus, MediaType
from media_library.models import MediaItem
from media_library.services.media_items import cancel_transcoding, transcode_again
from media_library.services.statuses import percent_done
from permissions.access import Access, OwnershipScope, ownership_scope, permits
from permissions.admin import theme
from permissions.admin.base import ReadOnlyAdmin
from permissions.admin.tenant import admin_access, has_organization
from permissions.choices import Action, Permission
from uploads.models import Upload

COLOURS = {
    MediaStatus.READY: "success",
    MediaStatus.FAILED: "danger",
    MediaStatus.TRANSCODING: "primary",
    MediaStatus.UPLOADED: "info",
    MediaStatus.UPLOADING: "info",
}


@admin.register(MediaItem)
class MediaItemAdmin(ReadOnlyAdmin):
    """Media items. Their texts and access are those of their files, and are changed there."""

    grants = {"view": Permission.MEDIA_VIEW}
    names_organization = False  # the file has it
    list_display = ["title", "media_type", "status_shown", "percent", "duration", "created_at"]
    list_filter = ["media_type", "status"]
    list_select_related = ["upload", "organization", "job"]
    search_fields = ["upload__search_text"]
    fields = ["title", "media_type", "status_shown", "percent", "error", "duration", "created_at", "updated_at"]
    actions = ["transcode_again", "cancel_transcoding"]

    def in_organization(self, rows: QuerySet, access: Access) -> QuerySet:
        if not has_organization(access) or not access.has(Permission.MEDIA_VIEW):
            return rows.none()
        return cast(Any, rows).allowing(access, Action.VIEW).select_related("upload")

    @admin.display(description=_("title"), ordering="upload__name_sort")
    def title(self, item: MediaItem) -> str:
        return str(item)

    @theme.display(description=_("status"), ordering="status", label=COLOURS)
    def status_shown(self, item: MediaItem) -> tuple[str, str]:
        return item.status, item.get_status_display()

    @admin.display(description=_("progress"))
    def percent(self, item: MediaItem) -> str:
        row = {**vars(item), "job__progress": item.job.progress if item.job else None}
        return f"{percent_done(row)} %" if item.status == MediaStatus.TRANSCODING else "-"

    @admin.display(description=_("duration"), ordering="duration_seconds")
    def duration(self, item: MediaItem) -> str:
        seconds = item.duration_seconds
        return "-" if seconds is None else str(timedelta(seconds=round(seconds)))

    # Actions on those of the selected items that the person may edit

    def has_control_permission(self, request: HttpRequest) -> bool:
        return ownership_scope(admin_access(request), Action.EDIT) is not OwnershipScope.NO_ROW

    @admin.action(description=_("Transcode again"), permissions=["control"])
    def transcode_again(self, request: HttpRequest, items: QuerySet) -> None:
        """Transcode failed videos again."""
        self._control(request, items, self._transcode_again, gettext_noop("Transcoded again."))

    @admin.action(description=_("Cancel transcoding"), permissions=["control"])
    def cancel_transcoding(self, request: HttpRequest, items: QuerySet) -> None:
        """Cancel running transcodings, local and remote."""
        self._control(request, items, lambda item: cancel_transcoding(item=item), gettext_noop("Canceled."))

    def _transcode_again(self, item: MediaItem) -> bool:
        with transaction.atomic():
            Upload.objects.select_for_update(of=("self",)).get(pk=item.pk)
            item.refresh_from_db(fields=["status"])
            if item.media_type != MediaType.VIDEO or item.status != MediaStatus.FAILED:
                return False
            transcode_again(item=item)
        return True

    def _control(self, request: HttpRequest, items: QuerySet, do: Callable[[MediaItem], bool], message: str) -> None:
        access = admin_access(request)
        own = [item for item in items if permits(access, Action.EDIT, item.upload.uploaded_by_id)]
        done = [item for item in own if do(item)]
        for item in done:
            self.log_change(request, item, message)
        counts = {"message": gettext(message), "done": len(done), "total": len(items)}
        self.message_user(request, gettext("%(message)s %(done)s of %(total)s.") % counts, messages.INFO)

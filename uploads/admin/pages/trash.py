"""The trash: its files and how long they stay, restoring them, and purging them."""

from collections.abc import Mapping

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from common.errors import DomainError, Invalid, SelectionChanged
from common.rest.filters import unknown_parameter
from common.rest.keyset import OffsetOrCursor
from permissions.admin.pages import ModelPage
from permissions.choices import Action, Permission
from uploads.admin.browser.query import PageRequest
from uploads.admin.pages.trash_files import COLUMNS, Files, represent_trashed
from uploads.admin.pages.trash_selection import TrashSelection
from uploads.files.bulk import bulk_purge, bulk_restore
from uploads.files.retention import retention_days
from uploads.models import Upload
from uploads.querysets import UploadQuerySet

PAGE = 50  # files
RESTORED = ngettext_lazy("%(number)s file was restored.", "%(number)s files were restored.", "count")
NOT_RESTORED = ngettext_lazy(
    "%(number)s file was not restored: it is no longer in the trash, or you may not restore it.",
    "%(number)s files were not restored: they are no longer in the trash, or you may not restore them.",
    "count",
)
PURGED = ngettext_lazy("%(number)s file was deleted for good.", "%(number)s files were deleted for good.", "count")
PURGING = ngettext_lazy(
    "%(number)s file is being deleted for good in the background.",
    "%(number)s files are being deleted for good in the background.",
    "count",
)
KEPT = ngettext_lazy(
    "%(number)s file was kept: it is in use, or no longer in the trash.",
    "%(number)s files were kept: they are in use, or no longer in the trash.",
    "count",
)


class TrashPage(ModelPage):
    """The deleted files that the person may delete, the newest deletion first."""

    route = "trash/"
    name = "uploads_upload_trash"
    title = gettext_lazy("Trash")
    template_name = "admin/uploads/pages/trash.html"
    is_fullwidth = True
    verbs = ("delete",)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        search = _search(request.GET)
        rows = Upload.everything.trashed().allowing(self.access, Action.DELETE).search(search)
        files, following = _page(request, rows, search)
        context: dict[str, object] = {"files": files, "following": following, "search": search}
        if following or request.GET.get("cursor"):
            context |= {"matching": rows.count(), "moment": timezone.now().isoformat()}
        return self.render(context)

    def refuse(self, error: DomainError) -> HttpResponseBase:
        if not isinstance(error, Invalid):
            raise error
        return self.render({"error": error.detail}, status=400)

    def render(self, context: Mapping[str, object], *, status: int = 200) -> HttpResponseBase:
        shared = {
            "retention": retention_days(),
            "may_purge": self.may("purge"),
            "sees_all": self.access.has(Permission.MEDIA_VIEW_ALL),
        }
        return super().render({**shared, **context}, status=status)


class TrashAction(ModelPage):
    """An action on the selected files of the trash; every response leads back to it."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        selection = TrashSelection.of(request.POST)
        if not selection:
            messages.warning(request, _("No file was selected."))
            return self.back()
        return self.act(selection)

    def act(self, selection: TrashSelection) -> HttpResponseBase:
        """Run the action on the selected files. Raises Invalid or SelectionChanged if nothing was done."""
        raise NotImplementedError

    def refuse(self, error: DomainError) -> HttpResponseBase:
        if not isinstance(error, Invalid | SelectionChanged):  # too many files, or another number than was shown
            raise error
        messages.error(self.request, error.detail)
        return self.back()

    def back(self) -> HttpResponseBase:
        """Redirect to the trash."""
        return redirect("admin:uploads_upload_trash")


class RestorePage(TrashAction):
    """Restores files from the trash."""

    route = "trash/restore/"
    name = "uploads_upload_trash_restore"
    verbs = ("delete",)

    def act(self, selection: TrashSelection) -> HttpResponseBase:
        outcome = bulk_restore(access=self.access, selection=selection.selection(self.access))
        if outcome.restored:
            messages.success(self.request, _counted(RESTORED, len(outcome.restored)))
        if kept := len(outcome.denied) + len(outcome.not_found):
            messages.error(self.request, _counted(NOT_RESTORED, kept))
        return self.back()


class PurgePage(TrashAction):
    """Purges files after a confirmation, which is about exactly the files that are purged."""

    route = "trash/purge/"
    name = "uploads_upload_trash_purge"
    title = gettext_lazy("Delete for good?")
    template_name = "admin/uploads/pages/purge.html"
    is_fullwidth = True
    verbs = ("delete", "purge")

    def act(self, selection: TrashSelection) -> HttpResponseBase:
        if "confirmed" not in self.request.POST:
            return self._ask(selection)
        outcome = bulk_purge(access=self.access, ids=selection.ids_to_purge(self.access))
        if outcome.gone:
            messages.success(self.request, _counted(PURGED, outcome.gone))
        if outcome.unfinished:
            messages.warning(self.request, _counted(PURGING, outcome.unfinished))
        if outcome.kept:
            messages.error(self.request, _counted(KEPT, outcome.kept))
        return self.back()

    def _ask(self, selection: TrashSelection) -> HttpResponseBase:
        rows = selection.rows.allowing(self.access, Action.PURGE)
        figures = rows.aggregate(count=Count("pk"), size=Sum("size"), used=Count("pk", filter=Q(usage_count__gt=0)))
        if selection.moment and figures["count"] != selection.count:
            raise SelectionChanged(shown=selection.count, matching=figures["count"])
        if not figures["count"]:
            return self.back()
        files = represent_trashed(rows.order_by("-deleted_at", "-id").values(*COLUMNS)[:PAGE])
        more = figures["count"] - len(files)
        return self.render({**figures, "files": files, "more": more, "fields": selection.fields})


def _counted(text: Promise, count: int) -> str:
    return str(text % {"count": count, "number": f"{count:,}"})


def _search(address: QueryDict) -> str:
    """Return the search of the address (`search` or `q`). Raises Invalid for other parameters, and for two searches."""
    for name in address:
        if name not in {"search", "q", "cursor"}:
            raise unknown_parameter(name)
    texts = {text.strip() for name in ("search", "q") for text in address.getlist(name)} - {""}
    if len(texts) > 1:
        raise Invalid(_("Only one search can be given."), attr="search")
    return next(iter(texts), "")


def _page(request: HttpRequest, rows: UploadQuerySet, search: str) -> tuple[Files, str]:
    """Return one page, the newest deletion first, and the query string of the next page. Raises Invalid."""
    query = QueryDict(mutable=True)
    query["cursor"], query["limit"] = request.GET.get("cursor", ""), str(PAGE)
    pages = OffsetOrCursor()
    ordered = rows.order_by("-deleted_at", "-id").values(*COLUMNS)
    page = pages.paginate_queryset(ordered, PageRequest(query, f"?{urlencode({'search': search})}"))
    return represent_trashed(page), str(pages.head["next"] or "")

"""The admin of accounts, with the files of a person."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.errors import DomainError
from permissions.access import OwnershipScope, out_of_scope, ownership_scope
from permissions.admin.admin_types import DeletedObjects
from permissions.admin.tenant import admin_access
from permissions.admin.users import PersonAdmin
from permissions.choices import Action, Permission
from permissions.models import User
from uploads.accounts.deletion import NAMED, delete_user, files_in_use
from uploads.admin.avatars import AvatarMixin
from uploads.admin.hand_over import HandOverPage
from uploads.models import Upload


@admin.register(User)
class UserAdmin(AvatarMixin, PersonAdmin):
    """Deleting an account deletes its files: it needs media_delete_all, and no file in another organization."""

    extra_pages = (HandOverPage,)
    change_form_outer_before_template = "admin/uploads/hand_over_link.html"

    def allows(self, request: HttpRequest, verb: str, row: User) -> bool:
        if not super().allows(request, verb, row):
            return False
        return verb != "delete" or self._may_delete_files(request, row)

    def _may_delete_files(self, request: HttpRequest, person: User) -> bool:
        access = admin_access(request)
        if person.is_system or person.pk == access.user_id or not access.has(Permission.MEDIA_DELETE_ALL):
            return False
        files = Upload.everything.filter(uploaded_by=person)
        return not out_of_scope(files, access).exists()

    def has_hand_over_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may hand over the files of others."""
        return ownership_scope(admin_access(request), Action.HAND_OVER) is OwnershipScope.EVERY_ROW

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["may_hand_over"] = self.has_hand_over_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_deleted_objects(self, objs: Iterable[User], request: HttpRequest) -> DeletedObjects:
        """Return the content of the confirmation page: the accounts, the number of their files, and those in use."""
        people = list(objs)
        denied = {str(person) for person in people if not self.has_delete_permission(request, person)}
        used = [f"{upload} ({upload.filename})" for person in people for upload in files_in_use(person)[:NAMED]]
        files = Upload.everything.filter(uploaded_by__in=people).count()
        return [str(person) for person in people], {_("people"): len(people), _("files"): files}, denied, used

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        self._delete(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._delete(request, list(queryset))

    def _delete(self, request: HttpRequest, people: list[User]) -> None:
        """Delete all of them or none; an error names the person whose account cannot be deleted."""
        for person in people:
            try:
                delete_user(user=person, by=admin_access(request).user_id)
            except DomainError as error:
                error.detail = f"{person}: {error.detail}"
                raise

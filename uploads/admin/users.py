"""Accounts, completed by what happens to a person's files."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path

from common.errors import DomainError
from permissions.access import OwnershipScope, out_of_scope, ownership_scope
from permissions.admin.tenant import admin_access
from permissions.admin.users import PersonAdmin
from permissions.choices import Action, Permission
from permissions.models import User
from uploads.accounts.deletion import NAMED, delete_user, files_in_use
from uploads.admin.avatars import AvatarMixin
from uploads.admin.hand_over import HandOverForm
from uploads.models import Upload


@admin.register(User)
class UserAdmin(AvatarMixin, PersonAdmin):
    """Deleting an account deletes its files, so it needs the right to delete any file, and no file elsewhere."""

    def allows(self, request: HttpRequest, verb: str, row: Any) -> bool:
        if not super().allows(request, verb, row):
            return False
        return verb != "delete" or self._may_lose_files(request, row)

    def _may_lose_files(self, request: HttpRequest, person: User) -> bool:
        access = admin_access(request)
        if person.is_system or person.pk == access.user_id or not access.has(Permission.MEDIA_DELETE_ALL):
            return False
        files = Upload.everything.filter(uploaded_by=person)
        return not out_of_scope(files, access).exists()

    change_form_outer_before_template = "admin/uploads/hand_over_link.html"

    def get_urls(self) -> Any:
        page = self.admin_site.admin_view(self.hand_over_view)
        return [path("<uuid:pk>/hand-over/", page, name="permissions_user_hand_over"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context["may_hand_over"] = self.has_hand_over_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def has_hand_over_permission(self, request: HttpRequest) -> bool:
        return ownership_scope(admin_access(request), Action.HAND_OVER) is OwnershipScope.EVERY_ROW

    def hand_over_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give the person's files in an organization to another member of it."""
        if not (self.has_view_permission(request) and self.has_hand_over_permission(request)):
            raise PermissionDenied
        person = get_object_or_404(self.get_queryset(request), pk=pk)
        form = HandOverForm(request.POST or None, person=person, access=admin_access(request))
        if request.method == "POST" and form.is_valid() and (count := form.hand_over()) is not None:
            self.log_change(request, person, f"Handed {count} files over to {form.cleaned_data['to'].username}.")
            self.message_user(request, f"{count} files now belong to {form.cleaned_data['to']}.", messages.SUCCESS)
            return redirect("admin:permissions_user_change", person.pk)
        context = {**self.admin_site.each_context(request), "title": f"Hand over the files of {person}", "form": form}
        return TemplateResponse(request, "admin/uploads/upload_form.html", context | {"button": "Hand over"})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        people = list(objs)
        denied = {str(person) for person in people if not self.has_delete_permission(request, person)}
        used = [f"{upload} ({upload.filename})" for person in people for upload in files_in_use(person)[:NAMED]]
        files = Upload.everything.filter(uploaded_by__in=people).count()
        return [str(person) for person in people], {"people": len(people), "files": files}, denied, used

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        self._delete(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        self._delete(request, list(queryset))

    def _delete(self, request: HttpRequest, people: list[User]) -> None:
        """All of them or, with the name of the one that stops it, none."""
        for person in people:
            try:
                delete_user(user=person, by=admin_access(request).user_id)
            except DomainError as error:
                error.detail = f"{person}: {error.detail}"
                raise

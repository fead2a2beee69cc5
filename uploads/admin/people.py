"""Accounts, completed by what happens to a person's files."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from permissions.admin.binding import admin_access
from permissions.admin.users import PersonAdmin
from permissions.choices import Permission
from permissions.errors import DomainError
from permissions.models import User
from uploads.models import Upload
from uploads.services.people import NAMED, delete_user, files_in_use


@admin.register(User)
class UserAdmin(PersonAdmin):
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
        return access.everywhere or not files.exclude(organization_id=access.organization_id).exists()

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
        for person in people:
            try:
                delete_user(user=person)
            except DomainError as error:  # between the confirmation and now
                self.message_user(request, f"{person}: {error.detail}", messages.ERROR)

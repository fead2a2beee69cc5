"""Accounts, completed by what happens to a person's files."""

from django.contrib import admin

from permissions.admin.users import PersonAdmin
from permissions.models import User


@admin.register(User)
class UserAdmin(PersonAdmin):
    pass

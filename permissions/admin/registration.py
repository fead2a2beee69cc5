"""Everything about people and organizations that the admin shows; third-party pages that cross organizations go."""

from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.auth.models import Group
from knox.models import AuthToken

for model in (Group, AuthToken, LogEntry):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

from permissions.admin import activity, memberships, organizations, roles, tokens  # noqa: E402, F401

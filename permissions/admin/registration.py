"""Everything about people and organizations that the admin shows; third-party pages that cross organizations go."""

from django.contrib import admin
from django.contrib.auth.models import Group
from knox.models import AuthToken

# Groups carry roles.
for model in (Group, AuthToken):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

from permissions.admin import memberships, organizations, roles, tokens  # noqa: E402, F401

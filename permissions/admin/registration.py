"""Everything about people and organizations that the admin shows; third-party pages that cross organizations go."""

from django.contrib import admin
from django.contrib.auth.models import Group

if admin.site.is_registered(Group):  # groups carry roles, which have pages of their own
    admin.site.unregister(Group)

from permissions.admin import memberships, organizations, roles, tokens  # noqa: F401

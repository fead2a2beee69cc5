"""Registers the admins of people and organizations, and removes that of groups, which crosses organizations."""

from django.contrib import admin
from django.contrib.auth.models import Group

if admin.site.is_registered(Group):  # groups carry roles, which have pages of their own
    admin.site.unregister(Group)

from permissions.admin import invitations, memberships, organizations, roles, tokens  # noqa: F401

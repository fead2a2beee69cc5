"""Rows under the access rule."""

from typing import Self

from django.conf import settings
from django.db import models

from permissions.access import Access, model_rule, rule, scope
from permissions.choices import Action, Visibility
from permissions.models import Organization


class AccessControlledQuerySet(models.QuerySet):
    """Rows of an organization, narrowed to what a caller may do."""

    def in_organization(self, access: Access) -> Self:
        """Rows of the caller's organization, whatever the caller may do to them."""
        return scope(self, access)

    def allowing(self, access: Access, action: Action) -> Self:
        """Rows to which `access` may do `action`. Raises LookupError for an action without a rule."""
        return self.in_organization(access).filter(rule(access, action, self.model))


class ModelPermissionQuerySet(models.QuerySet):
    """Rows of an organization that have no owner: whoever holds the model's permission may do it to all of them."""

    def in_organization(self, access: Access) -> Self:
        """Rows of the caller's organization, whatever the caller may do to them."""
        return scope(self, access)

    def allowing(self, access: Access, action: str) -> Self:
        """Rows to which `access` may do `action`: view, add, change or delete. Raises LookupError for another one."""
        return self.in_organization(access).filter(model_rule(access, action, self.model))


class AccessControlledModel(models.Model):
    """A row with an owner and a visibility inside one organization."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="%(class)ss")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="%(class)ss")
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PRIVATE)

    class Meta:
        abstract = True

    def allows(self, access: Access, action: Action) -> bool:
        """Tell whether `access` may do `action` to this row: the list's own question, asked of one row."""
        rows = type(self)._base_manager.get_queryset()
        return rows.allowing(access, action).contains(self)

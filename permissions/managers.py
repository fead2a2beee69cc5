"""Querysets under the access rule: the way to ask `permissions.access`."""

from dataclasses import dataclass
from typing import Self, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.db.statements import Statement
from permissions.access import Access, model_rule, rule, scope
from permissions.choices import Action, Visibility
from permissions.models import Organization

Row = TypeVar("Row", bound=models.Model)


class OrganizationQuerySet(models.QuerySet[Row]):
    """Rows that belong to organizations."""

    def in_organization(self, access: Access) -> Self:
        """Return the rows of the caller's organization, without asking what the caller may do to them."""
        return scope(self, access)


class AccessControlledQuerySet(OrganizationQuerySet[Row]):
    """Rows of `AccessControlledModel`: each has an owner and a visibility."""

    def allowing(self, access: Access, action: Action) -> Self:
        """Return the rows to which `access` may do `action`. Raises LookupError for an action without a rule."""
        return scope(self, access).filter(rule(access, action, self.model))


class ModelPermissionQuerySet(OrganizationQuerySet[Row]):
    """Rows of an organization without an owner: the permission of the model holds for all of them."""

    def allowing(self, access: Access, action: str) -> Self:
        """Return the rows to which `access` may do `action`: view, add, change or delete. Raises LookupError."""
        return scope(self, access).filter(model_rule(access, action, self.model))


class AccessControlledModel(models.Model):
    """A row with an owner and a visibility in one organization."""

    organization = models.ForeignKey(
        Organization, models.PROTECT, verbose_name=_("organization"), related_name="%(class)ss"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("uploaded by"), related_name="%(class)ss"
    )
    visibility = models.CharField(_("visibility"), max_length=10, choices=Visibility, default=Visibility.PRIVATE)

    class Meta:
        abstract = True

    def allows(self, access: Access, action: Action) -> bool:
        """Tell whether `access` may do `action` to this row: the condition of lists, for one row. One query."""
        return bool(Statement(Allowed(type(self), action), (access, self.pk)).fetch())


@dataclass(frozen=True)
class Allowed:
    """Composes the id of a row of `model` to which an access may do `action`."""

    model: type[AccessControlledModel]
    action: Action

    def __call__(self, access: Access, pk: UUID) -> models.QuerySet[AccessControlledModel, UUID]:
        rows = scope(self.model._base_manager.filter(pk=pk), access).filter(rule(access, self.action, self.model))
        return rows.order_by().values_list("pk", flat=True)

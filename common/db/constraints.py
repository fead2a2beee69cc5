"""A constraint of the database that keeps references inside their organization."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BaseConstraint
from django.utils.translation import gettext_lazy as _


class SameOrganization(BaseConstraint):
    """The row that the foreign key `field` refers to is in the organization of this row.

    A composite foreign key ``(organization, field)`` → ``(organization, id)`` of the referenced table, which therefore
    needs a unique constraint on those two columns. Unset references pass. Checked at the end of the transaction.
    """

    violation_error_code = "does_not_exist"
    default_violation_error_message = _("Object does not exist.")

    def __init__(self, *, field: str, name: str, **options: Any) -> None:
        self.field = field
        super().__init__(name=name, **options)

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """The clause inside CREATE TABLE; SQLite has no other way to add a foreign key."""
        assert model and schema_editor
        quote = schema_editor.quote_name
        reference: Any = model._meta.get_field(self.field)
        organization: Any = model._meta.get_field("organization")
        target = reference.remote_field.model._meta
        target_organization: Any = target.get_field("organization")
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({quote(organization.column)}, {quote(reference.column)}) "
            f"REFERENCES {quote(target.db_table)} ({quote(target_organization.column)}, {quote(target.pk.column)}) "
            "DEFERRABLE INITIALLY DEFERRED"
        )

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model and schema_editor
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert model and schema_editor
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: set[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Raise ValidationError if the referenced row is in another organization, for model forms."""
        if exclude and self.field in exclude:
            return
        referenced, organization_id = getattr(instance, self.field, None), getattr(instance, "organization_id", None)
        if referenced is not None and referenced.organization_id != organization_id:
            raise ValidationError({self.field: self.get_violation_error_message()}, code=self.violation_error_code)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, options = super().deconstruct()
        return path, args, {**options, "field": self.field}

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SameOrganization):
            return (self.name, self.field) == (other.name, other.field)
        return NotImplemented

    __hash__ = BaseConstraint.__hash__

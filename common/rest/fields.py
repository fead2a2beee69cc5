"""Serializer fields of request bodies."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.db.ids import parse_id


@extend_schema_field({"type": "string", "format": "uuid"})
class ReferenceField(serializers.Field):
    """The id of another row, or the embedded representation of that row. The service checks that the row exists."""

    default_error_messages = {"does_not_exist": _("Object does not exist.")}

    def to_internal_value(self, data: object) -> UUID:
        row_id = parse_id(data.get("id") if isinstance(data, Mapping) else data)
        if row_id is None:
            self.fail("does_not_exist")
        return row_id

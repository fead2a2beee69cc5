"""Fields of request bodies."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.db.ids import parse_id


@extend_schema_field({"type": "string", "format": "uuid"})
class ReferenceField(serializers.Field):
    """The id of another row, or that row as answers embed it. Whether it exists is asked where it is written."""

    default_error_messages = {"does_not_exist": "Object does not exist."}

    def to_internal_value(self, data: Any) -> UUID:
        found = parse_id(data.get("id") if isinstance(data, Mapping) else data)
        if found is None:
            self.fail("does_not_exist")
        return found

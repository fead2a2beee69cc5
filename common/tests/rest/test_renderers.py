"""JSON answers."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import models
from django.utils.functional import lazystr
from django.utils.safestring import mark_safe
from rest_framework.exceptions import ErrorDetail
from rest_framework.renderers import JSONRenderer

from common.rest.renderers import FastJSONRenderer


class Colour(models.TextChoices):
    RED = "RED"
    BLUE = "BLUE"


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, 2.5, None, True, "é€😀", "\u2028<>&"]},
        {"id": UUID(int=7), "when": date(2026, 1, 31), "price": Decimal("9.90")},
        {"at": datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC), "whole": datetime(2026, 1, 31, tzinfo=UTC)},
        {"took": timedelta(seconds=90), "lazy": lazystr("later"), "safe": mark_safe("<b>")},
        {1: "number", Colour.RED: Colour.BLUE},
        [ErrorDetail("no", code="invalid"), (1, 2), 2**63 - 1],
    ],
)
def test_answers_are_what_drf_would_write(value):
    assert json.loads(FastJSONRenderer().render(value)) == json.loads(JSONRenderer().render(value))


def test_no_data_is_an_empty_body():
    assert FastJSONRenderer().render(None) == b""

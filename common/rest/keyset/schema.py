"""The description of pages in the OpenAPI schema."""

from typing import Any

from drf_spectacular.plumbing import build_parameter_type

PARAMETERS: list[dict[str, Any]] = [
    build_parameter_type(
        name="limit",
        schema={"type": "integer", "minimum": 1, "maximum": 200, "default": 20},
        location="query",
        description="Number of rows on a page.",
    ),
    build_parameter_type(
        name="offset",
        # No default: clients that are made from the schema send it, and with a cursor that is 400.
        schema={"type": "integer", "minimum": 0, "maximum": 10**9},
        location="query",
        description="Number of rows to skip, 0 if absent; the response has a count. Not together with `cursor`.",
    ),
    build_parameter_type(
        name="cursor",
        schema={"type": "string"},
        location="query",
        description="Empty for the first page, then from the links. No count; the same cost at any depth.",
    ),
]


def response_of(results: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI schema of a page of `results`."""
    link = {"type": "string", "format": "uri", "nullable": True}
    return {
        "type": "object",
        "required": ["next", "previous", "results"],
        "properties": {
            "count": {"type": "integer", "description": "Number of all matching rows; absent with a cursor."},
            "next": link,
            "previous": link,
            "results": results,
        },
    }

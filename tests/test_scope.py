"""Rows are narrowed to the caller's organization in one place: `permissions.access.scope`."""

import ast
from pathlib import Path

import pytest

from permissions.access import NO_ROWS, Access, out_of_scope, scope
from permissions.models import Organization
from tests.factories import make_organization

ROOT = Path(__file__).parent.parent
APPS = ("common", "permissions", "uploads", "resources", "media_library")
DECIDES = ROOT / "permissions/access.py"
NARROWING = {"filter", "exclude", "get", "Q"}


def comparisons(source: str) -> list[int]:
    """Lines that compare an organization with the caller's in a query."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")) in NARROWING
        and any("access.organization_id" in ast.unparse(keyword.value) for keyword in node.keywords)
    ]


def sources():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts) and path != DECIDES:
                yield path


def test_nothing_else_compares_organizations():
    found = [f"{path.relative_to(ROOT)}:{line}" for path in sources() for line in comparisons(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "rows.filter(organization_id=access.organization_id)",
        "rows.exclude(upload__organization=self.access.organization_id)",
        "rows.filter(Q(organization=access.organization_id))",
        "rows.filter(**{field: access.organization_id})",
    ],
)
def test_a_second_place_is_found(line):
    assert comparisons(line)


@pytest.mark.django_db
def test_scope_and_what_it_leaves_out():
    here, there = make_organization("here"), make_organization("there")
    rows = Organization.objects.filter(slug__in=["here", "there"])
    member = Access(user_id=None, organization_id=here.pk)
    unbound = Access(user_id=None, organization_id=None)
    everywhere = Access(user_id=None, organization_id=None, everywhere=True)
    assert (set(scope(rows, member, "pk")), set(out_of_scope(rows, member, "pk"))) == ({here}, {there})
    assert (set(scope(rows, unbound, "pk")), set(out_of_scope(rows, unbound, "pk"))) == (set(), {here, there})
    assert (set(scope(rows, everywhere, "pk")), set(out_of_scope(rows, everywhere, "pk"))) == ({here, there}, set())
    assert not rows.filter(NO_ROWS).exists()

"""Statements that are compiled once and sent with other values."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import F, OuterRef
from django.test.utils import CaptureQueriesContext

from common.db import statements
from common.db.compiled import Unbound
from common.db.json_rows import IdText, JSONRows
from common.db.stand_ins import Fixed, Ids, shape_of
from common.db.statements import ShapeCache, Statement
from permissions.models import Membership, Organization, Role, User
from tests.factories import make_member, make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Nothing composed yet."""
    monkeypatch.setattr(statements, "_cache", ShapeCache())


class Composed:
    """A function that composes, and counts how often."""

    def __init__(self, compose):
        self.compose, self.times = compose, 0

    def __call__(self, *values):
        self.times += 1
        return self.compose(*values)


def named(*names):
    return [User.objects.create(username=name) for name in names]


def test_another_value_of_the_same_shape_is_not_composed_again():
    ada, ben = named("ada", "ben")
    by_id = Composed(lambda pk: User.objects.filter(pk=pk))
    assert Statement(by_id, (ada.pk,)).fetch() == [ada]
    assert Statement(by_id, (ben.pk,)).fetch() == [ben]
    assert Statement(by_id, (uuid4(),)).first() is None
    assert by_id.times == 1


COMPARED = {
    "an id": (lambda value: User.objects.filter(pk=value), lambda user: user.pk),
    "ids": (lambda value: User.objects.filter(pk__in=value), lambda user: (user.pk, uuid4())),
    "any number of ids": (lambda value: User.objects.filter(pk__among=value), lambda user: Ids([user.pk] * 3)),
    "a text": (lambda value: User.objects.filter(username=value), lambda user: user.username),
    "a part of a text": (lambda value: User.objects.filter(username__contains=value), lambda user: "%_\\"),
    "a time": (lambda value: User.objects.filter(date_joined=value), lambda user: user.date_joined),
    "an id as text": (lambda value: User.objects.filter(first_name__in=[str(value)]), lambda user: user.pk),
    "a number": (lambda value: User.objects.filter(last_name="")[:value], lambda user: 1),
}


@pytest.mark.differing
@pytest.mark.parametrize("name", COMPARED)
def test_a_value_takes_the_place_of_its_stand_in(name):
    compose, value_of = COMPARED[name]
    ada, ben = named("a%_\\da", "b%_\\en")
    for number, user in enumerate((ada, ben), start=1):
        user.first_name, user.date_joined = str(user.pk), datetime(2026, 1, number, 12, 30, 15, number, tzinfo=UTC)
        user.save()
    step = Composed(compose)
    for user in (ada, ben):
        value = value_of(user)
        assert Statement(step, (value,)).fetch() == list(compose(value))
    assert step.times == 1


@pytest.mark.differing
def test_what_is_fixed_or_none_has_a_statement_of_its_own():
    named("ada", "ben")
    limited = Composed(lambda name, size: User.objects.filter(username__gte=name or "")[: size.value])
    assert len(Statement(limited, ("a", Fixed(1))).fetch()) == 1
    assert len(Statement(limited, ("a", Fixed(2))).fetch()) == 2
    assert len(Statement(limited, (None, Fixed(2))).fetch()) == 2
    assert limited.times == 3


def test_a_value_that_was_not_passed_is_refused_and_never_kept():
    (ada,) = named("ada")
    kept = ada.pk
    with pytest.raises(Unbound):
        Statement(lambda pk: User.objects.filter(pk=kept), (ada.pk,)).fetch()


def test_a_stand_in_that_was_changed_on_its_way_is_refused():
    with pytest.raises(Unbound):
        Statement(lambda name: User.objects.filter(username=f"{name}!"), ("ada",)).fetch()


@pytest.mark.differing
def test_rows_are_what_the_queryset_makes_of_them():
    named("ada")
    make_member(make_organization(), username="ben")
    for compose in (
        lambda name: User.objects.filter(username=name).values("id", "date_joined", "is_active"),
        lambda name: User.objects.filter(username=name).values_list("id", "is_active"),
        lambda name: User.objects.filter(username=name).values_list("id", flat=True),
        lambda name: User.objects.filter(username=name).annotate(same=F("is_active")),
        lambda name: Membership.objects.filter(user__username=name).select_related("user", "role"),
        lambda name: User.objects.filter(username=name).none(),
    ):
        for name in ("ada", "ben"):
            assert Statement(compose, (name,)).fetch() == list(compose(name))
    joined = Statement(lambda name: Membership.objects.filter(user__username=name).select_related("role"), ("ben",))
    with CaptureQueriesContext(connection) as queries:
        assert joined.fetch()[0].role.name == "Member"
    assert len(queries) == 1


def test_steps_are_part_of_the_shape_and_count_counts_what_is_before_a_page():
    named("ada", "ben", "cleo")
    every = Statement(lambda: User.objects.order_by("username"))
    assert [user.username for user in every.then(_from, "b").fetch()] == ["ben", "cleo"]
    assert [user.username for user in every.fetch()] == ["ada", "ben", "cleo"]
    assert every.then(_from, "b").count() == 2


def _from(rows, name):
    return rows.filter(username__gte=name)


@pytest.mark.differing
def test_rows_of_another_table_come_with_a_row_in_their_order():
    organization = make_organization()
    make_member(organization, username="ada")
    names = Role.objects.filter(organization=OuterRef("pk")).order_by("-name")
    people = Membership.objects.filter(role=OuterRef("pk")).values_list("user__username")
    rows = Organization.objects.filter(pk=organization.pk).annotate(
        names=JSONRows(names.values_list("name")),
        members=JSONRows(names.values_list(IdText(F("pk")), "name", JSONRows(people))),
        nothing=JSONRows(names.none().values_list("name")),
        none=JSONRows(names.filter(name="Nobody").values_list("name")),
    )
    (row,) = rows
    assert row.names == ["Member", "Creator", "Administrator"]
    assert [(name, people) for _, name, people in row.members] == [
        ("Member", ["ada"]),
        ("Creator", []),
        ("Administrator", []),
    ]
    assert {UUID(pk) for pk, _, _ in row.members} == set(organization.roles.values_list("pk", flat=True))
    assert row.members[0][0] == str(UUID(row.members[0][0]))
    assert row.nothing == row.none == []


def test_the_least_recently_used_shape_is_dropped():
    cache = ShapeCache(2)
    for key in "aba":
        cache.get_or_make(key, lambda key=key: key)
    cache.get_or_make("c", lambda: "c")
    assert cache.get_or_make("a", lambda: "made again") == "a"
    assert cache.get_or_make("b", lambda: "made again") == "made again"


@pytest.mark.postgres
def test_the_server_prepares_a_statement_and_knows_its_constants():
    named("ada")
    statement = Statement(lambda name: User.objects.filter(username=name, last_name="100%"), ("ada",))
    for _ in range(3):
        statement.fetch()
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%permissions_user%'")
        (sql,) = (row[0] for row in cursor.fetchall() if "last_name\" = '100%'" in row[0])
    assert '"username" = $1' in sql


def test_values_of_one_type_have_one_shape():
    assert shape_of((1, ("a", uuid4()))).form == shape_of((2, ("b", uuid4()))).form
    assert shape_of((1,)).form != shape_of(("1",)).form
    assert shape_of((True,)).form != shape_of((False,)).form

"""The base of every filter set, over a model without a list of its own; no query is sent."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.http import QueryDict
from django.utils import timezone

from common.errors import Invalid
from common.rest.filters import (
    BooleanFilter,
    IntegerFilter,
    MomentFilter,
    OneOfField,
    OrderingFilter,
    RepeatableFilter,
    StrictFilterSet,
    TextField,
    TextFilter,
)
from common.rest.filters.filterset import LONGEST_VALUE, MOST_VALUES


class GroupFilterSet(StrictFilterSet):
    name = TextFilter()
    kind = RepeatableFilter("name", value=OneOfField(["a", "b"]))
    tag = RepeatableFilter(value=TextField(), method="by_tag")
    id_min = IntegerFilter("id", "gte")
    granted = BooleanFilter(method="by_grant")
    ordering = OrderingFilter({"name": "name", "number": "id"})

    def by_tag(self, rows, name, value):
        return rows.filter(name__contains=f"{self.access}{''.join(value)}")

    def by_grant(self, rows, name, value):
        return rows.exclude(permissions=None) if value else rows.filter(permissions=None)


class MomentFilterSet(StrictFilterSet):
    since = MomentFilter("action_time", "gte")


def rows(query, access="me", filterset=GroupFilterSet, queryset=None):
    queryset = Group.objects.all() if queryset is None else queryset
    return filterset(QueryDict(query), queryset, access=access).qs


def refusal(query):
    with pytest.raises(Invalid) as refused:
        rows(query)
    return refused.value.code, refused.value.attr


def sql(queryset):
    return str(queryset.query)


# TI-08
@pytest.mark.parametrize(
    ("query", "code", "attr"),
    [
        ("nam=x", "unknown_parameter", "nam"),
        (f"{'n' * 300}=x", "unknown_parameter", "n" * 100),
        ("limit=1", "unknown_parameter", "limit"),
        ("name__contains=x", "unknown_parameter", "name__contains"),
        ("name=x&name=x", "invalid", "name"),
        ("kind=a&kind=c", "invalid", "kind"),
        ("kind=A", "invalid", "kind"),
        ("kind=", "invalid", "kind"),
        ("kind=a,b", "invalid", "kind"),
        ("id_min=-1", "invalid", "id_min"),
        ("id_min=+1", "invalid", "id_min"),
        ("id_min=", "invalid", "id_min"),
        ("id_min=9223372036854775808", "invalid", "id_min"),
        ("id_min=99999999999999999999999", "invalid", "id_min"),
        ("granted=yes", "invalid", "granted"),
        ("granted=", "invalid", "granted"),
        ("ordering=", "invalid", "ordering"),
        ("ordering=id", "invalid", "ordering"),
        ("ordering=name,number", "invalid", "ordering"),
        ("ordering=name&ordering=number", "invalid", "ordering"),
        ("name=a%00", "invalid", "name"),
        (f"name={'x' * (LONGEST_VALUE + 1)}", "invalid", "name"),
        ("&".join(["tag=x"] * (MOST_VALUES + 1)), "invalid", "tag"),
    ],
)
def test_what_is_not_declared_is_refused(query, code, attr):
    assert refusal(query) == (code, attr)


def test_the_first_parameter_that_is_not_valid_is_named():
    assert refusal("granted=maybe&id_min=x") == ("invalid", "granted")
    assert refusal("id_min=x&granted=maybe") == ("invalid", "id_min")


@pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\x00"])
def test_text_that_no_column_holds_is_refused(text):
    data = QueryDict(mutable=True)
    data["name"] = text
    with pytest.raises(Invalid):
        GroupFilterSet(data, Group.objects.all(), access=None)


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("name=x", Group.objects.filter(name="x")),
        ("name= x ", Group.objects.filter(name=" x ")),
        ("name=😀", Group.objects.filter(name="😀")),
        (f"name={'x' * LONGEST_VALUE}", Group.objects.filter(name="x" * LONGEST_VALUE)),
        ("kind=a&kind=b", Group.objects.filter(name__in=["a", "b"])),
        ("tag=x&tag=y", Group.objects.filter(name__contains="mexy")),
        ("id_min=0", Group.objects.filter(id__gte=0)),
        ("granted=FALSE", Group.objects.filter(permissions=None)),
    ],
)
def test_what_is_declared_narrows_the_rows(query, same):
    assert sql(rows(query)) == sql(same.order_by("-name", "-id"))


def test_the_largest_number_of_64_bits_is_taken():
    assert rows(f"id_min={2**63 - 1}").query.where


def test_a_hundred_values_are_taken():
    assert "name" in sql(rows("&".join(["tag=x"] * MOST_VALUES)))


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", ("-name", "-id")),
        ("ordering=-name", ("-name", "-id")),
        ("ordering=name", ("name", "id")),
        ("ordering=number", ("id", "id")),
    ],
)
def test_an_order_ends_with_the_id_and_the_first_one_is_the_default(query, order):
    assert rows(query).query.order_by == order


def test_a_set_without_orders_keeps_that_of_the_rows():
    entries = LogEntry.objects.order_by("object_id")
    assert rows("", filterset=MomentFilterSet, queryset=entries).query.order_by == ("object_id",)


# FA-A10
def test_a_moment_without_an_offset_is_in_the_active_time_zone():
    def since(text):
        wanted = rows(f"since={text}", filterset=MomentFilterSet, queryset=LogEntry.objects.all())
        return wanted.query.where.children[0].rhs

    with timezone.override("Pacific/Auckland"):
        assert since("2026-11-29") == datetime(2026, 11, 28, 11, tzinfo=UTC)
        assert since("2026-11-29T00:00:00Z") == datetime(2026, 11, 29, tzinfo=UTC)
        assert since("2026-11-29T00:00:00 01:00") == datetime(2026, 11, 28, 23, tzinfo=UTC)
    assert since("2026-11-29") == datetime(2026, 11, 29, tzinfo=UTC)


def test_two_requests_share_no_filter_that_is_bound():
    one, other = (GroupFilterSet(QueryDict("tag=x"), Group.objects.all(), access=name) for name in ("one", "other"))
    assert "onex" in sql(one.qs)
    assert "otherx" in sql(other.qs)
    assert not hasattr(GroupFilterSet.base_filters["tag"], "parent")


def test_the_form_of_the_same_parameters_is_made_once():
    forms = {
        type(GroupFilterSet(QueryDict(query), Group.objects.all(), access=None).form)
        for query in ("name=x&id_min=1", "id_min=2&name=y")
    }
    assert len(forms) == 1


def test_filters_of_one_set_are_not_those_of_another():
    class PermissionFilterSet(StrictFilterSet):
        codename = TextFilter()

    assert refusal("codename=x") == ("unknown_parameter", "codename")
    assert "codename" in sql(rows("codename=x", filterset=PermissionFilterSet, queryset=Permission.objects.all()))

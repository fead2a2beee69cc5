"""Bulk calls beside other changes, and bulk calls that the database stops in the middle."""

from operator import attrgetter
from random import Random
from time import sleep

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.models import Q

from common.errors import SelectionChanged
from permissions.choices import Action, Visibility
from permissions.context import access_of
from permissions.services.memberships import grant_permissions
from tests.factories import client_for, make_member, make_role, make_upload
from tests.threads import in_threads
from uploads.errors import InTrash
from uploads.files.bulk import Selection, bulk_delete, bulk_visibility
from uploads.models import Activity, Upload
from uploads.tests.files.bulk.conftest import LIST, bulk, ids
from uploads.usages.record import record_usage

pytestmark = pytest.mark.django_db


def state():
    """All that a bulk call may change."""
    rows = Upload.everything.order_by("pk").values_list("pk", "visibility", "deleted_at", "updated_at", "search_text")
    return [list(rows), Activity.objects.count(), Upload.tags.through.objects.count()]


BODIES = {
    "delete": {},
    "tags": {"add": ["sea"], "remove": ["night"]},
    "visibility": {"visibility": "ROLE_BASED"},
}


# BK-08
@pytest.mark.parametrize("what", BODIES)
def test_whichever_statement_fails_nothing_has_happened(client, owner, organization, what):
    files = [make_upload(owner, organization, tags=["night"]) for _ in range(3)]
    body = {**BODIES[what], **({"allowed_roles": ids(make_role(organization))} if what == "visibility" else {})}
    before = state()
    failed = 0
    for number in range(1, 40):
        sent = 0

        def fail(execute, sql, params, many, context, number=number):
            nonlocal sent
            sent += 1
            if sent == number:
                raise OperationalError("gone")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(fail):
            answer = bulk(client, what, files, **body)
        if sent < number:
            break
        failed += 1
        assert answer.status_code == 503, number
        assert state() == before, number
    assert failed >= 5
    assert answer.status_code == 200
    assert state() != before


# PM-11, BK-09
def test_a_right_that_was_lost_since_the_list_counts_no_more(client, owner, files, organization):
    shown = [row["id"] for row in client.get(LIST).json()["results"]]
    grant_permissions(grants={organization.roles.get(name="Creator"): frozenset()})
    assert bulk(client, "delete", None, ids=shown).json()["denied"] == shown
    assert bulk(client, "visibility", None, ids=shown, visibility="PUBLIC").status_code == 403


def once(statement, code):
    """A wrapper for executions that fails the first one of `statement` as PostgreSQL does with `code`."""
    tries = []

    def fail(execute, sql, params, many, context):
        if sql.startswith(statement):
            tries.append(sql)
            if len(tries) <= code.count("!"):
                error = OperationalError("rival")
                error.__cause__ = DatabaseError()
                error.__cause__.sqlstate = code.strip("!")
                raise error
        return execute(sql, params, many, context)

    return fail, tries


# DB-04
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", ["40P01", "40001"])
@pytest.mark.parametrize(("failures", "status"), [(1, 200), (2, 200), (3, 503)])
def test_after_a_deadlock_the_whole_is_tried_three_times_and_done_once(client, files, code, failures, status):
    fail, tries = once('UPDATE "uploads_upload"', code + "!" * failures)
    with connection.execute_wrapper(fail):
        answer = bulk(client, "delete", files)
    assert answer.status_code == status
    assert len(tries) == min(failures + 1, 3)
    assert Activity.objects.count() == (3 if status == 200 else 0)
    assert Upload.objects.count() == (0 if status == 200 else 3)


# DB-04
@pytest.mark.django_db(transaction=True)
def test_what_trying_again_does_not_mend_is_not_tried_again(client, files):
    fail, tries = once('UPDATE "uploads_upload"', "57014" + "!" * 3)
    with connection.execute_wrapper(fail):
        assert bulk(client, "delete", files).status_code == 503
    assert len(tries) == 1


# DB-04
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_deadlock_with_locks_in_another_order_ends_well(client, files):
    first, last = min(files, key=attrgetter("pk")), max(files, key=attrgetter("pk"))

    def work(number):
        if number == 0:
            sleep(0.3)  # the rival has the last row by now, and wants the first while this waits for the last
            return bulk(client, "delete", files).status_code
        with transaction.atomic():
            Upload.everything.select_for_update().get(pk=last.pk)
            sleep(0.8)
            Upload.everything.select_for_update().get(pk=first.pk)
        return None

    assert in_threads(2, work)[0] == 200
    assert not Upload.objects.exists()


# BK-07
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_deletions_of_the_same_files_each_file_is_deleted_by_one(owner, organization):
    rows = [make_upload(owner, organization) for _ in range(60)]
    access = access_of(owner)

    def work(number):
        mine = Random(number).sample(rows, 40)
        return bulk_delete(access=access, selection=Selection(Upload.objects.all(), [row.pk for row in mine]))

    outcomes = in_threads(20, work)
    deleted = [pk for outcome in outcomes for pk in outcome.deleted]
    assert len(deleted) == len(set(deleted))
    assert set(deleted) == set(Upload.everything.exclude(deleted_at=None).values_list("pk", flat=True))
    assert Activity.objects.count() == len(deleted)
    assert all(not outcome.denied for outcome in outcomes)


# BK-07, BK-02
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_bulk_and_single_changes_at_once_can_be_told_one_after_the_other(owner, organization):
    rows = [make_upload(owner, organization) for _ in range(30)]
    clients = [client_for(owner) for _ in range(10)]

    def work(number):
        one, mine = clients[number % 10], Random(number).sample(rows, 15)
        if number % 4 == 0:
            return "delete", bulk(one, "delete", mine)
        if number % 4 == 1:
            return "visibility", bulk(one, "visibility", mine, visibility="PUBLIC")
        if number % 4 == 2:
            return "tags", bulk(one, "tags", mine, add=[f"word {number}"])
        return "patch", one.patch(f"{LIST}{mine[0].pk}/", {"title": f"title {number}"})

    answers = in_threads(40, work)
    assert {answer.status_code for _, answer in answers} <= {200, 403, 404}
    assert {answer.status_code for what, answer in answers if what in {"delete", "tags"}} == {200}
    deleted = sum(len(answer.json()["deleted"]) for what, answer in answers if what == "delete")
    assert deleted == Activity.objects.filter(action="delete").count()
    for row in Upload.everything.all():
        kept = Activity.objects.filter(upload_id=row.pk)
        assert row.is_deleted is kept.filter(action="delete").exists()
        assert (row.visibility == Visibility.PUBLIC) is kept.filter(action="access").exists()
        tagged = set(row.tags.values_list("name", flat=True))
        edits = kept.filter(changes__has_key="tags").values_list("changes", flat=True)
        assert tagged == {name for changes in edits for name in changes["tags"]["added"]}
        assert all(name in row.search_text for name in tagged)
        assert row.title.casefold() in row.search_text


# BK-07
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_being_used_meanwhile_is_kept_or_was_deleted_first(owner, organization):
    rows = [make_upload(owner, organization) for _ in range(20)]
    access = access_of(owner)

    def work(number):
        if number == 0:
            return bulk_delete(access=access, selection=Selection(Upload.objects.all(), [row.pk for row in rows]))
        try:
            return record_usage(upload_id=rows[number].pk, entity_type="page", entity_id="1")
        except InTrash as refused:
            return refused

    outcome, *_ = in_threads(20, work)
    used = Upload.everything.filter(usage_count__gt=0)
    assert set(outcome.in_use) == set(used.values_list("pk", flat=True))
    assert not used.exclude(deleted_at=None).exists()


# FA-A1
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_calls_about_all_files_at_once_one_is_done_and_the_others_are_told_what_it_left(owner, organization):
    for _ in range(20):
        make_upload(owner, organization)
    access = access_of(owner)

    def work(number):
        rows = Upload.objects.allowing(access, Action.VIEW)
        try:
            return len(bulk_delete(access=access, selection=Selection(rows, count=20)).deleted)
        except SelectionChanged as refused:
            return refused.items

    outcomes = in_threads(5, work)
    assert outcomes.count(20) == 1
    assert outcomes.count([{"shown": 20, "matching": 0}]) == 4
    assert Activity.objects.count() == 20


# PM-05
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_after_waiting_for_a_file_its_present_owner_decides(owner, organization, admin):
    rows = [make_upload(owner, organization) for _ in range(10)]
    heir, access = make_member(organization), access_of(owner)
    admins = [client_for(make_member(organization, "Administrator")) for _ in range(10)]

    def work(number):
        if number < 10:
            return admins[number].post(f"{LIST}{rows[number].pk}/hand-over/", {"user": str(heir.pk)}).status_code
        return bulk_delete(access=access, selection=Selection(Upload.objects.all(), [row.pk for row in rows]))

    outcome = in_threads(11, work)[-1]
    gone = Upload.everything.filter(~Q(deleted_at=None))
    assert set(outcome.deleted) == set(gone.values_list("pk", flat=True))
    assert not gone.exclude(uploaded_by=owner).exists()
    assert set(outcome.denied) == {row.pk for row in rows} - set(outcome.deleted)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_roles_allowed_by_two_at_once_are_those_of_the_last(owner, organization):
    rows = [make_upload(owner, organization) for _ in range(20)]
    roles, access = [make_role(organization) for _ in range(5)], access_of(owner)

    def work(number):
        outcome = bulk_visibility(
            access=access,
            selection=Selection(Upload.objects.all(), [row.pk for row in rows]),
            visibility="ROLE_BASED",
            allowed_roles=[role.pk for role in roles[: number % 5]],
        )
        return len(outcome.updated)

    assert in_threads(10, work) == [20] * 10
    allowed = {frozenset(row.group_perms.values_list("group_id", flat=True)) for row in rows}
    assert len(allowed) == 1

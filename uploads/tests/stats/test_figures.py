"""How much there is."""

import json
import random

import pytest
from django.core.management import call_command
from django.utils import timezone

from permissions.choices import Action, Permission, Visibility
from permissions.context import access_of
from tests.factories import client_for, make_member, make_member_with, make_organization, make_role, make_upload
from tests.upload_calls import code_of
from uploads.choices import UploadType
from uploads.models import Rendition, Upload, UploadVersion
from uploads.stats.figures import figures_for
from uploads.storage.quota import recount_storage

pytestmark = pytest.mark.django_db

URL = "/api/v1/uploads/stats/"


def figure(uploads):
    return {"count": len(uploads), "size": sum(upload.size for upload in uploads)}


def brute_force(access):
    """The same figures, row by row."""
    seen = [upload for upload in Upload.objects.all() if upload.allows(access, Action.VIEW)]
    trash = [upload for upload in Upload.everything.trashed() if upload.allows(access, Action.DELETE)]
    types = sorted({upload.type for upload in seen})
    by_type = [{"type": name, **figure([upload for upload in seen if upload.type == name])} for name in types]
    expected = {"total": figure(seen), "by_type": by_type, "trash": figure(trash)}
    if access.has(Permission.MEDIA_VIEW_ALL):
        people = {upload.uploaded_by for upload in seen}
        mine = {user: figure([upload for upload in seen if upload.uploaded_by == user]) for user in people}
        expected["by_user"] = [
            {"user": {"id": str(user.pk), "username": user.username}, **mine[user]}
            for user in sorted(people, key=lambda user: (-mine[user]["size"], str(user.pk)))
        ]
    return expected


@pytest.fixture
def library(organization, other_organization):
    """Files of all types, visibilities and owners in two organizations, a quarter of them in the trash."""
    chance, now = random.Random(7), timezone.now()
    for place in (organization, other_organization):
        roles = [make_role(place, Permission.MEDIA_VIEW) for _ in range(2)]
        owners = [make_member(place, "Creator") for _ in range(3)]
        owners[0].memberships.create(role=roles[0], organization=place)
        for _ in range(60):
            make_upload(
                chance.choice(owners),
                place,
                type=chance.choice(UploadType.values),
                visibility=chance.choice(Visibility.values),
                allowed_roles=chance.sample(roles, chance.randrange(3)),
                size=chance.randrange(10**12),
                deleted_at=chance.choice([None, None, None, now]),
            )


# TI-10
def test_the_figures_are_those_of_the_visible_rows_alone(library, organization, other_organization):
    first = organization.users.filter(memberships__role__name="Creator").order_by("username").first()
    for user in (
        first,
        make_member(organization, "Member"),
        make_member(organization, "Administrator"),
        make_member(other_organization, "Administrator"),
        make_member_with(organization, Permission.MEDIA_VIEW, Permission.MEDIA_DELETE_ALL),
        make_member_with(organization, Permission.MEDIA_VIEW_ALL, Permission.MEDIA_VIEW),
    ):
        answer = client_for(user).get(URL)
        assert answer.status_code == 200
        assert answer.json() == brute_force(access_of(user))
    assert brute_force(access_of(first))["trash"]["count"] > 0


def test_who_may_not_see_everything_is_told_of_nobody(library, organization):
    assert client_for(make_member(organization, "Creator")).get(URL).json().keys() == {"total", "by_type", "trash"}


def test_an_empty_library_has_nothing(organization):
    nothing = {"count": 0, "size": 0}
    answer = client_for(make_member(organization, "Administrator")).get(URL).json()
    assert answer == {"total": nothing, "by_type": [], "by_user": [], "trash": nothing}


def test_figures_are_for_those_who_may_use_the_library(organization):
    assert client_for().get(URL).status_code == 401
    assert client_for(make_member_with(organization, Permission.MEDIA_UPLOAD)).get(URL).status_code == 403


def test_figures_take_no_parameters(organization):
    answer = client_for(make_member(organization)).get(URL, {"type": "IMAGE"})
    assert (answer.status_code, code_of(answer)) == (400, "unknown_parameter")


@pytest.mark.parametrize(("role", "queries"), [("Member", 2), ("Administrator", 4)])
def test_figures_cost_the_same_whatever_there_is(library, organization, role, queries, django_assert_num_queries):
    client = client_for(make_member(organization, role))
    with django_assert_num_queries(queries):  # token with memberships, files; trash and names
        client.get(URL)


def test_only_the_heaviest_people_are_named(library, organization, monkeypatch):
    monkeypatch.setattr("uploads.stats.figures.MAX_USERS", 2)
    access = access_of(make_member(organization, "Administrator"))
    assert figures_for(access)["by_user"] == brute_force(access)["by_user"][:2]


# The command


@pytest.fixture
def stored():
    organization = make_organization("press", storage_quota=1000)
    owner = make_member(organization, username="owner")
    kept = make_upload(owner, organization, size=100)
    make_upload(owner, organization, size=30, type="VIDEO", deleted_at=timezone.now())
    facts = {"storage": "media", "mime_type": "image/png", "upload": kept}
    Rendition.objects.create(**facts, kind="sm", version=1, key="r", size=7, width=1, height=1)
    UploadVersion.objects.create(
        **facts, number=1, original_filename="a", key="v", size=5, checksum_sha256="", created_at=timezone.now()
    )
    recount_storage(organization_id=organization.pk, apply=True)
    return organization


def test_the_report_counts_files_trash_versions_and_renditions(stored, capsys):
    make_organization("empty")
    call_command("storage_report", "--json")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    nothing = {"count": 0, "size": 0}
    whole = next(line for line in lines if line["organization"] == "press")
    assert whole == {
        "line": "organization",
        "organization": "press",
        "files": {"count": 1, "size": 100},
        "trash": {"count": 1, "size": 30},
        "versions": {"count": 1, "size": 5},
        "renditions": {"count": 1, "size": 7},
        "used": 135,
        "reserved": 0,
        "quota": 1000,
    }
    by_type = {line["type"]: line for line in lines if line["line"] == "type"}
    assert (by_type["IMAGE"]["files"]["size"], by_type["IMAGE"]["versions"]["size"]) == (100, 5)
    assert (by_type["VIDEO"]["files"], by_type["VIDEO"]["trash"]["size"]) == (nothing, 30)
    (person,) = [line for line in lines if line["line"] == "user"]
    assert (person["username"], person["used"], person["quota"]) == ("owner", 135, None)
    assert next(line for line in lines if line["organization"] == "empty")["files"] == nothing


def test_the_report_is_readable_and_can_be_of_one_organization(stored, capsys):
    make_organization("empty")
    call_command("storage_report", "--organization", "press")
    out = capsys.readouterr().out
    assert "press: 1 files 100 bytes, 1 trash 30 bytes" in out
    assert "135 bytes used and 0 bytes reserved of a quota of 1 kB" in out
    assert "owner" in out
    assert "empty" not in out

"""What anybody reads of the resource library, and what is theirs alone who work in it."""

import pytest

from permissions.choices import Permission
from tests.factories import client_for, make_member, make_member_with, make_organization
from tests.library import LIBRARY, SAID, address, created
from tests.upload_calls import code_of
from uploads.models import Upload

pytestmark = pytest.mark.django_db


def test_anonymous_callers_see_active_resources_alone(admin, api, organization):
    active, draft = created(admin), created(admin, "scene", ("original",), status="draft")
    assert [row["id"] for row in api.get(LIBRARY).json()["results"]] == [active["id"]]
    assert api.get(LIBRARY, {"status": "draft"}).json()["results"] == []
    assert api.get(address(draft)).status_code == 401
    assert len(client_for(make_member(organization)).get(LIBRARY).json()["results"]) == 2
    without = client_for(make_member_with(organization, Permission.MEDIA_VIEW))
    assert [row["id"] for row in without.get(LIBRARY).json()["results"]] == [active["id"]]
    assert without.get(address(draft)).status_code == 403


def test_other_organizations_do_not_exist(admin, api):
    made = created(admin, roles=("original",))
    elsewhere = make_organization("strangers", public_listing=True)
    stranger = client_for(make_member(elsewhere, "Administrator"))
    assert stranger.get(LIBRARY).json()["count"] == 0
    assert stranger.get(address(made)).status_code == 404
    assert stranger.patch(address(made), {"name": "Mine"}).status_code == 404
    assert stranger.delete(address(made)).status_code == 404
    assert client_for(organization=elsewhere).get(address(made)).status_code == 404


def test_anonymous_callers_name_an_organization_that_lists_publicly(admin, api, organization):
    made = created(admin, roles=("original",))
    elsewhere = make_organization("elsewhere", public_listing=True)
    theirs = created(client_for(make_member(elsewhere, "Administrator")), "scene", ("original",))
    for name, shown in ((organization.slug, made), (elsewhere.slug, theirs), (str(elsewhere.pk), theirs)):
        answer = api.get(LIBRARY, HTTP_X_ORGANIZATION=name)
        assert [row["id"] for row in answer.json()["results"]] == [shown["id"]]
        assert "X-Organization" in answer["Vary"]
    assert api.get(LIBRARY, HTTP_X_ORGANIZATION="nowhere").status_code == 401


def test_nobody_lists_anonymously_where_the_organization_or_installation_does_not(admin, api, organization, settings):
    made = created(admin, roles=("original",))
    organization.public_listing = False
    organization.save()
    assert api.get(LIBRARY).status_code == 401
    organization.public_listing = True
    organization.save()
    settings.PUBLIC_LISTING = False
    assert api.get(LIBRARY).status_code == 401
    assert api.get(address(made)).status_code == 401


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"type": "model"}, {"Mara"}),
        ({"type": ["model", "scene"]}, {"Mara", "Loft"}),
        ({"gender": "female"}, {"Mara"}),
        ({"age_group": "adult", "gender": "male"}, set()),
        ({"environment": "indoor"}, {"Loft"}),
        ({"category": "jackets"}, {"Parka"}),
        ({"search": "PARK jack"}, {"Parka"}),
        ({"status": "active"}, {"Mara", "Loft", "Parka"}),
        ({"status": "archived"}, set()),
    ],
)
def test_lists_are_narrowed(admin, api, parameters, names):
    for kind in SAID:
        created(admin, kind, ("original",))
    assert {row["name"] for row in api.get(LIBRARY, parameters).json()["results"]} == names


@pytest.mark.parametrize(
    ("parameters", "code"),
    [({"type": "shoes"}, "unsupported_library_type"), ({"status": "lost"}, "invalid"), ({"x": 1}, "unknown_parameter")],
)
def test_what_cannot_be_asked_for_is_400(api, organization, parameters, code):
    answer = api.get(LIBRARY, parameters)
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert answer["Cache-Control"] == "private, no-store"


def test_pages_by_cursor_show_every_row_once(admin, api):
    made = [created(admin, "garment", ("original",))["id"] for _ in range(5)]
    seen, address = [], f"{LIBRARY}?cursor=&limit=2"
    while address:
        page = api.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert seen == made[::-1]


def test_an_anonymous_page_with_all_files_costs_four_queries(admin, api, django_assert_num_queries):
    for _ in range(6):
        created(admin)
    for query in ("limit=3", "cursor=&limit=3", "limit=50&type=model"):
        with django_assert_num_queries(4 if query == "limit=3" else 3):
            assert api.get(f"{LIBRARY}?{query}").status_code == 200


def test_anonymous_lists_may_be_kept_and_are_told_from_changed_ones(admin, api):
    made = created(admin, roles=("original",))
    first = api.get(LIBRARY)
    assert first["Cache-Control"] == "public, max-age=60"
    assert api.get(LIBRARY, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    known = first["ETag"]
    for change in ({"name": "Nora"}, {"status": "archived"}, {"status": "active"}, None):
        if change is None:
            admin.delete(address(made))
        else:
            admin.patch(address(made), change)
        answer = api.get(LIBRARY, HTTP_IF_NONE_MATCH=known)
        assert answer.status_code == 200
        known = answer["ETag"]
    assert answer.json()["results"] == []
    assert admin.get(LIBRARY)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("cdn", "bucket", "expected"),
    [
        ("https://cdn.example.org", "https://s3.example.org/assets", "https://cdn.example.org/"),
        ("", "https://s3.example.org/assets", "https://s3.example.org/assets/"),
        ("", "", "http://testserver/assets/"),
    ],
)
def test_files_are_on_the_cdn_host_else_in_the_public_bucket_else_here(admin, api, settings, cdn, bucket, expected):
    settings.CDN_URL, settings.ASSETS_URL = cdn, bucket
    created(admin, roles=("original",))
    original = api.get(LIBRARY).json()["results"][0]["original"]
    assert original["url"] == expected + Upload.objects.get().key

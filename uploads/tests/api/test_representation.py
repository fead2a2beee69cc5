"""How an upload looks to a caller."""

import pytest
from django.test import RequestFactory

from permissions.choices import Action, Permission, Visibility
from permissions.context import access_of
from tests.factories import make_member, make_organization, make_role, make_upload
from uploads.api.representation import represent_upload, represent_uploads, with_related
from uploads.models import Upload, Usage

pytestmark = pytest.mark.django_db

FIELDS = [
    *("id", "type", "filename", "original_filename", "mime_type", "size", "checksum_sha256", "url", "download_url"),
    *("thumbnail_url", "jpeg_url", "category", "visibility", "allowed_roles", "title", "description", "alt_text"),
    *("tags", "metadata", "duration_seconds", "width", "height", "usage_count", "uploaded_by", "created_at"),
    *("updated_at", "deleted_at", "deleted_by", "can"),
]


@pytest.fixture
def request_():
    return RequestFactory().get("/")


def test_a_list_row_has_exactly_the_fields_of_the_contract(request_):
    organization = make_organization()
    member = make_member(organization)
    make_upload(member, organization, tags=["b", "a"])
    (shown,) = represent_uploads(with_related(Upload.objects.all(), access_of(member)), access_of(member), request_)
    assert sorted(shown) == sorted(FIELDS)
    assert shown["tags"] == ["a", "b"]
    assert shown["uploaded_by"] == {"id": str(member.pk), "username": member.username, "avatar_url": None}


def test_a_detail_also_says_where_the_file_is_used(request_):
    organization = make_organization()
    member = make_member(organization)
    upload = make_upload(member, organization)
    usage = Usage.objects.create(upload=upload, entity_type="page", entity_id="1", field="hero", label="Home", url="/")
    shown = represent_upload(upload, access_of(member), request_)
    assert sorted(shown) == sorted([*FIELDS, "used_in"])
    assert shown["used_in"] == [
        {
            "id": str(usage.pk),
            "entity_type": "page",
            "entity_id": "1",
            "field": "hero",
            "label": "Home",
            "url": "/",
        }
    ]


def test_the_key_and_emails_are_shown_only_to_those_who_see_everything(request_):
    organization = make_organization()
    upload = make_upload(make_member(organization), organization)
    admin = make_member(organization, "Administrator")
    shown = represent_upload(upload, access_of(admin), request_)
    assert shown["path"] == upload.key
    assert shown["uploaded_by"]["email"] == upload.uploaded_by.email


def test_addresses_are_absolute_and_times_are_utc(request_):
    organization = make_organization()
    member = make_member(organization)
    upload = make_upload(member, organization, has_thumbnail=True)
    shown = represent_upload(upload, access_of(member), request_)
    base = f"http://testserver/files/{upload.pk}"
    assert shown["url"] == f"{base}/{upload.filename}"
    assert shown["download_url"] == f"{base}/{upload.filename}?download=1"
    assert shown["thumbnail_url"] == f"{base}/thumb-sm/{upload.filename}"
    assert shown["created_at"].endswith("Z")


def test_public_url_wins_over_the_host_of_the_request(request_, settings):
    settings.PUBLIC_URL = "https://files.example.org"
    organization = make_organization()
    member = make_member(organization)
    shown = represent_upload(make_upload(member, organization), access_of(member), request_)
    assert shown["url"].startswith("https://files.example.org/files/")


def test_files_of_the_assets_bucket_are_on_the_cdn_host(request_, settings):
    settings.CDN_URL = "https://cdn.example.org"
    organization = make_organization()
    member = make_member(organization)
    upload = make_upload(member, organization, storage="assets", key="a/assets/model/1/original.png")
    shown = represent_upload(upload, access_of(member), request_)
    assert shown["url"] == "https://cdn.example.org/a/assets/model/1/original.png"


def test_an_avatar_is_shown_beside_the_uploader_only_inside_its_organization(request_):
    organization, other = make_organization(), make_organization()
    member = make_member(organization)
    upload, elsewhere = make_upload(member, organization), make_upload(member, other)
    user = {"entity_type": "user", "entity_id": str(member.pk), "field": "avatar"}
    Usage.objects.create(upload=elsewhere, **user)
    access = access_of(member)
    assert represent_upload(upload, access, request_)["uploaded_by"]["avatar_url"] is None
    Usage.objects.create(upload=upload, **user)
    shown = represent_upload(upload, access, request_)
    assert shown["uploaded_by"]["avatar_url"] == f"http://testserver/files/{upload.pk}/{upload.filename}"


def test_what_one_can_is_what_the_rule_says(request_):
    organization = make_organization()
    roles = [
        make_role(organization, *permissions)
        for permissions in (
            (),
            (Permission.MEDIA_EDIT_OWN,),
            (Permission.MEDIA_DELETE_OWN,),
            (Permission.MEDIA_EDIT_ALL,),
            (Permission.MEDIA_DELETE_ALL,),
        )
    ]
    owner = make_member(organization)
    for role in roles:
        user = make_member(organization, "Member")
        user.memberships.all().delete()
        user.memberships.create(role=role, organization=organization, is_default=True)
        own, foreign = make_upload(user, organization), make_upload(owner, organization)
        access = access_of(user)
        for upload in (own, foreign):
            (shown,) = represent_uploads(with_related(Upload.objects.filter(pk=upload.pk), access), access, request_)
            # Sharing asks for sight, too, which is a matter of course for what a list shows.
            shown_to_them = upload.allows(access, Action.VIEW)
            for action in (Action.EDIT, Action.DELETE, *([Action.SHARE] if shown_to_them else [])):
                assert shown["can"][action.value] == upload.allows(access, action), (role, action)


@pytest.mark.parametrize("size", [1, 7])
def test_a_page_costs_the_same_number_of_queries_whatever_its_length(request_, size, django_assert_num_queries):
    organization = make_organization()
    role = make_role(organization)
    for _ in range(size):
        make_upload(
            make_member(organization),
            organization,
            tags=["a", "b"],
            allowed_roles=[role],
            visibility=Visibility.ROLE_BASED,
            has_thumbnail=True,
        )
    access = access_of(make_member(organization, "Administrator"))
    with django_assert_num_queries(1):
        shown = represent_uploads(with_related(Upload.objects.all(), access), access, request_)
    assert [row["allowed_roles"] for row in shown] == [[str(role.pk)]] * size

"""Links that hand one file to whoever holds them."""

from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from permissions.choices import Permission, Visibility
from permissions.ids import new_id
from permissions.resolving import access_of
from tests.factories import client_for, make_member, make_role, make_upload, make_user
from tests.reading import reader
from uploads.choices import UploadType
from uploads.models import ShareLink
from uploads.services.sharing import create_share_link, follow_share_link
from uploads.share_tokens import token_of

pytestmark = pytest.mark.django_db

CONTENT = b"0123456789"


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def upload(owner, organization):
    return make_upload(owner, organization, content=CONTENT)


@pytest.fixture
def link(upload, owner):
    return create_share_link(access=access_of(owner), upload=upload, expires_in=timedelta(hours=1))


def api_of(upload):
    return f"/api/v1/uploads/{upload.pk}/share-links/"


def address_of(link):
    return f"/s/{token_of(link.pk)}/{link.upload.filename}"


def assert_is_error(response, status, code):
    assert response.status_code == status
    assert response.json()["errors"][0]["code"] == code


# Making, listing, revoking


def test_a_link_opens_a_private_file_for_anyone(upload, owner):
    answer = client_for(owner).post(api_of(upload), {"expires_in": 3600})
    assert answer.status_code == 201
    made = answer.json()
    assert made["url"].startswith("http://testserver/s/")
    assert made["created_by"] == {"id": str(owner.pk), "username": owner.username}
    assert (made["access_count"], made["last_used_at"], made["revoked_at"]) == (0, None, None)
    response = reader().get(made["url"])
    assert (response.status_code, response.body) == (200, CONTENT)


def test_a_link_is_good_for_as_long_as_was_asked(upload, owner):
    made = client_for(owner).post(api_of(upload), {"expires_in": 60}).json()
    link = ShareLink.objects.get(pk=made["id"])
    assert link.expires_at - link.created_at == timedelta(seconds=60)


def test_a_link_is_good_for_a_week_where_nothing_was_asked(upload, owner):
    client_for(owner).post(api_of(upload), {})
    link = ShareLink.objects.get()
    assert link.expires_at - link.created_at == timedelta(days=7)


@pytest.mark.parametrize("expires_in", [0, -1, 90 * 86400 + 1, 10**30, 1.5, "1e9", "x", None, True, [], {}])
def test_another_life_is_refused(expires_in, upload, owner):  # FZ-03
    answer = client_for(owner).post(api_of(upload), {"expires_in": expires_in})
    assert answer.status_code == 400
    assert not ShareLink.objects.exists()


def test_a_body_may_say_nothing_else(upload, owner):
    answer = client_for(owner).post(api_of(upload), {"expires_in": 60, "upload": str(new_id())})
    assert_is_error(answer, 400, "unknown_field")


def test_links_are_listed_newest_first_in_few_queries(upload, owner, link, django_assert_num_queries):
    newer = create_share_link(access=access_of(owner), upload=upload, expires_in=timedelta(hours=2))
    client = client_for(owner)
    with django_assert_num_queries(4):  # the token, the caller's roles, the file, the links
        listed = client.get(api_of(upload)).json()
    assert listed["count"] == 2
    assert [row["id"] for row in listed["results"]] == [str(newer.pk), str(link.pk)]
    assert listed["results"][1]["url"].endswith(address_of(link))


def test_a_typo_in_a_parameter_is_refused(upload, owner):
    assert_is_error(client_for(owner).get(api_of(upload), {"ordering": "size"}), 400, "unknown_parameter")


def test_a_revoked_link_opens_nothing_from_then_on(upload, owner, link):
    client = client_for(owner)
    assert client.delete(f"{api_of(upload)}{link.pk}/").status_code == 204
    assert_is_error(reader().get(address_of(link)), 403, "link_over")
    assert client.get(api_of(upload)).json()["results"][0]["url"] is None
    revoked_at = ShareLink.objects.get().revoked_at
    assert client.delete(f"{api_of(upload)}{link.pk}/").status_code == 204
    assert ShareLink.objects.get().revoked_at == revoked_at


def test_a_link_of_another_file_is_not_found_below_this_one(upload, owner, organization, link):  # TI-02
    other = make_upload(owner, organization)
    for pk in (link.pk, new_id(), "nonsense"):
        assert_is_error(client_for(owner).delete(f"{api_of(other)}{pk}/"), 404, "not_found")
    assert follow_share_link(link_id=link.pk) == link


# Who may


@pytest.fixture
def methods(upload, link):
    """Every call there is, as functions of a client."""
    return [
        lambda client: client.get(api_of(upload)),
        lambda client: client.post(api_of(upload), {"expires_in": 60}),
        lambda client: client.delete(f"{api_of(upload)}{link.pk}/"),
    ]


def assert_nothing_happened(link):
    assert list(ShareLink.objects.values_list("pk", "revoked_at")) == [(link.pk, None)]


def test_nobody_in_particular_may_not(methods, link):  # AU-01
    for call in methods:
        assert_is_error(call(client_for()), 401, "not_authenticated")
    assert_nothing_happened(link)


def test_a_member_may_not(methods, link, organization):
    for call in methods:
        assert_is_error(call(client_for(make_member(organization))), 403, "permission_denied")
    assert_nothing_happened(link)


def test_another_creator_may_not(methods, link, organization):  # PM-04
    for call in methods:
        assert_is_error(call(client_for(make_member(organization, "Creator"))), 403, "permission_denied")
    assert_nothing_happened(link)


def test_an_administrator_of_another_organization_finds_nothing(methods, link, other_organization):  # TI-01
    for call in methods:
        assert_is_error(call(client_for(make_member(other_organization, "Administrator"))), 404, "not_found")
    assert_nothing_happened(link)


def test_an_administrator_may_share_any_file(upload, organization):
    client = client_for(make_member(organization, "Administrator"))
    url = client.post(api_of(upload), {"expires_in": 60}).json()["url"]
    assert reader().get(url).status_code == 200


def test_who_may_edit_everything_and_not_see_it_cannot_open_it_by_a_link(upload, organization):
    editor = make_user("editor", make_role(organization, Permission.MEDIA_EDIT_ALL, Permission.MEDIA_VIEW))
    assert_is_error(client_for(editor).post(api_of(upload), {"expires_in": 60}), 403, "permission_denied")
    assert not ShareLink.objects.exists()


def test_a_file_in_the_trash_is_not_shared(upload, owner):
    upload.deleted_at = timezone.now()
    upload.save()
    assert_is_error(client_for(owner).post(api_of(upload), {"expires_in": 60}), 404, "not_found")


# When it stops


def test_a_link_ends_on_time(link):  # SV-17
    for left, status in [(timedelta(seconds=2), 200), (timedelta(0), 403), (timedelta(seconds=-1), 403)]:
        now = timezone.now()
        ShareLink.objects.update(created_at=now - timedelta(hours=1), expires_at=now + left)
        assert reader().get(address_of(link)).status_code == status


def test_a_link_stops_while_its_file_is_in_the_trash(link, upload):
    upload.deleted_at = timezone.now()
    upload.save()
    assert_is_error(reader().get(address_of(link)), 404, "not_found")
    upload.deleted_at = None
    upload.save()
    assert reader().get(address_of(link)).status_code == 200


def test_a_link_stops_when_its_organization_does(link, organization):
    organization.is_active = False
    organization.save()
    assert reader().get(address_of(link)).status_code == 404


def test_a_link_stops_when_its_maker_is_deactivated(link, owner):
    owner.is_active = False
    owner.save()
    assert_is_error(reader().get(address_of(link)), 403, "link_over")


def test_a_link_stops_when_its_maker_leaves(link, owner):
    owner.memberships.all().delete()
    assert_is_error(reader().get(address_of(link)), 403, "link_over")


def test_a_link_stops_when_its_maker_may_no_longer_share(link, organization):  # PM-11
    role = organization.roles.get(name="Creator")
    role.group.permissions.remove(*role.group.permissions.filter(codename=Permission.MEDIA_EDIT_OWN))
    assert_is_error(reader().get(address_of(link)), 403, "link_over")


def test_a_link_stops_when_its_file_is_handed_over(link, upload, organization):  # PM-05
    upload.uploaded_by = make_member(organization, "Creator")
    upload.save()
    assert_is_error(reader().get(address_of(link)), 403, "link_over")


def test_a_link_is_gone_with_its_file(link, upload):
    address = address_of(link)
    upload.delete()
    assert_is_error(reader().get(address), 404, "not_found")


# The address


def test_a_changed_address_is_refused_without_a_query(link, django_assert_num_queries):  # SV-17
    token = token_of(link.pk)
    other = Signer(salt="another purpose", sep=".").sign(link.pk.hex)
    changed = [
        token[:-1],
        token + "x",
        "x" + token[1:],
        token.upper(),
        new_id().hex + token[32:],
        other,
        link.pk.hex,
        "é",
    ]
    with django_assert_num_queries(0):
        for each in changed:
            assert_is_error(reader().get(f"/s/{each}/x"), 403, "link_invalid")


def test_a_rotated_key_counts_while_it_is_a_fallback(link, settings):  # SV-17
    address, settings.SECRET_KEY_FALLBACKS = address_of(link), [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" * 8
    assert reader().get(address).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert_is_error(reader().get(address), 403, "link_invalid")


@pytest.mark.parametrize("path", ["/s/", "/s/x", "/s/x/", "/s/x/y/z", "/s/../x/y"])
def test_any_other_address_is_not_found(path, client):
    assert_is_error(client.get(path), 404, "not_found")


def test_every_answer_is_protected(link):  # SV-10
    for address in (address_of(link), "/s/x/y"):
        response = reader().get(address)
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"].startswith("private")


def test_a_link_is_no_login(link, upload, owner, organization):
    other = make_upload(owner, organization, content=CONTENT)
    client = reader()
    assert client.get(address_of(link)).status_code == 200
    assert client.get(f"/files/{upload.pk}/{upload.filename}").status_code == 403
    assert client.get(f"/s/{token_of(link.pk)}/{other.filename}").body == CONTENT
    assert client.get(f"/s/{token_of(link.pk)}/thumb-sm/{upload.filename}").status_code == 404


def test_what_could_run_is_an_attachment_here_too(owner, organization):  # SV-09
    page = make_upload(owner, organization, content=b"<script>", mime_type="text/html")
    link = create_share_link(access=access_of(owner), upload=page, expires_in=timedelta(hours=1))
    response = reader().get(address_of(link))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


# Counting


def counted(link):
    link.refresh_from_db()
    return link.access_count


def test_each_beginning_counts_once_whatever_is_asked_for_after_it(link):
    client, address = reader(), address_of(link)
    tag = client.get(address)["ETag"]
    for headers in ({"Range": "bytes=3-"}, {"Range": "bytes=-2"}, {"Range": "bytes=99-"}, {"If-None-Match": tag}):
        client.get(address, headers=headers)
    client.head(address)
    assert counted(link) == 1
    client.get(address, headers={"Range": "bytes=0-"})
    assert counted(link) == 2
    assert timezone.now() - link.last_used_at < timedelta(minutes=1)


def test_a_part_of_a_file_costs_no_write(link, django_assert_num_queries):
    with django_assert_num_queries(3):  # the link, its maker's roles, the rule
        reader().get(address_of(link), headers={"Range": "bytes=3-"})


def test_a_database_that_cannot_write_does_not_keep_the_file_back(link, monkeypatch, caplog):  # DB-07
    def refuse(*args, **kwargs):
        raise DatabaseError("read only")

    monkeypatch.setattr(QuerySet, "update", refuse)
    assert reader().get(address_of(link)).body == CONTENT
    assert "not counted" in caplog.text


# What the database itself holds to


def test_a_link_that_ends_before_it_begins_is_refused(upload, owner):
    now = timezone.now()
    with pytest.raises(IntegrityError, match="share_link_expires_after_it_begins"), transaction.atomic():
        ShareLink.objects.create(upload=upload, created_by=owner, created_at=now, expires_at=now)
    ShareLink.objects.create(upload=upload, created_by=owner, created_at=now, expires_at=now + timedelta(seconds=1))


def test_a_count_without_a_time_is_refused(link):
    with pytest.raises(IntegrityError, match="share_link_count_and_last_use_go_together"), transaction.atomic():
        ShareLink.objects.update(access_count=1)
    ShareLink.objects.update(access_count=1, last_used_at=timezone.now())


# On S3


@pytest.mark.s3
@pytest.mark.usefixtures("s3_stores")
def test_on_s3_no_address_outlives_the_link(owner, organization):
    film = make_upload(owner, organization, content=CONTENT, type=UploadType.VIDEO, mime_type="video/mp4")
    link = create_share_link(access=access_of(owner), upload=film, expires_in=timedelta(minutes=10))
    response = reader().get(address_of(link))
    assert response.status_code == 302
    assert "X-Amz-Expires=599" in response["Location"]
    assert counted(link) == 1


def test_a_public_file_can_be_shared_too_and_its_link_revoked(owner, organization):
    upload = make_upload(owner, organization, content=CONTENT, visibility=Visibility.PUBLIC)
    link = create_share_link(access=access_of(owner), upload=upload, expires_in=timedelta(hours=1))
    assert reader().get(address_of(link))["Cache-Control"].startswith("private")

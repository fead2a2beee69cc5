"""Media items over HTTP: made of sessions and uploads, found, edited, deleted."""

import pytest
from django.utils import timezone

from media_library.choices import MediaStatus, MediaType
from media_library.models import MediaItem
from permissions.choices import Visibility
from tests.clips import clip
from tests.factories import client_for, make_media_item, make_member, make_upload
from tests.samples import sound
from tests.upload_calls import code_of, opened, sent, uploaded
from uploads.models import Job, Upload
from uploads.usages.record import record_usage

pytestmark = pytest.mark.django_db

ITEMS = "/api/v1/media-items/"
VIDEO = {"type": "VIDEO", "filename": "a walk.mp4", "content_type": "video/mp4"}
AUDIO = {"type": "AUDIO", "filename": "a song.wav", "content_type": "audio/wav"}


@pytest.fixture
def creator(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def client(creator):
    return client_for(creator)


def path_of(item, rest=""):
    return f"{ITEMS}{item.pk}/{rest}"


def test_a_video_session_becomes_an_item_that_is_being_transcoded(client):
    session = sent(client, clip(), **VIDEO)
    answer = client.post(ITEMS, {"upload_session": session["id"], "title": "A walk", "tags": ["park"]})
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert shown["id"] == session["id"]
    assert (shown["media_type"], shown["status"], shown["title"], shown["tags"]) == (
        *("video", "transcoding", "A walk"),
        ["park"],
    )
    assert (shown["hls_url"], shown["error"], shown["progress"], shown["duration_seconds"]) == (None, "", 0, None)
    assert Job.objects.get(kind="transcode").subject == session["id"]


def test_a_sound_session_becomes_an_item_that_is_ready(client):
    session = sent(client, sound(), **AUDIO)
    shown = client.post(ITEMS, {"upload_session": session["id"]}).json()
    assert (shown["media_type"], shown["status"]) == ("audio", "ready")


def test_a_session_said_again_is_the_same_item(client):
    session = sent(client, clip(), **VIDEO)
    first = client.post(ITEMS, {"upload_session": session["id"], "title": "One"})
    again = client.post(ITEMS, {"upload_session": session["id"], "title": "Two"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["title"] == "One"
    assert MediaItem.objects.count() == Job.objects.filter(kind="transcode").count() == 1


@pytest.mark.parametrize("role", ["Creator", "Member"])
def test_a_session_that_was_completed_without_it_becomes_an_item(as_role, role):
    client = as_role(role)
    upload = uploaded(client, clip(), **VIDEO)
    answer = client.post(ITEMS, {"upload_session": upload["id"]})
    assert answer.status_code == 201
    assert answer.json()["id"] == upload["id"]


def test_an_upload_that_one_may_edit_becomes_an_item(client, creator, organization):
    upload = make_upload(creator, organization, type="VIDEO", mime_type="video/mp4")
    answer = client.post(ITEMS, {"upload": str(upload.pk), "title": "Found again"})
    assert (answer.status_code, answer.json()["title"]) == (201, "Found again")
    assert client.post(ITEMS, {"upload": str(upload.pk)}).status_code == 200


def test_an_upload_that_one_may_not_edit_does_not_exist(client, organization):
    upload = make_upload(make_member(organization), organization, type="VIDEO", visibility=Visibility.PUBLIC)
    answer = client.post(ITEMS, {"upload": str(upload.pk)})
    assert (answer.status_code, code_of(answer)) == (400, "does_not_exist")
    assert not MediaItem.everything.exists()


# TI-03
@pytest.mark.parametrize("field", ["upload", "upload_session"])
def test_a_foreign_id_in_the_body_answers_as_an_unknown_one(client, other_organization, field):
    stranger = make_member(other_organization, "Creator")
    upload = make_upload(stranger, other_organization, type="VIDEO")
    session = sent(client_for(stranger), clip(), **VIDEO)
    theirs = client.post(ITEMS, {field: str(upload.pk) if field == "upload" else session["id"]})
    unknown = client.post(ITEMS, {field: "00000000-0000-7000-8000-000000000000"})
    assert theirs.status_code == unknown.status_code == 400
    assert theirs.json() == unknown.json()
    assert theirs.json()["errors"][0] | {"detail": ""} == {"code": "does_not_exist", "detail": "", "attr": field}


def test_a_picture_is_no_media_item(client, creator, organization):
    upload = make_upload(creator, organization)
    answer = client.post(ITEMS, {"upload": str(upload.pk)})
    assert (answer.status_code, code_of(answer)) == (400, "unsupported_media_type")


def test_a_session_without_bytes_can_be_tried_again(client):
    session = opened(client, clip(), **VIDEO)
    answer = client.post(ITEMS, {"upload_session": session["id"]})
    assert (answer.status_code, code_of(answer)) == (409, "not_uploaded")


@pytest.mark.parametrize(
    "body",
    [{}, {"title": "x"}, {"upload": "x", "upload_session": "y"}, {"upload": 7}, {"status": "ready"}],
    ids=["nothing", "only words", "both", "no id", "a field of answers"],
)
def test_a_body_that_says_too_little_or_too_much_is_refused(client, body):
    assert client.post(ITEMS, body).status_code == 400


# PM-01
def test_making_one_needs_the_right_to_upload(organization):
    from permissions.choices import Permission
    from tests.factories import make_member_with

    client = client_for(make_member_with(organization, Permission.MEDIA_VIEW_ALL, Permission.MEDIA_EDIT_ALL))
    assert client.post(ITEMS, {"upload": "00000000-0000-7000-8000-000000000000"}).status_code == 403


def test_an_item_shows_its_upload_and_what_was_made_of_it(client, creator, organization):
    item = make_media_item(
        creator, organization, title="A walk", duration_seconds=12.5, metadata={"duration": 12.5}, has_thumbnail=True
    )
    shown = client.get(path_of(item)).json()
    upload = client.get(f"/api/v1/uploads/{item.pk}/").json()
    assert {name: shown[name] for name in upload} == upload
    assert (shown["status"], shown["duration_seconds"], shown["progress"]) == ("ready", 12.5, 100)
    assert shown["hls_url"] == f"http://testserver/playback/{item.pk}/master.m3u8"
    assert f"/files/{item.pk}/thumb-lg/" in shown["poster_url"]


def test_an_upload_that_is_no_item_is_not_found(client, creator, organization):
    upload = make_upload(creator, organization, type="VIDEO")
    assert client.get(path_of(upload)).status_code == 404


def test_lists_are_filtered(client, creator, organization):
    walk = make_media_item(creator, organization, title="A walk", tags=["park"])
    song = make_media_item(creator, organization, title="A song", media_type=MediaType.AUDIO)
    broken = make_media_item(creator, organization, status=MediaStatus.FAILED, error="No picture.")
    make_upload(creator, organization, type="VIDEO", title="A walk")

    def found(query):
        return {row["id"] for row in client.get(ITEMS + query).json()["results"]}

    assert found("") == {str(item.pk) for item in (walk, song, broken)}
    assert found("?media_type=audio") == {str(song.pk)}
    assert found("?status=failed") == {str(broken.pk)}
    assert found("?status=failed&status=ready&media_type=video") == {str(walk.pk), str(broken.pk)}
    assert found("?search=walk") == {str(walk.pk)}
    assert found("?tag=Park") == {str(walk.pk)}
    assert client.get(f"{ITEMS}?state=ready").status_code == 400
    assert client.get(f"{ITEMS}?status=done").status_code == 400


def test_pages_by_cursor_meet_every_item_once(client, creator, organization):
    made = {str(make_media_item(creator, organization).pk) for _ in range(5)}
    seen, url = [], f"{ITEMS}?cursor=&limit=2"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert sorted(seen) == sorted(made)


# PM-01, VM-01
@pytest.mark.parametrize("visibility", Visibility.values)
def test_list_and_detail_agree_with_the_upload(organization, creator, visibility):
    item = make_media_item(creator, organization, visibility=visibility)
    people = {role: make_member(organization, role) for role in ("Administrator", "Creator", "Member")}
    for person in [None, creator, *people.values()]:
        client = client_for(person)
        as_file = client.get(f"/api/v1/uploads/{item.pk}/").status_code
        assert client.get(path_of(item)).status_code == as_file
        assert client.get(path_of(item, "playback/")).status_code == as_file
        assert (str(item.pk) in str(client.get(ITEMS).json())) == (as_file == 200)


# TI-01, TI-02
def test_another_organization_has_none_of_it(other_organization, creator, organization):
    item = make_media_item(creator, organization, visibility=Visibility.PUBLIC)
    client = client_for(make_member(other_organization, "Administrator"))
    assert client.get(ITEMS).json()["count"] == 0
    for method, rest in [
        *[("get", ""), ("patch", ""), ("delete", ""), ("get", "playback/"), ("post", "transcode/")],
    ]:
        assert getattr(client, method)(path_of(item, rest)).status_code == 404, (method, rest)


def test_words_and_visibility_are_edited(client, creator, organization):
    item = make_media_item(creator, organization)
    answer = client.patch(path_of(item), {"title": "Renamed", "visibility": "PUBLIC", "tags": ["x"]})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["title"], answer.json()["visibility"], answer.json()["tags"]) == ("Renamed", "PUBLIC", ["x"])


def test_what_was_read_can_be_sent_back(client, creator, organization):
    item = make_media_item(creator, organization, title="Same")
    shown = client.get(path_of(item)).json()
    answer = client.patch(path_of(item), {**shown, "status": "failed", "title": "Other"})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["status"], answer.json()["title"]) == ("ready", "Other")


def test_a_stale_edit_is_refused(client, creator, organization):
    item = make_media_item(creator, organization)
    etag = client.get(path_of(item))["ETag"]
    assert client.patch(path_of(item), {"title": "1"}, headers={"If-Match": etag}).status_code == 200
    assert client.patch(path_of(item), {"title": "2"}, headers={"If-Match": etag}).status_code == 412


def test_others_edit_nothing(organization, creator):
    item = make_media_item(creator, organization, visibility=Visibility.PUBLIC)
    client = client_for(make_member(organization, "Creator"))
    assert client.patch(path_of(item), {"title": "Mine"}).status_code == 403
    assert client.delete(path_of(item)).status_code == 403
    assert client.post(path_of(item, "transcode/")).status_code == 403


def test_deleting_puts_the_file_into_the_trash_and_restoring_brings_the_item_back(client, creator, organization):
    item = make_media_item(creator, organization, title="A walk")
    assert client.delete(path_of(item)).status_code == 204
    assert client.get(path_of(item)).status_code == 404
    assert Upload.everything.get(pk=item.pk).is_deleted
    assert client.post(f"/api/v1/uploads/{item.pk}/restore/").status_code == 200
    assert client.get(path_of(item)).json()["status"] == "ready"


def test_an_item_in_use_is_not_deleted(client, creator, organization):
    item = make_media_item(creator, organization)
    record_usage(upload_id=item.pk, entity_type="page", entity_id="7", label="Front page")
    for query in ("", "?force=true"):
        answer = client.delete(path_of(item) + query)
        assert (answer.status_code, code_of(answer)) == (409, "in_use")
    assert answer.json()["errors"][0]["items"][0]["label"] == "Front page"


def test_a_purge_takes_the_item_and_its_streams(organization, creator, stores):
    item = make_media_item(creator, organization, content=b"film")
    stream = stores / "media" / item.hls_key
    stream.parent.mkdir(parents=True)
    stream.write_text("#EXTM3U")
    client = client_for(make_member(organization, "Administrator"))
    assert client.delete(path_of(item)).status_code == 204
    assert client.delete(f"/api/v1/uploads/{item.pk}/purge/").status_code == 204
    from uploads.files.purge import finish_purges

    finish_purges(ids=[item.pk])
    assert not MediaItem.everything.exists()
    assert not Upload.everything.filter(pk=item.pk).exists()
    assert not stream.exists()


def test_a_failed_video_is_transcoded_again_on_demand(client, creator, organization):
    item = make_media_item(creator, organization, status=MediaStatus.FAILED, error="No room.", hls_key="")
    answer = client.post(path_of(item, "transcode/"))
    assert (answer.status_code, answer.json()["status"], answer.json()["error"]) == (200, "transcoding", "")
    assert client.post(path_of(item, "transcode/")).status_code == 409
    assert Job.objects.filter(kind="transcode").count() == 1


@pytest.mark.parametrize("status", [MediaStatus.READY, MediaStatus.TRANSCODING, MediaStatus.UPLOADED])
def test_a_video_that_did_not_fail_is_not_transcoded_again(client, creator, organization, status):
    item = make_media_item(creator, organization, status=status)
    answer = client.post(path_of(item, "transcode/"))
    assert (answer.status_code, code_of(answer)) == (409, "invalid_transition")


def test_progress_is_the_jobs(client, creator, organization):
    now = timezone.now()
    job = Job.objects.create(kind="transcode", subject="x", progress=40, run_after=now, created_at=now)
    item = make_media_item(creator, organization, status=MediaStatus.TRANSCODING, job=job, hls_key="")
    assert client.get(path_of(item)).json()["progress"] == 40


# query counts
@pytest.mark.parametrize("count", [1, 6])
def test_a_list_costs_the_same_however_long_it_is(client, creator, organization, count, django_assert_num_queries):
    for _ in range(count):
        make_media_item(creator, organization, tags=["a", "b"])
    with django_assert_num_queries(2):
        assert client.get(ITEMS).json()["count"] == count


def test_a_detail_costs_the_same(client, creator, organization, django_assert_num_queries):
    item = make_media_item(creator, organization)
    with django_assert_num_queries(5):
        client.get(path_of(item))

"""Captions of media items: attached, listed, played with their item, and taken off."""

from urllib.parse import urljoin

import pytest
from django.utils import timezone

from media_library.models import Caption
from tests.factories import client_for, make_media_item, make_member, make_upload
from tests.playback import get, names_in, playback
from tests.upload_calls import code_of
from uploads.choices import UploadType
from uploads.models import Upload, Usage
from uploads.tests.serving.helpers import put

pytestmark = pytest.mark.django_db

SRT = "1\n00:00:01,000 --> 00:00:02,000\nGrüße\n".encode("cp1252")
CUE = "00:00:01.000 --> 00:00:02.000\nGrüße"


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def item(owner, organization):
    item = make_media_item(owner, organization, content=b"bytes", duration_seconds=12.5)
    put(item.hls_key, b'#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1"\n240p/index.m3u8\n')
    return item


@pytest.fixture
def document(owner, organization):
    return caption_document(owner, organization)


def caption_document(owner, organization, content=SRT, mime_type="application/x-subrip", **fields):
    return make_upload(
        owner,
        organization,
        content=content,
        type=UploadType.DOCUMENT,
        mime_type=mime_type,
        filename="film.srt",
        **fields,
    )


def captions_of(item):
    return f"/api/v1/media-items/{item.pk}/captions/"


def attach(user, item, document, *, language="de", label="Deutsch"):
    body = {"document": str(document.pk), "language": language, "label": label}
    return client_for(user).post(captions_of(item), body)


def usage_count(document):
    return Upload.objects.get(pk=document.pk).usage_count


def test_a_document_is_attached_listed_and_detached(owner, item, document):
    answer = attach(owner, item, document)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["document"], made["language"], made["label"]) == (str(document.pk), "de", "Deutsch")
    assert client_for(owner).get(captions_of(item)).json()["results"] == [made]
    assert usage_count(document) == 1
    [usage] = client_for(owner).get(f"/api/v1/uploads/{document.pk}/").json()["used_in"]
    assert (usage["entity_type"], usage["entity_id"], usage["field"]) == ("media_item", str(item.pk), "captions")
    assert client_for(owner).delete(f"{captions_of(item)}{made['id']}/").status_code == 204
    assert client_for(owner).delete(f"{captions_of(item)}{made['id']}/").status_code == 404
    assert usage_count(document) == 0


def test_attaching_again_changes_language_and_label(owner, item, document):
    attach(owner, item, document)
    answer = attach(owner, item, document, label="Deutsch (für Gehörlose)")
    assert (answer.status_code, answer.json()["label"]) == (200, "Deutsch (für Gehörlose)")
    assert Caption.objects.count() == usage_count(document) == 1


def test_captions_are_played_with_their_item_by_those_who_may_not_see_the_document(owner, organization, item, document):
    attach(owner, item, document)
    Upload.objects.filter(pk=item.pk).update(visibility="PUBLIC")
    urls = playback(None, item)
    [caption] = urls["captions"]
    assert (caption["language"], caption["label"]) == ("de", "Deutsch")
    answer = get(caption["url"])
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/vtt; charset=utf-8")
    assert CUE in answer.body.decode()
    assert client_for(None).get(f"/api/v1/uploads/{document.pk}/").status_code in (401, 403)
    Upload.objects.filter(pk=item.pk).update(visibility="PRIVATE")
    assert get(caption["url"]).status_code == 403


def test_the_master_playlist_names_captions_for_each_stream(owner, item, document):
    attach(owner, item, document, label='Deutsch "neu"\n')
    master_url = playback(owner, item)["hls_url"]
    master = get(master_url).body.decode()
    [media] = [line for line in master.splitlines() if line.startswith("#EXT-X-MEDIA:")]
    assert 'TYPE=SUBTITLES,GROUP-ID="captions",NAME="Deutsch \'neu\'",LANGUAGE="de"' in media
    assert 'STREAM-INF:SUBTITLES="captions",BANDWIDTH=1,CODECS="avc1"\n240p/index.m3u8' in master
    playlist_url = urljoin(master_url, media.split('URI="')[1].rstrip('"'))
    playlist = get(playlist_url)
    assert playlist["Content-Type"] == "application/vnd.apple.mpegurl"
    assert b"#EXT-X-TARGETDURATION:13\n" in playlist.body
    [name] = names_in(playlist.body)
    assert CUE in get(urljoin(playlist_url, name)).body.decode()


def test_captions_follow_their_document_into_the_trash_and_back(owner, item, document):
    attach(owner, item, document)
    [caption] = playback(owner, item)["captions"]
    refused = client_for(owner).delete(f"/api/v1/uploads/{document.pk}/")
    assert (refused.status_code, code_of(refused)) == (409, "in_use")
    client_for(owner).delete(f"/api/v1/uploads/{document.pk}/?force=true")
    assert playback(owner, item)["captions"] == []
    assert get(caption["url"]).status_code == 404
    client_for(owner).post(f"/api/v1/uploads/{document.pk}/restore/")
    assert get(caption["url"]).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [{"content": b"only a text"}, {"mime_type": "text/csv"}, {"deleted_at": timezone.now()}],
    ids=["no captions", "another type", "in the trash"],
)
def test_other_documents_are_refused(owner, organization, item, fields):
    answer = attach(owner, item, caption_document(owner, organization, **fields))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "document"
    assert not Caption.objects.exists()


def test_documents_that_the_caller_may_not_see_or_of_elsewhere_do_not_exist(
    organization, other_organization, item, owner
):
    stranger, colleague = make_member(other_organization, "Administrator"), make_member(organization, "Creator")
    for document in (caption_document(stranger, other_organization), caption_document(colleague, organization)):
        assert code_of(attach(owner, item, document)) == "does_not_exist"


def test_a_document_that_the_caller_may_see_but_not_share_is_not_published_with_an_item(owner, organization, item):
    other = make_member(organization, "Creator")
    document = caption_document(other, organization, visibility="PUBLIC")
    assert client_for(owner).get(f"/api/v1/uploads/{document.pk}/").status_code == 200

    refused = attach(owner, item, document)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "does_not_exist")
    assert usage_count(document) == 0


@pytest.mark.parametrize("language", ["", "german language", "de_DE", "x" * 40])
def test_a_language_is_a_language_tag(owner, item, document, language):
    assert attach(owner, item, document, language=language).status_code == 400


def test_two_captions_of_an_item_differ_in_language_or_label(owner, organization, item, document):
    attach(owner, item, document)
    second = caption_document(owner, organization)
    answer = attach(owner, item, second)
    assert (answer.status_code, code_of(answer)) == (400, "unique")
    assert attach(owner, item, second, language="de-AT").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_a_purged_item_gives_its_documents_free(organization, owner, item, document):
    attach(owner, item, document)
    assert client_for(owner).delete(f"/api/v1/media-items/{item.pk}/").status_code == 204
    admin = client_for(make_member(organization, "Administrator"))
    assert admin.delete(f"/api/v1/uploads/{item.pk}/purge/").status_code == 204
    assert not Caption.objects.exists()
    assert usage_count(document) == 0
    assert not Usage.objects.filter(upload=document).exists()

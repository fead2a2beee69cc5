"""Addresses for players: what they open, for whom, for how long."""

from datetime import timedelta
from urllib.parse import urljoin
from urllib.request import urlopen

import pytest
from django.utils import timezone

from common.errors import Denied
from media_library.choices import MediaType
from media_library.models import MediaItem
from media_library.playback.tokens import PlaybackToken, playback_token_of
from permissions.choices import Visibility
from tests.factories import client_for, make_media_item, make_member
from tests.playback import HERE, everything_below, get, names_in, playback, ready_video

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def item(owner, organization):
    return ready_video(owner, organization)


@pytest.fixture
def master(owner, item):
    return playback(owner, item)["hls_url"]


def segment_of(master):
    variant = urljoin(master, names_in(get(master).body)[0])
    return urljoin(variant, names_in(get(variant).body)[0])


def refuses(master, segment, status):
    assert get(master).status_code == status
    assert get(segment).status_code == status


def test_the_owner_plays_a_private_video_without_any_header(owner, item):
    answers = everything_below(playback(owner, item)["hls_url"])
    assert {answer.status_code for answer in answers.values()} == {200}
    assert {answer["Content-Type"] for answer in answers.values()} == {"application/vnd.apple.mpegurl", "video/mp2t"}
    assert len(answers) >= 3


def test_it_says_until_when(owner, item, settings):
    settings.PLAYBACK_SECONDS = 100
    told = playback(owner, item)
    assert set(told) == {"hls_url", "file_url", "poster_url", "timeline_url", "captions", "expires_at"}
    left = timezone.datetime.fromisoformat(told["expires_at"]) - timezone.now()
    assert timedelta(seconds=95) < left <= timedelta(seconds=100)


def test_the_file_and_its_poster_play_as_well(owner, item):
    told = playback(owner, item)
    assert told["poster_url"] is None
    assert get(told["file_url"]).body[4:8] == b"ftyp"

    from tests.jobs import run_pending_jobs
    from uploads.jobs import submit

    submit("make_renditions", subject=str(item.pk))
    run_pending_jobs("make_renditions")
    answer = get(playback(owner, item)["poster_url"])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")


def test_a_sound_has_no_streams(owner, organization):
    item = make_media_item(owner, organization, media_type=MediaType.AUDIO, content=b"ID3 sound")
    told = playback(owner, item)
    assert told["hls_url"] is None
    assert get(told["file_url"]).body == b"ID3 sound"


def test_nothing_opens_after_the_expiry(owner, item, settings, monkeypatch):
    master = playback(owner, item)["hls_url"]
    segment, told = segment_of(master), playback(owner, item)
    later = timezone.now() + timedelta(seconds=settings.PLAYBACK_SECONDS + 1)
    monkeypatch.setattr("media_library.playback.tokens.timezone.now", lambda: later)
    refuses(master, segment, 403)
    assert get(told["file_url"]).status_code == 403


@pytest.mark.parametrize("at", [0, 20, -1])
def test_an_altered_address_opens_nothing(master, at):
    token = master.split("/")[4]
    letters = list(token)
    letters[at] = "A" if letters[at] != "A" else "B"
    assert get(master.replace(token, "".join(letters))).status_code == 403


def test_a_token_for_another_purpose_opens_nothing(item):
    from uploads.storage.disk.tokens import PutToken

    token = PutToken("media", item.hls_key, 1, 4102444800).signed()
    assert get(f"/playback/{token}/hls/master.m3u8").status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        *("../original.mp4", "%2e%2e/original.mp4", "..%2f..%2foriginal.mp4", "240p/../../../original.mp4"),
        *("240p/.facts", "240p/", "/etc/passwd", "240p/00000.ts/", "master.m3u8%00", "240p\\00000.ts", "nothing.ts"),
    ],
)
def test_a_ticket_opens_nothing_but_its_streams(master, name):
    answer = get(master.replace("master.m3u8", name))
    assert answer.status_code == 404
    assert b"ftyp" not in answer.body


def test_a_ticket_for_one_set_does_not_open_another(master, item):
    MediaItem.objects.filter(pk=item.pk).update(hls_key=item.hls_key.replace("-1/", "-2/"))
    assert get(master).status_code == 404


# VM-05
def test_a_change_of_visibility_takes_it_back_at_once(organization, owner, item):
    viewer = make_member(organization)
    item.upload.visibility = Visibility.PUBLIC
    item.upload.save()
    master = playback(viewer, item)["hls_url"]
    segment = segment_of(master)
    assert get(segment).status_code == 200
    item.upload.visibility = Visibility.PRIVATE
    item.upload.save()
    refuses(master, segment, 403)


def test_a_person_who_left_the_organization_plays_nothing(owner, master):
    segment = segment_of(master)
    owner.memberships.all().delete()
    refuses(master, segment, 403)


def test_a_deactivated_person_plays_nothing(owner, master):
    segment = segment_of(master)
    owner.is_active = False
    owner.save()
    refuses(master, segment, 403)


def test_what_is_in_the_trash_is_not_played(owner, item, master):
    segment = segment_of(master)
    assert client_for(owner).delete(f"/api/v1/media-items/{item.pk}/").status_code == 204
    refuses(master, segment, 404)


def test_an_organization_that_is_closed_plays_nothing(organization, master):
    segment = segment_of(master)
    organization.is_active = False
    organization.save()
    refuses(master, segment, 404)


def test_anybody_plays_a_public_video_until_it_is_private(item):
    item.upload.visibility = Visibility.PUBLIC
    item.upload.save()
    master = playback(None, item)["hls_url"]
    segment = segment_of(master)
    assert get(segment).status_code == 200
    item.upload.visibility = Visibility.PRIVATE
    item.upload.save()
    refuses(master, segment, 403)


def test_others_get_no_address(organization, other_organization, item):
    path = f"/api/v1/media-items/{item.pk}/playback/"
    assert client_for().get(path).status_code == 401
    assert client_for(make_member(organization)).get(path).status_code == 403
    assert client_for(make_member(other_organization, "Administrator")).get(path).status_code == 404


def test_the_stable_address_leads_each_viewer_to_one_of_their_own(organization, other_organization, owner, item):
    path = f"/playback/{item.pk}/master.m3u8"
    answer = client_for(owner).get(path)
    assert answer.status_code == 302
    assert answer["Cache-Control"] == "private, no-store"
    assert get(answer["Location"]).body.startswith(b"#EXTM3U")
    assert playback_token_of(answer["Location"].split("/")[2]).user_id == owner.pk
    assert client_for().get(path).status_code == 403
    assert client_for(make_member(organization)).get(path).status_code == 403
    assert client_for(make_member(other_organization, "Administrator")).get(path).status_code == 404


def test_any_page_may_play(master):
    for url in (master, segment_of(master)):
        answer = get(url, Origin="https://front.example")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Set-Cookie" not in answer
        asked = client_for().options(url.removeprefix(HERE), headers={"Access-Control-Request-Headers": "range"})
        assert asked.status_code == 204
        assert "Range" in asked["Access-Control-Allow-Headers"]


def test_no_shared_cache_keeps_what_is_private(master):
    assert get(master)["Cache-Control"] == "private, no-store"
    assert get(segment_of(master))["Cache-Control"].startswith("private")


def test_segments_come_in_ranges_and_are_revalidated(master):
    segment = segment_of(master)
    whole = get(segment)
    part = get(segment, Range="bytes=188-375")
    assert (part.status_code, part.body) == (206, whole.body[188:376])
    assert get(segment, **{"If-None-Match": whole["ETag"]}).status_code == 304


def test_a_segment_costs_three_queries_and_of_a_public_video_one(item, master, django_assert_num_queries):
    segment = segment_of(master)
    with django_assert_num_queries(3):
        get(segment)
    item.upload.visibility = Visibility.PUBLIC
    item.upload.save()
    with django_assert_num_queries(1):
        get(segment)


def test_a_ticket_is_what_it_was():
    token = PlaybackToken(make_id(), make_id(), int(timezone.now().timestamp()) + 5, "abc-1")
    assert playback_token_of(token.signed()) == token
    with pytest.raises(Denied):
        playback_token_of("nonsense")


def make_id():
    from common.db.ids import new_id

    return new_id()


@pytest.mark.s3
def test_on_s3_every_segment_is_asked_for_here_and_comes_from_the_store(s3_stores, owner, organization, settings):
    item = ready_video(owner, organization)
    master = playback(owner, item)["hls_url"]
    answers = everything_below(master)
    redirects = [answer["Location"] for answer in answers.values() if answer.status_code == 302]
    assert {answer.status_code for answer in answers.values()} == {200, 302}
    assert all(url.startswith(s3_stores.endpoint) for url in redirects)
    assert all("X-Amz-Expires=300" in url for url in redirects)
    for url in redirects:
        with urlopen(url, timeout=10) as segment:
            assert (segment.read(1), segment.headers["Content-Type"]) == (b"\x47", "video/mp2t")


@pytest.mark.s3
def test_on_s3_no_signed_address_outlives_the_ticket(s3_stores, owner, organization, settings):
    settings.PLAYBACK_SECONDS = 40
    item = ready_video(owner, organization)
    location = get(segment_of(playback(owner, item)["hls_url"]))["Location"]
    seconds = int(location.split("X-Amz-Expires=")[1].split("&")[0])
    assert 2 <= seconds <= 40

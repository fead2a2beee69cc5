"""Transcoded videos, and playing them as players do: by relative names."""

from typing import Any
from urllib.parse import urljoin

from media_library.models import MediaItem
from media_library.services.media_items import create_from_upload
from permissions.context import access_of
from permissions.models import Organization, User
from tests.clips import clip
from tests.factories import client_for, make_upload
from tests.jobs import run_pending_jobs
from tests.reading_client import reader
from uploads.choices import UploadType

ITEMS = "/api/v1/media-items/"
HERE = "http://testserver"


def ready_video(owner: User, organization: Organization, content: bytes | None = None, **fields: Any) -> MediaItem:
    """A video of `owner` (who may edit own files), really transcoded; `content` is a small clip by default."""
    item = waiting_video(owner, organization, content, **fields)
    run_pending_jobs("transcode")
    item.refresh_from_db()
    assert item.is_ready, item.error
    return item


def waiting_video(owner: User, organization: Organization, content: bytes | None = None, **fields: Any) -> MediaItem:
    """The same video, with its job still queued."""
    upload = make_upload(
        owner,
        organization,
        content=content or clip(),
        type=UploadType.VIDEO,
        **{"mime_type": "video/mp4", **fields},
    )
    access = access_of(owner, organization.pk)
    item, _ = create_from_upload(access=access, upload_id=upload.pk, details={})
    return item


def playback(user: User | None, item: MediaItem) -> dict[str, Any]:
    """The URLs that the API gives a player of `user`."""
    answer = client_for(user).get(f"{ITEMS}{item.pk}/playback/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def get(url: str, **headers: str) -> Any:
    """Fetch as a player: without a session."""
    return reader().get(url.removeprefix(HERE), headers=headers)


def names_in(playlist: bytes) -> list[str]:
    return [line for line in playlist.decode().splitlines() if line and not line.startswith("#")]


def everything_below(master_url: str) -> dict[str, Any]:
    """Fetch the master playlist, its playlists and their segments; returns the answers by address."""
    answers = {master_url: get(master_url)}
    for name in names_in(answers[master_url].body):
        variant = urljoin(master_url, name)
        answers[variant] = get(variant)
        for segment in names_in(answers[variant].body):
            answers[urljoin(variant, segment)] = get(urljoin(variant, segment))
    return answers

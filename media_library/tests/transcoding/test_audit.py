"""An audit leaves streams alone that play, whatever their master playlist is called."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone

from media_library.models import MediaItem
from tests.factories import make_media_item, make_member
from uploads.audit import scan
from uploads.audit.findings import Scope
from uploads.storage import store

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("master", ["master.m3u8", "index.m3u8", "v1/main.m3u8"])
def test_only_sets_that_nobody_plays_or_makes_are_orphans(organization, monkeypatch, master):
    monkeypatch.setattr(scan, "earliest_now", lambda storage: timezone.now() + timedelta(days=3))
    item = make_media_item(make_member(organization, "Creator"), organization, content=b"bytes")
    folder = f"{organization.pk}/media/{item.pk}/hls"
    MediaItem.everything.filter(pk=item.pk).update(
        hls_key=f"{folder}/2/{master}", attempt_prefix=f"{folder}/3/", status="transcoding"
    )
    for number in (1, 2, 3):
        for name in (master, "720/0.ts"):
            store("media").put(f"{folder}/{number}/{name}", BytesIO(b"x"), content_type="video/mp2t")

    plan = scan.audit(Scope())

    assert {finding.key for finding in plan.findings()} == {f"{folder}/1/{master}", f"{folder}/1/720/0.ts"}

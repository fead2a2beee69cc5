"""What caches between us and a browser may keep, and for how long."""

import pytest
from django.core.cache import cache

from permissions.choices import Visibility
from tests.reading_client import reader
from uploads.tests.serving.helpers import CONTENT, url_of

pytestmark = pytest.mark.django_db


class SharedCache:
    """A CDN as RFC 9111 has it: keeps what is `public`, by the headers that Vary names, until it is too old."""

    def __init__(self):
        self.now = 0
        self.kept = {}

    def get(self, client, address):
        kept = self.kept.get(address)
        if kept and kept[0] > self.now:
            return kept[1]
        response = client.get(address)
        directives = {part.strip().lower() for part in response["Cache-Control"].split(",")}
        ages = [int(part.removeprefix("max-age=")) for part in directives if part.startswith("max-age=")]
        self.kept.pop(address, None)
        if "public" in directives and ages and response["Vary"] != "*":
            self.kept[address] = (self.now + ages[0], response)
        return response


def make(upload, visibility):
    upload.visibility = visibility
    upload.save()


def test_a_shared_cache_never_keeps_what_is_not_public(upload, owner):  # SV-15
    cdn = SharedCache()
    assert cdn.get(reader(owner), url_of(upload)).status_code == 200
    assert cdn.kept == {}
    assert cdn.get(reader(), url_of(upload)).status_code == 403
    assert cdn.kept == {}


def test_a_file_taken_back_is_gone_from_a_shared_cache_after_a_minute(upload, owner):  # SV-16
    cdn = SharedCache()
    make(upload, Visibility.PUBLIC)
    assert cdn.get(reader(), url_of(upload)).body == CONTENT
    make(upload, Visibility.PRIVATE)
    cdn.now = 61
    assert cdn.get(reader(), url_of(upload)).status_code == 403
    make(upload, Visibility.PUBLIC)
    assert cdn.get(reader(), url_of(upload)).status_code == 200  # the refusal was not kept either


def test_djangos_cache_middleware_in_front_keeps_nothing_private(upload, owner, settings):  # SV-15, TI-20
    cache.clear()
    settings.MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *settings.MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
    for _ in range(2):
        assert reader(owner).get(url_of(upload)).status_code == 200
        assert reader().get(url_of(upload)).status_code == 403
    make(upload, Visibility.PUBLIC)
    assert reader().get(url_of(upload)).status_code == 200

"""Verification of the streams of a remote transcoder in the store."""

import re
from itertools import islice
from posixpath import dirname, join, normpath

from django.utils.translation import gettext as _

from common.errors import Invalid
from uploads.models import Upload
from uploads.storage import store

# The names of playlists, segments and pictures of the timeline, below folders. No other object is served.
NAME = re.compile(r"(?:[A-Za-z0-9_-]{1,80}/){0,4}[A-Za-z0-9_-]{1,80}\.(?:m3u8|ts|m4s|mp4|aac|vtt|jpg)")
_URI = re.compile(r'URI="([^"]*)"')
MOST_OBJECTS = 200_000
MOST_PLAYLISTS = 100
LONGEST_PLAYLIST = 4 * 1024**2  # bytes


def require_complete(upload: Upload, prefix: str, master: str, named: list[str]) -> None:
    """Raise Invalid unless `master` and `named` are stored below `prefix`, and all that their playlists name.

    Names are relative to `prefix`. Playlists are served unchanged, so they may only name files below `prefix`.
    """
    objects = store(upload.storage).walk(prefix)
    stored = {each.key.removeprefix(prefix): each.size for each in islice(objects, MOST_OBJECTS)}
    _require(stored, [master, *named])
    todo, done = [master], set[str]()
    while todo:
        playlist = todo.pop()
        if playlist in done:
            continue
        done.add(playlist)
        if len(done) > MOST_PLAYLISTS or stored[playlist] > LONGEST_PLAYLIST:
            raise Invalid(_("The playlists are too long or too many."), attr="master")
        names = [_resolved(playlist, uri) for uri in _uris(upload, f"{prefix}{playlist}")]
        _require(stored, names)
        todo += [name for name in names if name.endswith(".m3u8")]


def _uris(upload: Upload, key: str) -> list[str]:
    text = b"".join(store(upload.storage).read(key)).decode("utf-8", "replace")
    if not text.startswith("#EXTM3U"):
        raise Invalid(_("%(name)s is not a playlist.") % {"name": key.rpartition("/")[2]}, attr="master")
    lines = text.splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")] + _URI.findall(text)


def _resolved(playlist: str, uri: str) -> str:
    return normpath(join(dirname(playlist), uri)) if NAME.fullmatch(uri) else ""


def _require(stored: dict[str, int], names: list[str]) -> None:
    for name in names:
        if not NAME.fullmatch(name) or not stored.get(name):
            named = name[:200] or _("A file that a playlist names")
            raise Invalid(_("%(name)s is not stored below the prefix.") % {"name": named}, attr="outputs")

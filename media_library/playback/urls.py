"""URLs under `/playback/`."""

from django.urls import path, re_path

from media_library.playback.caption_views import CaptionPlaylistView, CaptionView
from media_library.playback.views import NotFoundView, OriginalView, PosterView, StableURLView, StreamView

urlpatterns = [
    path("<str:item_id>/master.m3u8", StableURLView.as_view(), name="playback"),
    path("<str:token>/hls/captions/<uuid:caption_id>.m3u8", CaptionPlaylistView.as_view(), name="playback-captions"),
    path("<str:token>/hls/captions/<uuid:caption_id>.vtt", CaptionView.as_view(), name="playback-caption-text"),
    path("<str:token>/hls/<path:name>", StreamView.as_view(), name="playback-stream"),
    path("<str:token>/file/<str:name>", OriginalView.as_view(), name="playback-file"),
    path("<str:token>/poster/<str:name>", PosterView.as_view(), name="playback-poster"),
    re_path(r"[\s\S]*", NotFoundView.as_view()),
]

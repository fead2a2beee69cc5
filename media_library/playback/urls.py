"""URLs under `/playback/`."""

from django.urls import path, re_path

from media_library.playback.views import NotFoundView, OriginalView, PosterView, StableURLView, StreamView

urlpatterns = [
    path("<str:item_id>/master.m3u8", StableURLView.as_view(), name="playback"),
    path("<str:token>/hls/<path:name>", StreamView.as_view(), name="playback-stream"),
    path("<str:token>/file/<str:name>", OriginalView.as_view(), name="playback-file"),
    path("<str:token>/poster/<str:name>", PosterView.as_view(), name="playback-poster"),
    re_path(r"[\s\S]*", NotFoundView.as_view()),
]

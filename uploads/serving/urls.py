"""URLs under `/files/`, `/assets/` and `/s/`, where every answer carries the headers of files."""

from django.urls import path, re_path

from uploads.serving.assets import AssetView
from uploads.serving.shared import SharedFileView
from uploads.serving.views import FileView, NowhereView, RenditionView, VersionView

nowhere = re_path(r"[\s\S]*", NowhereView.as_view())

urlpatterns = [
    path("<str:upload_id>/<str:name>", FileView.as_view(), name="file"),
    path("<str:upload_id>/versions/<int:number>/<str:name>", VersionView.as_view(), name="version"),
    path("<str:upload_id>/thumb-<str:size>/<str:name>", RenditionView.as_view(), name="rendition"),
    nowhere,
]

shared = [
    path("<str:token>/<str:name>", SharedFileView.as_view(), name="shared-file"),
    nowhere,
]

assets = [
    path("<path:key>", AssetView.as_view(), name="asset"),
    nowhere,
]

"""URLs under `/files/`, `/assets/` and `/s/`, where every answer carries the headers of files."""

from django.urls import path, re_path

from uploads.choices import RenditionKind
from uploads.serving.assets import AssetView
from uploads.serving.share_links import SharedFileView
from uploads.serving.views import FileView, NotFoundView, RenditionView, VersionView

not_found = re_path(r"[\s\S]*", NotFoundView.as_view())

urlpatterns = [
    path("<str:upload_id>/<str:name>", FileView.as_view(), name="file"),
    path("<str:upload_id>/versions/<int:number>/<str:name>", VersionView.as_view(), name="version"),
    path("<str:upload_id>/thumb-<str:size>/<str:name>", RenditionView.as_view(), name="rendition"),
    path("<str:upload_id>/jpeg/<str:name>", RenditionView.as_view(), {"size": RenditionKind.JPEG.value}, name="jpeg"),
    not_found,
]

shared = [
    path("<str:token>/<str:name>", SharedFileView.as_view(), name="shared-file"),
    not_found,
]

assets = [
    path("<path:key>", AssetView.as_view(), name="asset"),
    not_found,
]

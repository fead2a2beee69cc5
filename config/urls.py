"""All URLs of the installation."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from common.rest.schema_views import DocsView, SchemaView
from uploads.api.health import healthz, readyz
from uploads.api.metrics import scrape
from uploads.serving.urls import assets, shared
from uploads.sessions.receive import receive

api = [
    path("", include("permissions.urls")),
    path("", include("uploads.api.urls")),
    path("", include("resources.api.urls")),
    path("", include("media_library.api.urls")),
]

urlpatterns = [
    # First what is asked for most: each pattern before it is tried with every request.
    path("api/v1/", include(api)),
    path("files/", include("uploads.serving.urls")),
    path("playback/", include("media_library.playback.urls")),
    path("", RedirectView.as_view(pattern_name="admin:index", http_method_names=["get", "head"]), name="home"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", scrape, name="metrics"),
    path("storage/<path:address>", receive, name="storage-receive"),
    path("assets/", include(assets)),
    path("s/", include(shared)),
    path("admin/", admin.site.urls),
    # Under this name the sign-in page of the admin links to it.
    path(
        "account/forgotten/",
        RedirectView.as_view(pattern_name="account:password_reset", http_method_names=["get", "head"]),
        name="admin_password_reset",
    ),
    path("account/", include("permissions.accounts.urls")),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", DocsView.as_view(), name="docs"),
]

handler400 = "common.web.error_views.bad_request"
handler403 = "common.web.error_views.permission_denied"
handler404 = "common.web.error_views.not_found"
handler500 = "common.web.error_views.server_error"

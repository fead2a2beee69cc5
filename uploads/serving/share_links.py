"""`/s/{token}/{name}`: the file of a share link, for anyone who has the link."""

from dataclasses import replace

from django.http import HttpResponseBase
from rest_framework.request import Request

from uploads.serving.responses import serve_object
from uploads.serving.servable import Servable
from uploads.serving.views import FileAPIView, is_download
from uploads.sharing.links import count_access, follow_share_link
from uploads.sharing.tokens import link_id_of


class SharedFileView(FileAPIView):
    """The current bytes of a shared file. The link is the permission; the caller is not authenticated."""

    def get(self, request: Request, token: str, name: str) -> HttpResponseBase:
        link = follow_share_link(link_id=link_id_of(token))
        servable = Servable.of_upload(link.upload, is_public=False)
        response = serve_object(
            request._request, replace(servable, until=link.expires_at), download=is_download(request)
        )
        response.headers["X-Robots-Tag"] = "noindex"
        if is_first_part(request, response):
            count_access(link=link)
        return response


def is_first_part(request: Request, response: HttpResponseBase) -> bool:
    """Tell whether `response` has the start of the file: of the many ranges that a player requests, one counts."""
    byte_range = request.headers.get("Range", "").replace(" ", "").lower()
    is_sent = request.method == "GET" and response.status_code in {200, 206, 302}
    return is_sent and (not byte_range or byte_range.startswith("bytes=0-"))

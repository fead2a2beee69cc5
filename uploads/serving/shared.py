"""`/s/{token}/{name}`: one file for whoever holds the link."""

from dataclasses import replace

from django.http import HttpResponseBase
from rest_framework.request import Request

from uploads.serving.objects import serve_object
from uploads.serving.servable import Servable
from uploads.serving.views import Outgoing, wants_download
from uploads.sharing.links import count_use, follow_share_link
from uploads.sharing.tokens import link_id_of


class SharedFileView(Outgoing):
    """The current bytes of a shared file. The link is the permission: who follows it is not asked."""

    def get(self, request: Request, token: str, name: str) -> HttpResponseBase:
        link = follow_share_link(link_id=link_id_of(token))
        servable = Servable.of_upload(link.upload, is_public=False)
        response = serve_object(
            request._request, replace(servable, until=link.expires_at), download=wants_download(request)
        )
        response.headers["X-Robots-Tag"] = "noindex"
        if is_beginning(request, response):
            count_use(link=link)
        return response


def is_beginning(request: Request, response: HttpResponseBase) -> bool:
    """Tell whether this answer begins to send the file: a player asks for many parts of it, and one is the first."""
    wanted = request.headers.get("Range", "").replace(" ", "").lower()
    is_sent = request.method == "GET" and response.status_code in {200, 206, 302}
    return is_sent and (not wanted or wanted.startswith("bytes=0-"))

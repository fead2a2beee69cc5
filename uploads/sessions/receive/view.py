"""The view of PUTs to signed URLs."""

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from common.errors import DomainError
from common.web.error_views import error_response
from uploads.sessions.receive.reception import Reception
from uploads.storage.contract import SizeMismatch

_CHUNK = 64 * 1024


@csrf_exempt
def receive(request: HttpRequest, address: str) -> HttpResponse:
    """Store the body of one PUT.

    Answers 200 with the ETag; 400 (length, checksum), 403, 404 (multipart upload over), 408, 412 (taken), 503, 507.
    """
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": "OPTIONS, PUT"})
    reception = getattr(request, "scope", {}).get("reception") or _received(request, address)
    try:
        return HttpResponse(headers={"ETag": reception.publish()})
    except DomainError as refusal:
        return _refused(refusal)
    finally:
        reception.close()


def _received(request: HttpRequest, address: str) -> Reception:
    """Receive the body in the view: under WSGI, and for other methods than PUT."""
    reception = Reception(
        method=request.method or "",
        address=address,
        query=request.META.get("QUERY_STRING", ""),
        content_type=request.META.get("CONTENT_TYPE", ""),
        length=request.META.get("CONTENT_LENGTH", ""),
    )
    try:
        reception.begin()
        while chunk := request.read(_CHUNK):
            reception.write(chunk)
        reception.settle()
    except DomainError as refusal:
        reception.refusal = refusal
    except (UnreadablePostError, OSError):
        reception.refusal = SizeMismatch(gettext("The body ended early."))
    return reception


def _refused(refusal: DomainError) -> JsonResponse:
    response = error_response(refusal)
    vars(response)["_has_been_logged"] = True  # Django would log the path, which may still be valid for a PUT
    return response

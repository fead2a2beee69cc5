"""Error responses before Django: the error shape, readable for front ends on other origins."""

from io import BytesIO

from corsheaders.middleware import CorsMiddleware
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse

from common.asgi.bodies import Scope
from common.asgi.handler import headers_of
from common.asgi.responses import RawResponse
from common.errors import DomainError

_CORS_REQUEST_HEADERS = (b"origin", b"access-control-")


def error_response(scope: Scope, error: DomainError) -> RawResponse:
    """Return the response to `error`, with the CORS headers that a script on another origin needs to read it.

    The CORS middleware decides, as for every response. It also answers preflights: if one were refused, the script
    would see a network error instead of a 503 with `Retry-After`.
    """
    plain = RawResponse.of_error(error)
    lines = {name.decode(): value.decode() for name, value in plain.headers}
    response = HttpResponse(plain.content, status=plain.status, headers=lines)
    headers = [
        line for line in scope["headers"] if line[0].startswith(_CORS_REQUEST_HEADERS)
    ]  # another header may be the one that is refused
    shared = CorsMiddleware(lambda _: response)(ASGIRequest({**scope, "headers": headers}, BytesIO()))
    assert isinstance(shared, HttpResponse)
    return RawResponse(shared.status_code, headers_of(shared), shared.content)

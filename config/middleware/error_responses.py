"""What is answered where Django is not asked: the error shape, also for front ends on other origins."""

from io import BytesIO

from corsheaders.middleware import CorsMiddleware
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse

from common.asgi.bodies import Scope
from common.asgi.handler import headers_of
from common.asgi.responses import RawResponse
from common.errors import DomainError

_ASKED = (b"origin", b"access-control-")


def error_response(scope: Scope, error: DomainError) -> RawResponse:
    """The answer to `error`, with the headers without which a script on another origin cannot read it.

    The middleware decides, as for every other answer. It also answers a preflight, whatever the error is: refused, it
    would look like a lost network, and the script would never get to know of a 503 that says when to come again.
    """
    plain = RawResponse.of_error(error)
    lines = {name.decode(): value.decode() for name, value in plain.headers}
    response = HttpResponse(plain.content, status=plain.status, headers=lines)
    headers = [line for line in scope["headers"] if line[0].startswith(_ASKED)]  # others may be what is refused
    shared = CorsMiddleware(lambda _: response)(ASGIRequest({**scope, "headers": headers}, BytesIO()))
    assert isinstance(shared, HttpResponse)
    return RawResponse(shared.status_code, headers_of(shared), shared.content)

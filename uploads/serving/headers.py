"""The HTTP headers of served files: security, caching, validators, content."""

from django.http import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header

from uploads.serving.conditional import Validators
from uploads.serving.servable import Servable
from uploads.storage.contract import Disposition

# On every answer, errors included: a file runs no script, loads nothing and does not see the page that links to it.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-site",
    "Cache-Control": "private, no-store",
}
# A browser opens a video or sound in a page of its own, which loads the file again. A sandbox without the origin would
# forbid that, hence `allow-same-origin`. Both the policy and the sandbox still forbid scripts.
_PLAYER = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox allow-same-origin"
PUBLIC_SECONDS = 60  # how long caches may serve a file after it became private
_PUBLIC = f"public, max-age={PUBLIC_SECONDS}"
# Kept by one browser, which asks this server before each use: access is checked every time.
_PRIVATE = "private, max-age=0, must-revalidate"


def add_security_headers(response: HttpResponseBase) -> None:
    """Add the headers of ALWAYS that `response` does not set itself."""
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    patch_vary_headers(response, ["Cookie", "Authorization"])


def object_headers(servable: Servable, disposition: Disposition) -> dict[str, str]:
    """Return the headers of a response with bytes of `servable`, except their number."""
    player = {"Content-Security-Policy": _PLAYER} if disposition.inline and _is_played(disposition) else {}
    return {
        **validity_headers(servable),
        **player,
        "Content-Type": disposition.content_type,
        "Content-Disposition": content_disposition_header(not disposition.inline, disposition.filename) or "attachment",
        "Accept-Ranges": "bytes",
    }


def validity_headers(servable: Servable) -> dict[str, str]:
    """Return validators and caching headers: all headers that a 304 repeats."""
    return {**_validators(servable.validators), **caching_headers(servable, private=_PRIVATE)}


def caching_headers(servable: Servable, *, private: str = "private, no-store") -> dict[str, str]:
    """Return who may cache and embed a response: public files any page and, for PUBLIC_SECONDS, any cache."""
    if servable.is_public:
        return {"Cache-Control": _PUBLIC, "Cross-Origin-Resource-Policy": "cross-origin"}
    return {"Cache-Control": private}


def _validators(validators: Validators) -> dict[str, str]:
    return {"ETag": validators.etag, "Last-Modified": validators.last_modified}


def _is_played(disposition: Disposition) -> bool:
    return disposition.content_type.startswith(("audio/", "video/"))

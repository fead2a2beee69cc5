"""The headers of everything that leaves."""

from django.http import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header

from uploads.serving.conditional import Validators
from uploads.serving.servable import Servable
from uploads.storage.contract import Disposition

# On every answer, errors included: nothing in a file runs, loads anything, or learns where it was linked from.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-site",
    "Cache-Control": "private, no-store",
}
# A film or sound opened on its own stands in a page that the browser makes around it and loads it again from there:
# with an origin of its own the browser refuses that, so it gets ours. Scripts stay forbidden twice.
_PLAYER = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; sandbox allow-same-origin"
PUBLIC_SECONDS = 60  # how long caches may go on with a file that was taken back
_PUBLIC = f"public, max-age={PUBLIC_SECONDS}"
# Kept by one browser, and shown again only after this server said so: every time, access is checked anew.
_PRIVATE = "private, max-age=0, must-revalidate"


def protect(response: HttpResponseBase) -> None:
    """Add what every answer carries and this one does not say itself."""
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    patch_vary_headers(response, ["Cookie", "Authorization"])


def object_headers(servable: Servable, disposition: Disposition) -> dict[str, str]:
    """Headers of an answer that carries bytes of `servable`, but those that tell how many."""
    player = {"Content-Security-Policy": _PLAYER} if disposition.inline and _is_played(disposition) else {}
    return {
        **validity_headers(servable),
        **player,
        "Content-Type": disposition.content_type,
        "Content-Disposition": content_disposition_header(not disposition.inline, disposition.filename) or "attachment",
        "Accept-Ranges": "bytes",
    }


def validity_headers(servable: Servable) -> dict[str, str]:
    """Headers that tell one state of the file from another and how long it may be kept: all that a 304 repeats."""
    return {**_validators(servable.validators), **reach_headers(servable, private=_PRIVATE)}


def reach_headers(servable: Servable, *, private: str = "private, no-store") -> dict[str, str]:
    """Headers that say who may keep the answer and use it: of a public file any page and, briefly, any cache."""
    if servable.is_public:
        return {"Cache-Control": _PUBLIC, "Cross-Origin-Resource-Policy": "cross-origin"}
    return {"Cache-Control": private}


def _validators(validators: Validators) -> dict[str, str]:
    return {"ETag": validators.etag, "Last-Modified": validators.last_modified}


def _is_played(disposition: Disposition) -> bool:
    return disposition.content_type.startswith(("audio/", "video/"))

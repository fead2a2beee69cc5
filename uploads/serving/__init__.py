"""Serving files: the one place from which bytes leave.

A view checks access and makes a `Servable`; `serve_object` serves any object of any store with it, with the headers of
`headers`. Playlists, versions and share links go through the same two steps.
"""

from uploads.serving.responses import serve_object
from uploads.serving.servable import Servable

__all__ = ["Servable", "serve_object"]

"""The way out: the one place from which bytes leave.

`views` decides with the access rule and names the object; `serve_object` answers for any object of any store, with
the headers of `headers`. Playlists, versions and share links go through the same two steps.
"""

from uploads.serving.objects import serve_object
from uploads.serving.servable import Servable

__all__ = ["Servable", "serve_object"]

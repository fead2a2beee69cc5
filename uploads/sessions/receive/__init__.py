"""Receiving PUTs to the signed URLs of the disk store.

`reception` has the steps of one PUT. `body` runs them while the event loop waits for the client; `view` responds.
"""

from uploads.sessions.receive.view import receive

__all__ = ["receive"]

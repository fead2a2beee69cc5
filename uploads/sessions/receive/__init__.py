"""Where the disk store takes bytes from clients: the other end of its signed PUT addresses.

`reception` has the rules of one PUT, in steps; `body` takes them while the event loop waits for the client, and `view`
ends them with an answer.
"""

from uploads.sessions.receive.view import receive

__all__ = ["receive"]

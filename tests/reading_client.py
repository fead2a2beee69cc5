"""A test client that reads whole responses, since an unread response leaves its file open."""

from typing import Any

from django.test import Client

from permissions.models import User


class ReadingClient(Client):
    """Puts the whole body into `response.body`, streamed or not; the last byte closes the answer."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        response.body = b"".join(response.streaming_content) if response.streaming else response.content
        return response


def reader(user: User | None = None) -> ReadingClient:
    """A client with a session of `user` (none: anonymous)."""
    client = ReadingClient(raise_request_exception=False)  # see the 500 a caller would see
    if user is not None:
        client.force_login(user)
    return client


def comparable(response: Any) -> dict[str, str]:
    """The headers of a response that may be compared with another's: each request has an id of its own."""
    return {name: value for name, value in response.headers.items() if name != "X-Request-Id"}

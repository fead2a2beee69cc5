"""Errors of inspection."""

from uploads.errors import ContentMismatch


class OtherFormat(ContentMismatch):
    """The bytes are those of another format: inspection tries the others that are accepted.

    Any other ContentMismatch is final: the bytes are of this format, and are refused.
    """

"""Errors of inspection."""

from uploads.errors import ContentMismatch


class OtherFormat(ContentMismatch):
    """The bytes are those of another format: inspection tries the others that are accepted.

    Any other ContentMismatch is final: the bytes are of this format, and are refused.
    """


class OtherTracks(OtherFormat):
    """The bytes are of this container, which holds sound instead of a film, or a film instead of sound.

    This is what is told where no other format is accepted.
    """

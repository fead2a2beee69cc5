"""The error of videos that cannot be transcoded."""


class Untranscodable(Exception):
    """These bytes cannot be transcoded, and trying again does not help. The message is for the owner of the video."""

"""What can go wrong with a video."""


class Untranscodable(Exception):
    """No streams can be made of these bytes, however often it is tried; the sentence is for whoever sent them."""

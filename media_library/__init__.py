"""The media library. Its version stands here, and everything that names a version reads it."""

__version__ = "0.1.0"

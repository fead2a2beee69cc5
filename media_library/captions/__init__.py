"""Captions: documents that are shown as lines of text while a media item plays."""

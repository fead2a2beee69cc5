"""Playback: URLs for one user, one media item and some hours, below which a player finds every playlist and segment.

A player fetches dozens of objects by relative names and sends no headers of ours, so the permission is a token in the
path. The access rule is asked again for every object: a token permits nothing that its user may not see then.
"""

"""Inspection: a structural check that says of which format bytes are.

It reads `Content`, which fetches byte ranges, so that a video of 5 GiB costs one small read. Background jobs find out
whether a file can be decoded; files that could do harm before are refused here.
"""

from uploads.inspection.check import inspect, inspect_and_scan
from uploads.inspection.content import Content
from uploads.inspection.identify import Identified, identify

__all__ = ["Content", "Identified", "identify", "inspect", "inspect_and_scan"]

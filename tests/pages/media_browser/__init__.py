"""The media browser in a real Chromium, on files that were really uploaded."""

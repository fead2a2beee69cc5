"""The segments of a JPEG file (ITU T.81, annex B)."""

START, SCAN, ADOBE = b"\xff\xd8", 0xDA, 0xEE
_APPLICATION = frozenset(range(0xE0, 0xF0))
COMMENT = 0xFE
ADOBE_LENGTH = 14  # bytes of a whole Adobe segment, which says how colours are stored


def without_metadata(data: bytes) -> bytes:
    """Return a JPEG without segments of applications and comments, for decoders that broken ones stop.

    Other bytes are returned as they are.
    """
    if not data.startswith(START):
        return data
    kept, at = [START], 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != SCAN:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + max(length, 2)
        is_adobe = marker == ADOBE and length >= ADOBE_LENGTH
        if is_adobe or (marker not in _APPLICATION and marker != COMMENT):
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, data[at:]])

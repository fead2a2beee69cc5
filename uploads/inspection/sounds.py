"""Frames of sound without a container: MPEG layers (MP3), ADTS (AAC) and FLAC, behind any ID3 tag."""

from uploads.inspection.content import Content

_SEARCH = 64 * 1024  # before the first frame: files that were cut begin in the middle of one, or with zeros
_FRAMES = 3  # that must follow each other where the first one is not at the beginning
_TAGS = 4  # ID3 tags before the first frame
# Kilobits by version and layer, then index (ISO/IEC 11172-3, 2.4.2.3; 13818-3 for the lower sampling rates).
_BITRATES = {
    (3, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = (44100, 48000, 32000)  # of MPEG-1; halved for MPEG-2, quartered for 2.5


def start_of_sound(content: Content) -> int:
    """Return the position behind the ID3v2 tags (https://id3.org/id3v2.4.0-structure, 3.1); 0 without one."""
    at = 0
    for _tag in range(_TAGS):
        head = content.read(at, at + 10)
        if len(head) < 10 or head[:3] != b"ID3" or head[3] == 0xFF or any(byte > 0x7F for byte in head[6:10]):
            break
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        at += 10 + size + (10 if head[5] & 0x10 else 0)
    return at


def is_flac(content: Content) -> bool:
    """Tell whether the marker of a FLAC stream (RFC 9639, 6) is behind the tags."""
    at = start_of_sound(content)
    return content.read(at, at + 4) == b"fLaC"


def is_adts(content: Content) -> bool:
    """Tell whether AAC frames (ISO/IEC 13818-7, 6.2) follow each other behind the tags."""
    at = start_of_sound(content)
    for frame in range(2):
        head = content.read(at, at + 7)
        if frame and not head:
            return True
        length = _adts_length(head)
        if not length:
            return False
        at += length
    return True


def _adts_length(head: bytes) -> int:
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length >= 7 else 0


def is_mpeg_sound(content: Content) -> bool:
    """Tell whether frames of MPEG layers I to III begin in the first 64 KiB, or whether an ID3 tag alone promises them.

    Behind zeros, or the rest of a frame, several frames must follow each other.
    """
    at = start_of_sound(content)
    if at and not is_adts(content) and not is_flac(content):
        return True
    head = content.read(at, at + _SEARCH)
    found = head.find(b"\xff")
    while found >= 0:
        if _has_frames(head, found):
            return True
        found = head.find(b"\xff", found + 1)
    return False


def _has_frames(data: bytes, at: int) -> bool:
    """Tell whether frames follow each other from `at` on; at the beginning one is enough if the data ends with it."""
    is_first = at == 0
    for _frame in range(_FRAMES):
        length = _frame_length(data, at)
        if not length:
            return is_first and at > 0 and at >= len(data)
        at += length
    return True


def _frame_length(data: bytes, at: int) -> int:
    """Return the bytes of the frame whose header is at `at`; 0 where there is none. Free formats count as 1."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer, bitrate, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer == 0 or bitrate == 15 or rate == 3:
        return 0
    bits = 1000 * _BITRATES[3 if version == 3 else 2, layer][bitrate]
    samples = _RATES[rate] // {3: 1, 2: 2, 0: 4}[version]
    padding = head[2] >> 1 & 1
    if layer == 3:
        return (12 * bits // samples + padding) * 4 or 1
    return (72 if layer == 1 and version != 3 else 144) * bits // samples + padding or 1

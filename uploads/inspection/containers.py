"""Containers of pictures, sounds and films: what their first bytes say they hold. Nothing is decoded."""

from collections.abc import Iterator

from uploads.inspection.content import Content

_EBML = b"\x1a\x45\xdf\xa3"
_DOCTYPE = 0x4282
_LONGEST_EBML_HEADER = 1024
_TS_PACKET, _TS_TIMED_PACKET, _TS_SYNC = 188, 192, 0x47
_BOXES = 32  # of a file, or of its index, whose headers are read
_TRACK = 2048  # bytes of a track in which its handler is
_TS_PACKETS = 8  # that are looked at
# Codecs of the first packets: https://www.iana.org/assignments/media-types, RFC 7845 (Opus), RFC 9639 (FLAC)
_OGG_SOUNDS = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")
_OGG_FILM = b"\x80theora"


def brands(content: Content) -> list[bytes]:
    """Return the major and compatible brands of an ISO base media file (ISO/IEC 14496-12, 4.3), major first."""
    head = content.head
    size = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= size <= min(content.size, 1024):
        return []
    return [head[8:12]] + [head[at : at + 4] for at in range(16, size - 3, 4)]


def riff_form(content: Content) -> bytes:
    """Return the form of a RIFF file, or of one above 4 GiB (RF64, BW64: EBU Tech 3306); empty for another file."""
    head = content.head
    return head[8:12] if head[:4] in (b"RIFF", b"RF64", b"BW64") else b""


def ebml_doctype(content: Content) -> bytes:
    """Return the DocType of an EBML header (RFC 8794), such as webm or matroska; empty for another file."""
    head = content.read(0, _LONGEST_EBML_HEADER)
    if not head.startswith(_EBML):
        return b""
    try:
        size, start = _variable_integer(head, len(_EBML))
        elements = dict(_elements(head[: start + size], start))
    except (ValueError, IndexError):  # the header is cut
        return b""
    return elements.get(_DOCTYPE, b"").rstrip(b"\0")


def _elements(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at < len(data):
        name, at = _variable_integer(data, at, keep_marker=True)
        size, at = _variable_integer(data, at)
        yield name, data[at : at + size]
        at += size


def _variable_integer(data: bytes, at: int, *, keep_marker: bool = False) -> tuple[int, int]:
    """Return an EBML integer of one to eight bytes, and the position behind it. Raises IndexError, ValueError."""
    length = 9 - data[at].bit_length()
    if length > 8 or at + length > len(data):
        raise ValueError("not an EBML integer")
    value = int.from_bytes(data[at : at + length], "big")
    return (value if keep_marker else value & ~(1 << (7 * length))), at + length


def tracks_of_matroska(content: Content) -> tuple[bool, bool]:
    """Tell whether a film, and whether a sound, is among the tracks that the first 64 KiB name by their codec."""
    head = content.read(0, 64 * 1024)
    return b"V_" in head and _names_codec(head, b"V_"), _names_codec(head, b"A_")


def _names_codec(head: bytes, prefix: bytes) -> bool:
    """Find a CodecID element (0x86) whose value begins with `prefix`, such as V_VP9 or A_OPUS."""
    at = head.find(prefix)
    while at >= 2:
        if head[at - 2] == 0x86 and head[at - 1] & 0x80:
            return True
        at = head.find(prefix, at + 1)
    return False


def tracks_of_mp4(content: Content) -> tuple[bool, bool]:
    """Tell whether a film, and whether a sound, is among the tracks of an ISO base media file; neither if unknown.

    Reads the headers of boxes and the beginning of each track, where its handler is (ISO/IEC 14496-12, 8.4.3).
    """
    index = next((box for box in _boxes(content, 0, content.size) if box[0] == b"moov"), None)
    if index is None:
        return False, False
    tracks = [
        content.read(start, min(end, start + _TRACK))
        for name, start, end in _boxes(content, *index[1:])
        if name == b"trak"
    ]
    handlers = {track[at + 12 : at + 16] for track in tracks if (at := track.find(b"hdlr")) >= 0}
    return b"vide" in handlers, b"soun" in handlers


def _boxes(content: Content, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the names of the first boxes between two positions, and where their bodies begin and end."""
    for _number in range(_BOXES):
        head = content.read(start, min(start + 16, end))
        if len(head) < 8:
            return
        size = int.from_bytes(head[:4], "big")
        body = start + (16 if size == 1 else 8)
        size = int.from_bytes(head[8:16], "big") if size == 1 else size or end - start
        yield head[4:8], body, start + size
        start += max(size, 8)


def is_ogg_sound(content: Content) -> bool:
    """Tell whether an Ogg file (RFC 3533) holds sound alone."""
    head = content.head
    return head.startswith(b"OggS") and _OGG_FILM not in head and any(codec in head for codec in _OGG_SOUNDS)


def is_transport_stream(content: Content) -> bool:
    """Find the sync bytes of MPEG-TS packets (ISO/IEC 13818-1, 2.4.3.2), which may begin in mid-packet."""
    head = content.read(0, _TS_PACKET)
    starts = (start for start, byte in enumerate(head) if byte == _TS_SYNC)
    return any(
        _has_packets(content.read(start, start + _TS_PACKETS * length), length)
        for start in starts
        for length in ((_TS_PACKET, _TS_TIMED_PACKET) if start == 4 else (_TS_PACKET,))
    )


def _has_packets(data: bytes, length: int) -> bool:
    syncs = data[::length]
    return len(syncs) >= 3 and all(byte == _TS_SYNC for byte in syncs)

"""Sound: containers and codecs, and how recorders and editors begin and end their files."""

import struct
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.clips import ffmpeg
from tests.corpus.case import Accepted, Case, Refused
from tests.corpus.jpegs import jpeg
from tests.samples import sound

MP3, M4A, WAV, FLAC, OGG, AAC, WEBM = (f"audio/{name}" for name in ("mpeg", "mp4", "wav", "flac", "ogg", "aac", "webm"))


@cache
def recorded(name: str, *options: str, seconds: float = 1) -> bytes:
    """A tone, in the format of the name's ending."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / name
        tone = f"sine=frequency=220:sample_rate=44100:duration={seconds}"
        ffmpeg("-f", "lavfi", "-i", tone, *options, "-fflags", "+bitexact", str(target))
        return target.read_bytes()


def riff(*chunks: tuple[bytes, bytes], form: bytes = b"RIFF") -> bytes:
    body = b"WAVE" + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return form + struct.pack("<I", len(body)) + body


FORMAT = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
SAMPLES = b"\0\x40\0\xc0" * 4000


def _rf64() -> bytes:
    """A WAV whose sizes are in a chunk of their own, as recorders write it that may grow over 4 GiB."""
    sizes = struct.pack("<QQQI", 4 + 36 + 24 + 8 + len(SAMPLES), len(SAMPLES), len(SAMPLES) // 2, 0)
    body = b"WAVEds64" + struct.pack("<I", len(sizes)) + sizes + b"fmt " + struct.pack("<I", 16) + FORMAT
    return b"RF64\xff\xff\xff\xff" + body + b"data\xff\xff\xff\xff" + SAMPLES


def _mp3() -> bytes:
    """Frames alone, without a tag."""
    return recorded("a.mp3", "-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0")


def _id3(size: int) -> bytes:
    return b"ID3\x03\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + b"\0" * size


def _with_cover() -> bytes:
    cover = b"\0image/jpeg\0\x03\0" + jpeg()
    frame = b"APIC" + struct.pack(">IH", len(cover), 0) + cover
    size = len(frame)
    return b"ID3\x03\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + frame + _mp3()


def _sound(
    title: str,
    name: str,
    make: Callable[[], bytes],
    mime_type: str,
    announced: str = "",
    duration: float | None = 1,
    **facts: object,
) -> Case:
    out = Accepted(mime_type=mime_type, duration=duration, **{"drawn": True, **facts})
    return Case(title=title, name=name, make=make, out=out, type="AUDIO", announced=announced, is_slow=mime_type != WAV)


def _made(title: str, name: str, mime_type: str, *options: str, **facts: object) -> Case:
    return _sound(title, name, partial(recorded, name, *options), mime_type, **facts)


def _wav(title: str, *chunks: tuple[bytes, bytes], **facts: object) -> Case:
    return _sound(title, "voice.wav", lambda: riff(*chunks), WAV, **facts)


_BROADCAST = (b"bext", b"recorder".ljust(602, b"\0"))
_INFO = (b"LIST", b"INFOINAM\x04\0\0\0Tone")

CASES = [
    _made("MP3", "song.mp3", MP3),
    _made("MP3 of a variable rate", "song.mp3", MP3, "-q:a", "5"),
    _made("MP3 at 8,000 samples a second", "song.mp3", MP3, "-ar", "8000"),
    _made("MP3 with a tag of version 2.4", "song.mp3", MP3, "-id3v2_version", "4", "-metadata", "title=Grüße"),
    _made("MP3 with an old tag at its end", "song.mp3", MP3, "-write_id3v1", "1", "-metadata", "title=Tone"),
    _sound("MP3 without tags", "song.mp3", _mp3, MP3),
    _sound("MP3 with a cover", "song.mp3", _with_cover, MP3),
    _sound("MP3 that begins with zeros", "song.mp3", lambda: b"\0" * 3000 + _mp3(), MP3, duration=None),
    _sound("MP3 that begins within a frame", "song.mp3", lambda: _mp3()[77:], MP3, duration=None),
    _sound("MP3 with two tags", "song.mp3", lambda: _id3(200) + _id3(300) + _mp3(), MP3, duration=None),
    _sound("MP3 with a large tag", "song.mp3", lambda: _id3(200_000) + _mp3(), MP3, duration=None),
    _sound("MP3 with zeros behind its end", "song.mp3", lambda: _mp3() + b"\0" * 4000, MP3, duration=None),
    _sound("MP3 that is cut", "song.mp3", lambda: _mp3()[:-700], MP3, duration=None),
    _sound("MP3 announced by Windows", "song.mp3", _mp3, MP3, announced="audio/mp3"),
    _sound("MP3 announced as unknown", "song.mp3", _mp3, MP3, announced="application/octet-stream"),
    _made("M4A", "song.m4a", M4A, "-c:a", "aac"),
    _made("M4A announced as such", "song.m4a", M4A, "-c:a", "aac", announced="audio/m4a"),
    _made("M4A without loss", "song.m4a", M4A, "-c:a", "alac"),
    _made("M4A, its index first", "song.m4a", M4A, "-c:a", "aac", "-movflags", "+faststart"),
    _made("M4B of an audio book", "book.m4b", M4A, "-c:a", "aac", "-f", "ipod"),
    _sound("sound alone in MP4", "song.mp4", lambda: recorded("a.mp4", "-c:a", "aac"), M4A),
    _sound(
        "M4A in fragments",
        "song.m4a",
        lambda: recorded("a.m4a", "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"),
        M4A,
    ),
    _sound("WAV", "voice.wav", lambda: riff((b"fmt ", FORMAT), (b"data", SAMPLES)), WAV),
    _sound("WAV of two channels", "voice.wav", lambda: recorded("a.wav", "-ac", "2"), WAV),
    _wav("WAV with other chunks first", _BROADCAST, _INFO, (b"fmt ", FORMAT), (b"data", SAMPLES)),
    _wav("WAV with a list behind", (b"fmt ", FORMAT), (b"data", SAMPLES), _INFO),
    _wav("WAV with a chunk of odd length", (b"junk", b"abc"), (b"fmt ", FORMAT), (b"data", SAMPLES)),
    _sound("WAV with 64-bit sizes", "voice.wav", _rf64, WAV),
    _sound(
        "WAV whose recording was broken off",
        "voice.wav",
        lambda: riff((b"fmt ", FORMAT), (b"data", SAMPLES))[:-3000],
        WAV,
        duration=None,
    ),
    _sound(
        "WAV of size zero in its header",
        "voice.wav",
        lambda: b"RIFF\0\0\0\0" + riff((b"fmt ", FORMAT), (b"data", SAMPLES))[8:],
        WAV,
        duration=None,
    ),
    *(
        _made(f"WAV of {codec}", "voice.wav", WAV, "-c:a", codec)
        for codec in ("pcm_u8", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_alaw", "pcm_mulaw", "adpcm_ima_wav")
    ),
    _sound("WAV announced by Windows", "voice.wav", sound, WAV, announced="audio/x-wav"),
    _made("FLAC", "song.flac", FLAC),
    _made("FLAC of 24 bits", "song.flac", FLAC, "-sample_fmt", "s32"),
    _made("FLAC announced as x-flac", "song.flac", FLAC, announced="audio/x-flac"),
    _sound("FLAC behind an ID3 tag", "song.flac", lambda: _id3(100) + recorded("a.flac"), FLAC),
    _made("Vorbis", "song.ogg", OGG, "-c:a", "libvorbis"),
    _made("Opus", "song.opus", OGG, "-c:a", "libopus"),
    _made("Opus called OGG, as messengers do", "voice.ogg", OGG, "-c:a", "libopus"),
    _made("Vorbis called OGA", "song.oga", OGG, "-c:a", "libvorbis", announced="application/ogg"),
    _made("FLAC in Ogg", "song.oga", OGG, "-c:a", "flac"),
    _made("AAC", "song.aac", AAC, "-c:a", "aac", duration=None),
    _made("AAC announced as AACP", "song.aac", AAC, "-c:a", "aac", announced="audio/aacp", duration=None),
    _sound(
        "AAC behind an ID3 tag", "song.aac", lambda: _id3(60) + recorded("a.aac", "-c:a", "aac"), AAC, duration=None
    ),
    _made("WebM sound", "voice.webm", WEBM, "-c:a", "libopus"),
    _made("WebM sound called WEBA", "voice.weba", WEBM, "-c:a", "libopus", "-f", "webm"),
    _sound(
        "WebM as a browser records it",
        "voice.webm",
        lambda: recorded("a.webm", "-c:a", "libopus", "-live", "1"),
        WEBM,
        announced="audio/webm;codecs=opus",
        duration=None,
    ),
    _sound("silence", "voice.wav", lambda: riff((b"fmt ", FORMAT), (b"data", b"\0" * 16000)), WAV),
    Case(
        title="WAV of nothing",
        name="voice.wav",
        make=lambda: riff((b"fmt ", FORMAT), (b"data", b"")),
        out=Accepted(mime_type=WAV, drawn=False),
        type="AUDIO",
    ),
    Case(
        title="text called MP3",
        name="song.mp3",
        make=lambda: b"not a song\n" * 99,
        out=Refused(code="content_mismatch", sentence="."),
        type="AUDIO",
    ),
    Case(
        title="zeros called MP3",
        name="song.mp3",
        make=lambda: b"\0" * 100_000,
        out=Refused(code="content_mismatch", sentence="."),
        type="AUDIO",
    ),
    Case(
        title="a playlist called MP3",
        name="song.mp3",
        make=lambda: b"#EXTM3U\nhttp://127.0.0.1/a.mp3\n",
        out=Refused(code="content_mismatch", sentence="."),
        type="AUDIO",
    ),
]

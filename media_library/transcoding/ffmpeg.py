"""Making all variants of a video, or the stream of a sound, with one ffmpeg process."""

import os
import re
import selectors
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import imageio_ffmpeg
from django.conf import settings
from django.utils.translation import gettext as _

from media_library.transcoding.errors import Untranscodable
from media_library.transcoding.ladder import SMOOTHEST, Rung
from media_library.transcoding.probe import ProbeResult
from media_library.transcoding.timeline import output_arguments, timeline_of
from uploads.renditions.tone_map import to_bt709, write_table
from uploads.sandbox.containers import CONTAINERS, PROTOCOLS
from uploads.sandbox.run import Limits, is_limited, kill, start

SEGMENT = 6  # seconds, as Apple recommends
KEYFRAME = 2  # seconds between two key frames: the precision of seeking
AUDIO_BITS = 128_000  # bits a second
MEMORY = 12 * 1024**3  # bytes of address space; a tenth of it is used
FILE_SIZE = 2 * 1024**3  # bytes; a segment takes a thousandth of it
NICENESS = 10
INPUT_OPTIONS = ["-protocol_whitelist", PROTOCOLS, "-format_whitelist", CONTAINERS]
TABLE = "colors.cube"  # in the working folder: the mapping of HDR to BT.709
SOUND = "audio"  # the name of the stream of a sound
_BEGINNING = ["-nostdin", "-hide_banner", "-loglevel", "error", "-progress", "pipe:1", "-stats_period", "0.5"]
_AUDIO = ["-c:a", "aac", "-b:a", str(AUDIO_BITS), "-ac", "2", "-ar", "48000"]
_HLS = [
    *("-f", "hls", "-hls_time", str(SEGMENT), "-hls_playlist_type", "vod", "-hls_segment_type", "mpegts"),
    *("-hls_flags", "independent_segments"),
]
_MACHINE_FAULT = re.compile(rb"No space left|Cannot allocate memory|Input/output error", re.IGNORECASE)


def make_variants(
    source: Path, probed: ProbeResult, rungs: Sequence[Rung], folder: Path, *, report: Callable[[float], None]
) -> None:
    """Write `{rung}/index.m3u8` and its segments into `folder`, for each of `rungs`, and the sheets of the timeline.

    `report` is called with the percentage at least once a second; an exception that it raises ends ffmpeg and is raised
    again. Raises Untranscodable for a fault of the bytes, RuntimeError for a fault of this machine.
    """
    for rung in rungs:
        (folder / rung.name).mkdir()
    if probed.color.is_mapped:
        write_table(probed.color, folder / TABLE)
    _run(arguments(source, probed, rungs), probed.duration, folder, report)


def make_sound(source: Path, probed: ProbeResult, folder: Path, *, report: Callable[[float], None]) -> None:
    """Write `{SOUND}/index.m3u8` and its segments into `folder`. Reports and raises as `make_variants`."""
    (folder / SOUND).mkdir()
    words = [
        *_BEGINNING,
        *(*INPUT_OPTIONS, "-i", f"file:{source}", "-map", f"0:{probed.audio}"),
        *("-map_metadata", "-1", "-map_chapters", "-1", *_AUDIO, *_HLS),
        *("-hls_segment_filename", f"{SOUND}/%05d.ts", f"{SOUND}/index.m3u8"),
    ]
    _run(words, probed.duration, folder, report)


def _run(words: Sequence[str], duration: float | None, folder: Path, report: Callable[[float], None]) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), *words]
    seconds = settings.TRANSCODE_TIMEOUT * (os.cpu_count() or 1)
    limits = Limits(seconds, MEMORY, FILE_SIZE, niceness=NICENESS)
    with (folder / "errors").open("w+b") as errors:
        process = start(command, limits, folder=folder, stderr=errors)
        try:
            for done in _seconds_done(process):
                report(min(99.0, 100 * done / duration) if duration else 0)
            process.wait()
        finally:
            kill(process)
        errors.seek(0)
        _require_success(process, errors.read(1 << 16))


def arguments(source: Path, probed: ProbeResult, rungs: Sequence[Rung]) -> list[str]:
    """Return the arguments of ffmpeg, which writes below its working directory.

    All variants have key frames at the same times, so that players can switch between them.
    """
    audio = [] if probed.audio is None else [f"0:{probed.audio}"]
    streams = " ".join(
        f"v:{n},a:{n},name:{rung.name}" if audio else f"v:{n},name:{rung.name}" for n, rung in enumerate(rungs)
    )
    return [
        *_BEGINNING,
        *(*INPUT_OPTIONS, "-i", f"file:{source}"),
        *("-filter_complex", _filters(probed, rungs)),
        *(part for n in range(len(rungs)) for part in ("-map", f"[v{n}]")),
        *(part for _rung in rungs for stream in audio for part in ("-map", stream)),
        *("-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn"),
        *("-c:v", "libx264", "-preset", settings.TRANSCODE_PRESET, "-crf", "22", "-pix_fmt", "yuv420p"),
        *(part for n, rung in enumerate(rungs) for part in _limits(n, rung)),
        *("-g", "600", "-sc_threshold", "0", "-force_key_frames", f"expr:gte(t,n_forced*{KEYFRAME})"),
        *("-fps_mode", "vfr"),
        *(*_AUDIO, *_HLS, "-hls_segment_filename", "%v/%05d.ts"),
        *("-var_stream_map", streams, "%v/index.m3u8"),
        *output_arguments("[timeline]"),
    ]


def _filters(probed: ProbeResult, rungs: Sequence[Rung]) -> str:
    """Return the filter graph: each picture is decoded once, rotated by ffmpeg, split and scaled to square pixels."""
    prepared = ",".join(_preparation(probed, rungs[0]))
    parts = "".join(f"[s{n}]" for n in range(len(rungs)))
    scaled = [f"[s{n}]scale={rung.width}:{rung.height},setsar=1[v{n}]" for n, rung in enumerate(rungs)]
    last = len(rungs) - 1
    scaled[last] = f"{scaled[last].removesuffix(f'[v{last}]')},split=2[v{last}][small]"
    timeline = f"[small]{timeline_of(probed.duration, rungs[-1]).filters}[timeline]"
    return ";".join([f"[0:{probed.video}]{prepared},split={len(rungs)}{parts}", *scaled, timeline])


def _preparation(probed: ProbeResult, largest: Rung) -> Iterator[str]:
    """Yield the filters of a picture before it is made in each size: progressive, 8 bits, HDR as BT.709."""
    if probed.is_interlaced:
        yield "bwdif=mode=send_frame:deint=interlaced"
    if probed.fps > SMOOTHEST + 1:
        yield f"fps={SMOOTHEST:g}"
    if probed.color.is_mapped:
        mapping = to_bt709(probed.color, TABLE, f"{largest.width}:{largest.height}")
        yield ",".join(f"{name}={options}" for name, options in mapping)
    else:
        yield "scale=out_range=tv,format=yuv420p"


def _limits(number: int, rung: Rung) -> list[str]:
    return [f"-maxrate:v:{number}", str(rung.peak), f"-bufsize:v:{number}", str(2 * rung.peak)]


def _seconds_done(process: subprocess.Popen[bytes]) -> Iterator[float]:
    """Yield the seconds of video that are done, as ffmpeg reported last; at least once a second."""
    assert process.stdout
    done = 0.0
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if selector.select(1):
                output = os.read(process.stdout.fileno(), 1 << 16)
                if not output:
                    return
                if times := re.findall(rb"out_time_us=(\d+)", output):
                    done = int(times[-1]) / 1_000_000
            yield done


def _require_success(process: subprocess.Popen[bytes], errors: bytes) -> None:
    if not process.returncode:
        return
    if is_limited(process.returncode):
        raise Untranscodable(_("The video takes more time or memory than allowed."))
    if process.returncode < 0 or _MACHINE_FAULT.search(errors):
        raise RuntimeError(f"ffmpeg ended with {process.returncode}: {errors[-500:].decode(errors='replace')}")
    raise Untranscodable(_("The video cannot be decoded: its data is damaged."))

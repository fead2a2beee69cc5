"""Renditions of sounds: waveforms."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice, pairwise
from pathlib import Path

import av
from av.audio.resampler import AudioResampler
from PIL import Image, ImageDraw

from uploads.renditions.formats import Drawing, Undrawable
from uploads.sandbox.media import open_media

RATE = 8000  # samples a second, enough for a picture
COLUMNS = 320
WIDTH, HEIGHT = 1600, 400
LONG = 600  # seconds; longer sounds are sampled instead of decoded whole
BACKGROUND, FOREGROUND = (241, 245, 249), (51, 65, 85)


def draw_sound(path: Path) -> Drawing:
    """Draw the loudness over time, the loudest part at full height. Raises Undrawable."""
    with open_media(path) as container:
        if not container.streams.audio:
            raise Undrawable("The file has no sound.")
        seconds = (container.duration or 0) / av.time_base
        peaks = _sampled_peaks(container) if seconds > LONG else _peaks(container)
    if not peaks:
        raise Undrawable("No sound can be decoded.")
    return Drawing(_waveform(_columns(peaks)), facts={"duration_seconds": round(seconds, 3)})


def _blocks(container: av.container.InputContainer) -> Iterator[int]:
    """Yield the peak of each decoded frame, 0 to 32768."""
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
    for frame in container.decode(container.streams.audio[0]):
        for block in resampler.resample(frame):
            samples = memoryview(block.planes[0]).cast("h")[: block.samples]
            if len(samples):
                yield max(max(samples), -min(samples))


def _peaks(container: av.container.InputContainer) -> list[int]:
    """Return the peak of each frame up to the first one that cannot be decoded: anything may follow the sound."""
    peaks: list[int] = []
    with suppress(av.FFmpegError):
        peaks.extend(_blocks(container))
    return peaks


def _sampled_peaks(container: av.container.InputContainer) -> list[int]:
    """Return peaks of a few frames at each of COLUMNS places: constant work for a sound of any length."""
    peaks = []
    for column in range(COLUMNS):
        try:
            container.seek(int((container.duration or 0) * column / COLUMNS))
            peaks.append(max(islice(_blocks(container), 4), default=0))
        except (av.FFmpegError, OSError):
            continue
    return peaks


def _columns(peaks: list[int]) -> list[int]:
    """Return COLUMNS peaks, or fewer for a short sound: the loudest of each share."""
    count = min(COLUMNS, len(peaks))
    edges = [len(peaks) * number // count for number in range(count + 1)]
    return [max(peaks[start:end]) for start, end in pairwise(edges)]


def _waveform(peaks: list[int]) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUND)
    pen = ImageDraw.Draw(picture)
    loudest, step = max(max(peaks), 1), WIDTH / len(peaks)
    for number, peak in enumerate(peaks):
        half = max(2, round(peak / loudest * (HEIGHT / 2 - 20)))
        left = number * step
        pen.rectangle((left, HEIGHT // 2 - half, left + max(1, step - 2), HEIGHT // 2 + half), fill=FOREGROUND)
    return picture

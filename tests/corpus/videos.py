"""Video: codecs, colours, ranges, sizes and turns."""

from functools import partial

from tests.corpus.case import BLUE, CORNERS, GREEN, QUARTERS, RED, SIZE, WHITE, Points
from tests.corpus.films import AV1, H264, H265, MOV, MP4, film_case, film_of, hdr, turned

_MATRIX_709 = (
    "-vf",
    "scale=out_color_matrix=bt709:out_range=tv",
    "-colorspace",
    "bt709",
    "-color_primaries",
    "bt709",
    "-color_trc",
    "bt709",
    "-color_range",
    "tv",
)
_FULL = ("-vf", "scale=out_range=pc", "-color_range", "pc")
_UPRIGHT: dict[int, Points] = {
    0: QUARTERS,
    90: dict(zip(CORNERS, (GREEN, WHITE, RED, BLUE), strict=True)),
    180: dict(zip(CORNERS, (WHITE, BLUE, GREEN, RED), strict=True)),
    270: dict(zip(CORNERS, (BLUE, RED, WHITE, GREEN), strict=True)),
}

CASES = [
    film_of("H.264", "film.mp4", MP4, *H264),
    film_of("H.264 with sound", "film.mp4", MP4, *H264, "-c:a", "aac", sound=True),
    film_of("its index first", "film.mp4", MP4, *H264, "-movflags", "+faststart"),
    film_of("fragments", "film.mp4", MP4, *H264, "-movflags", "frag_keyframe+empty_moov"),
    film_of("H.264 of 4:4:4", "film.mp4", MP4, "-c:v", "libx264", "-crf", "10", "-pix_fmt", "yuv444p"),
    film_of("H.265", "film.mp4", MP4, *H265, "-pix_fmt", "yuv420p"),
    film_of("H.265 of 10 bits", "film.mp4", MP4, *H265, "-pix_fmt", "yuv420p10le"),
    film_of("AV1", "film.mp4", MP4, *AV1),
    film_of("VP9 in MP4", "film.mp4", MP4, "-c:v", "libvpx-vp9", "-b:v", "400k", "-cpu-used", "8"),
    film_of("MPEG-4 of 2001", "film.mp4", MP4, "-c:v", "mpeg4", "-q:v", "1"),
    film_of("colours of BT.709", "film.mp4", MP4, *H264, *_MATRIX_709),
    film_of("full range", "film.mp4", MP4, "-c:v", "libx264", "-crf", "10", "-pix_fmt", "yuvj420p", *_FULL),
    film_case("HDR (PQ)", "film.mp4", partial(hdr, "a.mp4", "smpte2084"), MP4),
    film_case("HDR (HLG)", "film.mov", partial(hdr, "a.mov", "arib-std-b67"), MOV),
    film_of("pixels that are not square", "film.mp4", MP4, *H264, "-aspect", "16:9", size=(85, 48)),
    film_of(
        "odd size",
        "film.mp4",
        MP4,
        "-c:v",
        "libx264",
        "-crf",
        "10",
        "-pix_fmt",
        "yuv444p",
        shape=(65, 49),
        size=(65, 49),
    ),
    film_of("very wide", "film.mp4", MP4, *H264, shape=(256, 16), size=(256, 16)),
    film_of("portrait", "film.mp4", MP4, *H264, shape=(48, 64), size=(48, 64)),
    *(
        film_case(
            f"turned by {degrees}",
            "film.mp4",
            partial(turned, degrees),
            MP4,
            size=SIZE if degrees == 180 else SIZE[::-1],
            points=_UPRIGHT[degrees],
        )
        for degrees in (90, 180, 270)
    ),
    film_case(
        "QuickTime, turned by 90",
        "IMG_0001.MOV",
        partial(turned, 90, "a.mov"),
        MOV,
        size=SIZE[::-1],
        points=_UPRIGHT[90],
    ),
]

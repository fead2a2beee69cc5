"""Opening sound and video for decoders, in a process of the sandbox."""

from pathlib import Path

import av
from av.container import InputContainer

from uploads.sandbox.containers import OPTIONS


def open_media(path: Path | str) -> InputContainer:
    """Open a file; close it with `with`. Tags in another encoding than UTF-8 keep their bytes as surrogates.

    Raises av.FFmpegError and OSError.
    """
    return av.open(str(path), options=OPTIONS, metadata_errors="surrogateescape")

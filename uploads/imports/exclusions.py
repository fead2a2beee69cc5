"""Files that an import leaves out: what systems leave behind, and what the operator names."""

import re
import unicodedata
from collections.abc import Sequence
from fnmatch import translate

# Written by systems beside the files of people; each by its name in any folder. No one misses them.
SYSTEM_FILES = (
    # macOS
    *(".DS_Store", "._*", ".AppleDB", ".AppleDesktop", ".AppleDouble", ".LSOverride", ".Spotlight-V100", ".Trashes"),
    *(".fseventsd", ".TemporaryItems", ".DocumentRevisions-V100", ".VolumeIcon.icns", ".apdisk", "Icon\r", "__MACOSX"),
    *("Network Trash Folder", "Temporary Items", ".com.apple.timemachine.donotpresent"),
    # Windows
    *("Thumbs.db", "Thumbs.db:encryptable", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "$RECYCLE.BIN"),
    *("System Volume Information", "RECYCLER", "Picasa.ini", ".picasa.ini", ".picasaoriginals", "ZbThumbnail.info"),
    # Linux, network drives
    *(".directory", ".Trash-*", "lost+found", ".nfs[0-9a-f]*", ".fuse_hidden*", ".gvfs", ".thumbnails"),
    *("@eaDir", "#recycle", "#snapshot", "@Recycle", ".@__thumb", ".SynologyWorkingDirectory", "@tmp"),
    # open documents of Office and LibreOffice
    *("~$*", ".~lock.*#"),
)


class Exclusions:
    """Tells which paths are left out, and why. Upper and lower case, and composed and decomposed names, are alike.

    A pattern of `patterns` without a slash is compared with each name of a path, one with a slash with the whole path
    from its beginning; `*` stands for any characters, also slashes.
    """

    def __init__(self, patterns: Sequence[str] = (), *, system_files: Sequence[str] = SYSTEM_FILES) -> None:
        exact = [name for name in system_files if not _is_pattern(name)]
        self._exact = frozenset(map(_plain, exact))
        self._system = _matcher([name for name in system_files if _is_pattern(name)])
        rules = [(_matcher([text.strip("/")]), f"excluded by {text}", "/" in text.rstrip("/")) for text in patterns]
        self._names = [(pattern, why) for pattern, why, of_path in rules if not of_path]
        self._paths = [(pattern, why) for pattern, why, of_path in rules if of_path]

    def reason(self, path: str) -> str:
        """Return why the file or folder at `path` is left out, by its last name or by the path; empty if it is not."""
        plain = _plain(path)
        name = plain.rpartition("/")[2]
        if name in self._exact or self._system.fullmatch(name):
            return "system file"
        by_name = (why for pattern, why in self._names if pattern.fullmatch(name))
        by_path = (why for pattern, why in self._paths if pattern.fullmatch(plain))
        return next(by_name, "") or next(by_path, "")

    def reason_of_any_part(self, path: str) -> str:
        """Return why the file at `path` is left out, also by the name of one of its folders."""
        ends = [index for index, character in enumerate(path) if character == "/"]
        return next(filter(None, (self.reason(path[:end]) for end in (*ends, len(path)))), "")


def _is_pattern(name: str) -> bool:
    return any(character in name for character in "*?[")


def _matcher(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(translate(_plain(pattern)) for pattern in patterns) or r"(?!)")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


NO_EXCLUSIONS = Exclusions(system_files=())

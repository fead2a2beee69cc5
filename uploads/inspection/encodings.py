"""Guessing the encoding of a text from a sample of its bytes."""

import codecs
import re
from unicodedata import category

from charset_normalizer import from_bytes

# Controls that no text has: all but tab, line feeds, form feed, backspace, the end mark of DOS, escape sequences.
BINARY_CONTROLS = re.compile(rb"[\x00-\x06\x0e\x0f\x10-\x19\x1c-\x1f]")
_NO_TEXT = ("Cn", "Co", "Cs")  # characters that are not assigned, private ones and halves of pairs
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32le"),
    (codecs.BOM_UTF32_BE, "utf-32be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)
# Python's names of the encodings that are tried → their names on the web (https://encoding.spec.whatwg.org/#names).
_NAMES = {
    **{f"cp{number}": f"windows-{number}" for number in range(1250, 1259)},
    "cp932": "shift_jis",
    "euc_jp": "euc-jp",
    "cp949": "euc-kr",
    "big5": "big5",
    "gb18030": "gb18030",
    "koi8_r": "koi8-r",
    "cp866": "ibm866",
    "mac_roman": "macintosh",
}
# Letters of a text in another script, read as Windows-1252: many in a row, or marks such as "³" inside of words.
_FOREIGN_RUN = re.compile("[\xc0-\u024f]{3}")
_MARKS = "\xa1-\xa6\xa8\xa9\xac\xae-\xb3\xb5\xb6\xb8\xb9\xbc-\xbf\xd7\xf7"
_LATER_MARKS = "\u201a\u201e\u2020\u2021\u02c6\u2030\u2039\u203a\u02dc\u2122"
_TORN_WORD = re.compile(rf"[^\W\d_][{_MARKS}{_LATER_MARKS}][^\W\d_]")


def guess_encoding(sample: bytes, *, is_whole: bool = False) -> str:
    """Return the likely encoding of a text, by its name on the web, which Python knows as well; empty for no text.

    `is_whole`: the text ends with the sample, else its last character may be cut.
    """
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return name if _is_text_in(sample, name) else ""
    if b"\0" in sample:
        if is_whole and len(sample) % 2:
            return ""
        return next((name for name in _wide_names(sample) if _is_text_in(sample, name)), "")
    if BINARY_CONTROLS.search(sample):
        return ""
    if b"\x1b$" in sample and _decodes(sample, "iso2022_jp", is_whole):
        return "iso-2022-jp"
    return "utf-8" if _decodes(sample, "utf-8", is_whole) else _guess_legacy(sample)


def _wide_names(sample: bytes) -> tuple[str, ...]:
    """Return the encodings of two bytes a character, the one first whose high bytes are mostly zero."""
    return ("utf-16le", "utf-16be") if sample[1::2].count(0) > sample[::2].count(0) else ("utf-16be", "utf-16le")


def _is_text_in(sample: bytes, name: str) -> bool:
    """Tell whether the sample is of characters, none of them a control."""
    width = 4 if "32" in name else 2 if "16" in name else 1
    try:
        text = codecs.getincrementaldecoder(name)().decode(sample[: len(sample) // width * width])
    except UnicodeDecodeError:
        return False
    return not BINARY_CONTROLS.search(text.encode("utf-8")) and not any(category(each) in _NO_TEXT for each in text)


def _decodes(sample: bytes, name: str, is_whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder(name)().decode(sample, final=is_whole)
    except UnicodeDecodeError:
        return False
    return True


def _guess_legacy(sample: bytes) -> str:
    """Return Windows-1252 for a text that reads well in it, as most do; else ask the library, which knows languages."""
    western = sample.decode("cp1252", errors="replace")
    if _reads_well(western):
        return "windows-1252"
    best = from_bytes(sample, cp_isolation=[*_NAMES]).best()
    name = _NAMES.get(best.encoding, "") if best else ""
    if name and name != "windows-1252":
        return name
    central = sample.decode("cp1250", errors="replace")
    return "windows-1250" if not _TORN_WORD.search(central) else "windows-1252"


def _reads_well(text: str) -> bool:
    """Tell whether accents are single and inside words, and marks outside of them, as in Latin scripts."""
    return not (_FOREIGN_RUN.search(text) or _TORN_WORD.search(text) or "\ufffd" in text)

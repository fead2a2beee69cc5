"""Folding of text for searches, natural order of names, and sizes for people.

One folding serves both sides of a search: the text of a searched column, and the words that are searched for.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import ngettext

SORT_KEY_LENGTH = 200  # characters, which an index and a cursor of every database hold

# Marks that a reader may leave out. Everywhere else a mark is part of the letter: the vowels of Indic scripts, Thai
# tones, the voicing of Japanese syllables.
_OPTIONAL_MARKS = re.compile(
    "["
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # Latin, Greek, Cyrillic
    "\u0483-\u0489"  # old Cyrillic
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points and accents
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08ca-\u08ff"  # Arabic vowels
    "\u0640"  # Arabic tatweel, which only stretches
    "\u0711\u0730-\u074a"  # Syriac
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f"  # invisible
    "]+"
)

# Letters without a decomposition, and variants of one sign.
_ALIKE: dict[int, Any] = {
    **str.maketrans("øłđðħŧıȷɨɓɗɖƙɛɔəƀƶ", "olddhtijibddkeoebz"),
    **str.maketrans({"æ": "ae", "œ": "oe", "þ": "th", "ŋ": "ng"}),
    **str.maketrans("ىیکةہٱ", "ييكهها"),  # Arabic letters as Persian, Urdu and older keyboards write them
    **str.maketrans("‘’ʼʻ′“”„‐‑‒–—−", "'" * 5 + '"' * 3 + "-" * 6),
}
_BINARY_UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")
_UNITS = {f"{prefix}B": 1000**power for power, prefix in enumerate("kMGTP", 1)} | {
    f"{prefix}iB": 1024**power for power, prefix in enumerate("KMGTP", 1)
}
_SIZE = re.compile(r"\s*(?P<amount>\d{1,18}(?:[.,]\d{1,6})?)\s*(?P<unit>[A-Za-z]*)\s*", re.ASCII)
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_NUMBER = re.compile(r"[0-9]+")


def fold(text: str) -> str:
    """Return `text` in the form in which two spellings of the same words are equal, in any script.

    Neither case, width, composition nor optional marks make a difference: `Café`, `CAFE`, decomposed `café` and
    its full-width form are one word. Unicode compatibility caseless matching (section 3.13, D146), without the marks.
    """
    if text.isascii():
        return text.lower()
    bare = _OPTIONAL_MARKS.sub("", unicodedata.normalize("NFKD", text))
    folded = unicodedata.normalize("NFKD", bare.casefold()).translate(_ALIKE)
    folded = _FOREIGN_DIGIT.sub(_plain_digit, _OPTIONAL_MARKS.sub("", folded))
    return unicodedata.normalize("NFC", folded)  # the marks that are left go back to their letters


def words_of(search: str) -> list[str]:
    """Return the folded words of a search. A match contains all of them, each anywhere.

    A search of marks only has a word that no text contains: it finds nothing rather than everything.
    """
    words = list(dict.fromkeys(fold(search).split()))
    return words or ([search] if search.strip() else [])


def sort_key(name: str) -> str:
    """Return the sort key of `name`, which is compared byte by byte: folded, numbers by their value.

    `img2` comes before `img10`, and `apple`, `Eagle`, `Émile`, `Zebra` are in this order.
    """
    folded = " ".join(fold(name).split())
    return _NUMBER.sub(_by_value, folded)[:SORT_KEY_LENGTH]


def binary_size(size: int) -> str:
    """Return a number of bytes in binary units, as limits are set: `5 MiB`, `1.5 GiB`, `512 bytes`.

    One decimal at most. Django's `filesizeformat` calls the same units KB and MB.
    """
    if size < 1024:
        return ngettext("%(size)d byte", "%(size)d bytes", size) % {"size": size}
    exponent = min((size.bit_length() - 1) // 10, len(_BINARY_UNITS))
    amount = round(size / 1024**exponent, 1)
    return f"{number_format(amount, 0 if amount.is_integer() else 1)} {_BINARY_UNITS[exponent - 1]}"


def exact_size(size: int) -> str:
    """Return a number of bytes so that `parse_size` reads the same number again: `50 GB`, `1.5 GiB`, `1234`."""
    for unit, number in sorted(_UNITS.items(), key=lambda entry: -entry[1]):
        amount = size * 100 / number
        if size >= number and amount.is_integer():
            return f"{amount / 100:g} {unit}"
    return str(size)


def parse_size(text: str) -> int:
    """Return the bytes that a person types: `50 GB` (of 1000³), `50 GiB` (of 1024³), `1,5 TB`, `1234`.

    Raises ValueError for anything else, and for more than a database column holds.
    """
    match = _SIZE.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        raise ValueError(text)
    units = {unit.casefold(): number for unit, number in _UNITS.items()} | {"": 1, "b": 1, "bytes": 1, "byte": 1}
    unit = match["unit"].casefold()
    number = units.get(unit) or units.get(f"{unit}b")  # also 50G
    size = None if number is None else round(Decimal(match["amount"].replace(",", ".")) * number)
    if size is None or size >= 2**63:
        raise ValueError(text)
    return size


def _by_value(digits: re.Match[str]) -> str:
    """Return digits after their count, in a notation in which a longer number is the greater text."""
    number = digits[0].lstrip("0") or "0"
    nines, rest = divmod(len(number), 9)
    return f"{'9' * nines}{rest}{number}"


def _plain_digit(character: re.Match[str]) -> str:
    return str(unicodedata.decimal(character[0]))


def narrow_to_words(rows: Any, search: str, column: str = "search_text") -> Any:
    """Return those of the queryset `rows` whose `column`, which holds folded text, has every word of `search`."""
    return having_words(rows, words_of(search), column)


def having_words(rows: Any, words: Iterable[str], column: str = "search_text") -> Any:
    """Return those of the queryset `rows` whose `column` has all of `words`, which are folded."""
    for word in words:
        rows = rows.filter(**{f"{column}__contains": word})
    return rows

"""One folding and one order for words, whatever their script."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import SORT_KEY_LENGTH, binary_size, exact_size, fold, parse_size, sort_key, words_of

SAME_WORDS = [
    ("café", "cafe"),
    ("CAFÉ", "cafe"),
    ("cafe\N{COMBINING ACUTE ACCENT}", "cafe"),
    ("\N{FULLWIDTH LATIN CAPITAL LETTER C}afe", "cafe"),
    ("Straße", "STRASSE"),
    ("Ærø", "aero"),
    ("Łódź", "lodz"),
    ("Þórður", "thordur"),
    ("İSTANBUL", "istanbul"),
    ("ısparta", "ISPARTA"),
    ("ﬁlm", "film"),
    ("Ελλάδα", "ελλαδα"),
    ("ΟΔΟΣ", "οδος"),
    ("ёлка", "елка"),
    ("مُحَمَّد", "محمد"),
    ("محمـــد", "محمد"),
    ("أحمد", "احمد"),
    ("کتاب", "كتاب"),
    ("שָׁלוֹם", "שלום"),
    ("ｶﾞｲﾄﾞ", "ガイド"),
    ("٢٠٢٤", "2024"),
    ("don’t", "don't"),
    ("zero\N{ZERO WIDTH SPACE}width", "zerowidth"),
    ("soft\N{SOFT HYPHEN}hyphen", "softhyphen"),
]

OTHER_WORDS = [("が", "か"), ("हिन्दी", "हनद"), ("ไม้", "ไม"), ("한글", "하그"), ("cafe", "cafes")]


# FA-A12
@pytest.mark.parametrize(("one", "other"), SAME_WORDS)
def test_two_spellings_of_one_word_are_equal(one, other):
    assert fold(one) == fold(other)


# FA-A12
@pytest.mark.parametrize(("one", "other"), OTHER_WORDS)
def test_marks_that_are_part_of_a_letter_make_another_word(one, other):
    assert fold(one) != fold(other)


# FA-A12
@given(st.text())
def test_folding_is_the_same_for_every_composition_and_once_is_enough(text):
    forms = {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")} | {fold(fold(text))}
    assert len(forms) == 1


def test_words_of_a_search_are_folded_and_asked_once():
    assert words_of("  Café cafe\tREX ") == ["cafe", "rex"]
    assert words_of(" \n") == []


# FA-A12
@pytest.mark.parametrize("search", ["\N{COMBINING ACUTE ACCENT}", "ـ", "\N{ZERO WIDTH SPACE}"])
def test_a_search_that_is_all_marks_has_a_word_that_nothing_contains(search):
    assert words_of(search) == [search]
    assert search not in fold(f"anything {search} at all")


# FA-A12
def test_names_are_ordered_as_people_order_them():
    names = ["img1", "IMG2", "img007", "img10", "img99999999", "img100000000000", "apple", "Eagle", "Émile", "Zebra"]
    expected = ["apple", "Eagle", "Émile", *names[:6], "Zebra"]
    assert sorted(names, key=sort_key) == expected


@given(st.integers(0, 10**60), st.integers(0, 10**60))
def test_numbers_are_ordered_by_value_however_long(one, other):
    assert (sort_key(f"a{one}.png") < sort_key(f"a{other}.png")) == (one < other)


@given(st.text(min_size=1))
def test_a_key_is_bounded_and_blind_to_composition(text):
    key = sort_key(text)
    assert len(key) <= SORT_KEY_LENGTH
    assert key == sort_key(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (5 * 1024**2, "5 MiB"),
        (5 * 1024**3, "5 GiB"),
        (3 * 1024**6, "3072 PiB"),
    ],
)
def test_sizes_are_said_in_binary_units(size, text):
    assert binary_size(size) == text


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("50GB", 50_000_000_000),
        ("50 gb", 50_000_000_000),
        ("50 GiB", 50 * 2**30),
        ("50G", 50_000_000_000),
        ("1,5 TB", 1_500_000_000_000),
        ("512 B", 512),
        ("1234", 1234),
        ("0", 0),
    ],
)
def test_sizes_are_read_with_their_units(text, size):
    assert parse_size(text) == size
    assert parse_size(exact_size(size)) == size


@pytest.mark.parametrize("text", ["", "GB", "-1 GB", "1e9", "5 apples", "1 2", "9" * 30, "99999999 TB"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError):
        parse_size(text)

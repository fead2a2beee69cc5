"""Modules are called by words of the glossary: a new word is a decision, written down there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("common", "permissions", "uploads", "resources", "media_library", "config")
NOT_OURS = {"migrations", "tests"}
LONGEST = 3  # words in one name


def glossary() -> set[str]:
    """Its terms, and the general words below them."""
    tables, _, general = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").partition("## General words")
    terms = " ".join(line.split("|")[1] for line in tables.splitlines() if line.startswith("| "))
    return set(re.findall(r"[a-z0-9]+", f"{terms} {general}"))


def names() -> dict[str, str]:
    """Each name of a module or folder, with one path that has it."""
    paths = [path.relative_to(ROOT) for app in APPS for path in (ROOT / app).rglob("*.py")]
    ours = [path for path in paths if not NOT_OURS & set(path.parts)]
    return {part.strip("_"): str(path) for path in ours for part in path.with_suffix("").parts[1:]}


def forms(word: str) -> set[str]:
    """A word and what its singular may be."""
    return {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"}


def test_every_module_is_called_by_words_of_the_glossary():
    known = glossary()
    words = {word: path for name, path in names().items() for word in name.split("_")}
    unknown = {word: path for word, path in words.items() if not forms(word) & known}
    assert unknown == {}


def test_no_name_of_a_module_is_a_sentence():
    assert [path for name, path in names().items() if name.count("_") >= LONGEST] == []

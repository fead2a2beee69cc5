"""A corpus of small files as people have them, made by code, each with what must come out of it.

A family is a module with `CASES`. docs/testing.md says how to run all of them, and how to compare with other tools.
"""

from importlib import import_module

from tests.corpus.case import Case

FAMILIES = (
    *("jpegs", "pngs", "others", "heifs", "tiffs", "svgs", "orientations", "broken_metadata"),
    *("texts", "archives", "pdfs", "office", "sounds", "videos", "containers", "names", "refusals"),
)


def cases() -> dict[str, Case]:
    """Every case by its id, `family: title`."""
    return {
        f"{family}: {case.title}": case for family in FAMILIES for case in import_module(f"tests.corpus.{family}").CASES
    }

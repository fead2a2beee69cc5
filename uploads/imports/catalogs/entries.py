"""What is known of one file besides its bytes, fitted to the columns of an upload."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from uploads.files.edit import TAGS_OF_A_FILE, TEXTS, normalize_name, normalize_text
from uploads.files.tag_names import tag_error, tag_slug
from uploads.models import Upload

LONGEST_TAG_LIST = 1000  # names of one entry that are looked at
_LENGTHS: dict[str, int] = {field.name: field.max_length or 0 for field in Upload._meta.fields if field.name in TEXTS}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a manifest or another system says of one file; an empty field says nothing.

    `name` is the file's name for people, where it differs from the last part of the path. `email` goes before
    `username` when the uploader is looked up. `credit` goes into the metadata, unless the bytes name another one.
    `skip` is the reason not to import the file. `notes` say what was left out because it does not fit.
    """

    name: str = ""
    username: str = ""
    email: str = ""
    title: str = ""
    description: str = ""
    alt_text: str = ""
    category: str = ""
    credit: str = ""
    tags: tuple[str, ...] = ()
    created_at: datetime | None = None
    skip: str = ""
    notes: tuple[str, ...] = ()

    def facts(self) -> dict[str, Any]:
        """Return the fields that say something, for JSON."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> "Entry":
        """Return the entry of `facts()` after JSON."""
        lists = {name: tuple(facts[name]) for name in ("tags", "notes") if name in facts}
        moment = facts.get("created_at")
        return cls(**{**facts, **lists, "created_at": datetime.fromisoformat(moment) if moment else None})

    def over(self, other: "Entry") -> "Entry":
        """Return this entry, with the fields of `other` where it says nothing."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(other, **{name: value for name, value in own.items() if value})


NOTHING = Entry()


def fitted(entry: Entry) -> Entry:
    """Return `entry` with texts as uploads store them: composed, trimmed, cut to the lengths of the columns."""
    changes: dict[str, Any] = {}
    notes = list(entry.notes)
    for field in TEXTS:
        changes[field] = _cut(field, getattr(entry, field), notes)
    changes["tags"] = tuple(_tags(entry.tags, notes))
    return replace(entry, **changes, notes=tuple(notes))


def paragraphs(*texts: str) -> str:
    """Return the different ones of `texts` as paragraphs of one text."""
    return "\n\n".join(dict.fromkeys(filter(None, map(normalize_text, texts))))


def _cut(field: str, text: str, notes: list[str]) -> str:
    plain = text if text.isprintable() else "".join(filter(_is_kept, text))
    plain = normalize_text(plain) if field == "description" else normalize_name(plain)
    longest = _LENGTHS[field]
    if len(plain) <= longest:
        return plain
    notes.append(f"{field.replace('_', ' ')} cut to {longest} characters")
    return plain[: longest - 1].rstrip() + "…"


def _is_kept(character: str) -> bool:
    return character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")


def _tags(names: Iterable[str], notes: list[str]) -> list[str]:
    wanted: dict[str, str] = {}
    for name in list(names)[:LONGEST_TAG_LIST]:
        plain = normalize_name(name)
        if not plain:
            continue
        if tag_error(plain) or len(wanted) >= TAGS_OF_A_FILE:
            notes.append(f"tag {plain[:60]!r} left out")
        else:
            wanted.setdefault(tag_slug(plain), plain)
    return list(wanted.values())

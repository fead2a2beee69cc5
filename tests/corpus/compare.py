"""Compare what this library says of files with what other programs say.

    .venv/bin/python -m tests.corpus.compare [FOLDER]

Imports the files of FOLDER, by default those of the corpus, into an installation of its own that is removed afterwards,
draws them (those of FOLDER in the sandbox), and prints the differences, and the files without a picture.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

OTHER_NAMES = {
    "audio/x-wav": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/opus": "audio/ogg",
    "application/ogg": "audio/ogg",
    "audio/x-m4a": "audio/mp4",
    "video/x-m4v": "video/mp4",
    "video/3gpp": "video/mp4",
    "video/x-mjpeg": "video/x-msvideo",
    "image/apng": "image/png",
    "image/x-ms-bmp": "image/bmp",
    "image/heif": "image/heic",
    "text/rtf": "application/rtf",
    "video/m2ts": "video/mp2t",
    "application/vnd.adobe.illustrator": "application/pdf",
    "application/unknown": "",
}


def main(folder: Path | None) -> None:
    with TemporaryDirectory(prefix="corpus-") as name:
        os.environ.update(
            DATA_DIR=name, DATABASE_URL=f"sqlite:///{name}/db.sqlite3", DJANGO_SETTINGS_MODULE="config.settings.testing"
        )
        import django

        django.setup()
        files = folder or written_corpus(Path(name) / "files")
        import_and_draw(files, draw_sandboxed if folder else draw_all)
        for line in lines(files):
            print(line)  # noqa: T201  what it is for


def written_corpus(folder: Path) -> Path:
    """Write each file of the corpus that a file system can hold into a folder named by its case; return `folder`."""
    from tests.corpus import cases
    from tests.corpus.check import is_a_file_name, written

    files = {f"{number:04} {name.replace('/', '-')}"[:120]: case for number, (name, case) in enumerate(cases().items())}
    written(folder, {place: (case.name, case.make()) for place, case in files.items() if is_a_file_name(case.name)})
    return folder


def draw_sandboxed() -> None:
    from tests.jobs import run_pending_jobs

    run_pending_jobs(may_fail=True, limit=100_000)


def draw_all() -> None:
    """Draw the files of the corpus, which are our own, in this process."""
    from tests.corpus.check import draw_all

    draw_all()


def import_and_draw(folder: Path, draw: Callable[[], None]) -> None:
    from django.core.management import call_command

    from tests.factories import make_organization

    call_command("migrate", verbosity=0)
    make_organization("acme")
    call_command("import_uploads", str(folder), organization="acme", verbosity=0)
    draw()


def lines(folder: Path) -> Iterator[str]:
    """What differs, one line a file and fact."""
    from tests.corpus.tools import installed, said_of
    from uploads.models import ImportedFile, Job

    tools = installed()
    yield f"Compared with {', '.join(tools) or 'nothing: no program is installed'}."
    results = {job.subject: job for job in Job.objects.filter(kind="make_renditions")}
    for row in ImportedFile.objects.exclude(upload=None).select_related("upload").order_by("source"):
        upload = row.upload
        assert upload is not None
        job = results.get(str(upload.pk))
        why = (job.result or {}).get("undrawable") or job.last_error if job else ""
        if not upload.has_thumbnail:
            yield f"{row.source}: {upload.mime_type} without a picture: {str(why).strip()[-160:]}"
        ours = facts_of(upload)
        for tool, theirs in said_of(folder / row.source, upload.mime_type, tools).items():
            for name, value in theirs.items():
                if value is not None and differs(name, ours[name], value):
                    yield f"{row.source}: {name} is {ours[name]}, {tool} says {value}"


def facts_of(upload: Any) -> dict[str, Any]:
    known = upload.metadata
    return {
        "mime_type": upload.mime_type,
        "size": (upload.width, upload.height) if upload.width else None,
        "pages": upload.page_count,
        **{name: known.get(name) for name in ("duration", "taken_at", "camera")},
    }


def differs(name: str, ours: Any, theirs: Any) -> bool:
    if name == "mime_type":
        return bool(OTHER_NAMES.get(theirs, theirs)) and ours != OTHER_NAMES.get(theirs, theirs)
    if name == "duration":
        return ours is None or abs(ours - float(theirs)) > 0.15
    if name == "taken_at":  # 2026:01:31 12:00:00 and 2026-01-31T12:00:00
        return not ours or _digits(ours)[:14] != _digits(theirs)[:14]
    if name == "camera":
        return not ours or not set(ours.lower().split()) & set(theirs.lower().split())
    return bool(ours != theirs)


def _digits(text: str) -> str:
    return "".join(each for each in str(text) if each.isdigit())


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?")
    sys.exit(main(parser.parse_args().folder))

"""What a dry run of an import reports: the outcome of each file, without copies or rows."""

from collections.abc import Callable

from uploads.imports.candidates import Candidate
from uploads.imports.options import ImportOptions
from uploads.imports.outcomes import Outcome


def report_dry_run(options: ImportOptions, files: list[Candidate], on_outcome: Callable[[Outcome], None]) -> None:
    """Report each inspected file as one that an import would make, or as failed. Writes nothing."""
    for file in files:
        if file.inspected is None:
            on_outcome(Outcome(file.source.name, "failed", file.problem))
            continue
        uploader = options.uploaders.of(file.source.path, file.entry)
        on_outcome(
            Outcome(
                file.source.name,
                "would import",
                "; ".join(file.entry.notes),
                mime_type=file.inspected.mime_type,
                uploader=uploader.username,
                size=file.inspected.stamp.size,
            )
        )

"""Removing temporary files and parts that killed writers left in the stores, with a plan or without."""

from uploads.audit.clean_run import CleanRun
from uploads.audit.clocks import earliest_now, grace_time, temporary_grace
from uploads.audit.findings import Finding, audited_storages
from uploads.audit.scan import is_multipart_open
from uploads.jobs import JobContext
from uploads.storage import store


def reap_leftovers(job: JobContext) -> dict[str, int]:
    """Remove old temporary files and abort multipart uploads that no session holds. Raises StoreUnavailable.

    Multipart uploads have the grace time of orphans: this server sends large files in parts as well.
    """
    counts = {"temporary_files": 0, "multipart_uploads": 0}
    for alias in audited_storages():
        counts["temporary_files"] += store(alias).reap_temporary_files(temporary_grace())
        job.report(50)
        counts["multipart_uploads"] += _abort_forgotten(alias)
    return counts


def _abort_forgotten(alias: str) -> int:
    count, since = 0, earliest_now(alias) - grace_time()
    for each in store(alias).unfinished():
        if each.started_at <= since and not is_multipart_open(alias, each.key, each.multipart_id):
            store(alias).abort_multipart(each.key, each.multipart_id)
            count += 1
    return count


def abort_multiparts(findings: list[Finding], run: CleanRun) -> None:
    """Abort those multipart uploads of `findings` that no session holds. Raises StoreUnavailable."""
    for finding in findings:
        if is_multipart_open(finding.storage, finding.key, finding.id):
            run.done.kept["claimed"] += 1
            continue
        run.journal.note("aborting", [finding])
        store(finding.storage).abort_multipart(finding.key, finding.id)
        run.journal.note("aborted", [finding])
        run.done.aborted += 1


def remove_temporary_files(findings: list[Finding], run: CleanRun) -> None:
    """Remove those of `findings`, temporary files of one store, that are old enough. Raises StoreUnavailable."""
    target = store(findings[0].storage)
    run.journal.note("removing", findings)
    target.reap_temporary_files(temporary_grace())
    existing = {each.key for each in target.temporary_files()}
    gone = {finding.key for finding in findings} - existing
    run.done.kept["young"] += len(findings) - len(gone)
    run.record(findings, gone, set())

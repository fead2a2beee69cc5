"""Background jobs. The ledger (`uploads.models.Job`) is the queue; the engine wakes the workers."""

from config.environment import env

TASKS_BACKEND = env.TASKS_BACKEND  # database: workers poll the ledger; rq: Redis wakes them
REDIS_URL = env.REDIS_URL

WORKER_PROCESSES = env.WORKER_PROCESSES
WORKER_GRACE_SECONDS = env.WORKER_GRACE_SECONDS  # seconds for a running job to finish when the worker stops

# Kind → how many at once over all workers; overrides the handler's own limit.
JOB_CONCURRENCY: dict[str, int | None] = {"transcode": env.MAX_TRANSCODES}
# Kind → seconds between two runs; None: never. By default the trash is purged and orphans are only reported.
PERIODIC_JOBS: dict[str, float | None] = {
    "audit_orphans": env.AUDIT_ORPHANS_EVERY or None,
    "clean_orphans": env.CLEAN_ORPHANS_EVERY or None,
    "reap_leftovers": min(600, max(1, env.TEMPORARY_GRACE // 4)),
    "purge_trash": env.PURGE_TRASH_EVERY or None,
}
JOBS_KEPT_DAYS = 7
DEAD_JOBS_KEPT_DAYS = 90

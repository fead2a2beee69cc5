"""Background jobs: which engine rings them. The ledger (`uploads.models.Job`) is the truth on every engine."""

from config import env

# Each engine: the django-tasks backend that carries ids, and the management command that `manage.py work` supervises.
TASK_ENGINES = {
    "database": {"BACKEND": "django_tasks_db.DatabaseBackend"},
    "rq": {"BACKEND": "uploads.jobs.rq.RQBackend"},
}
TASK_WORKERS = {
    "database": ("db_worker", {"queue_name": "*", "interval": 1, "reload": False, "max_tasks": 1000}),
    "rq": ("rq_worker", {}),
}

REDIS_URL = env.REDIS_URL
TASKS = {"default": TASK_ENGINES[env.TASKS_BACKEND]}
TASK_WORKER = TASK_WORKERS[env.TASKS_BACKEND]

WORKER_PROCESSES = env.WORKER_PROCESSES
WORKER_GRACE_SECONDS = env.WORKER_GRACE_SECONDS  # what a running job gets to finish when the worker is told to stop

# Kind → how many at once over all workers; overrides the handler's own. Transcoding leaves workers to the rest.
JOB_CONCURRENCY: dict[str, int | None] = {"transcode": env.MAX_TRANSCODES}
# Kind → seconds between two; None switches it off. The clock deletes what the trash page says it does, and no orphans.
PERIODIC_JOBS: dict[str, float | None] = {
    "audit_orphans": env.AUDIT_ORPHANS_EVERY or None,
    "clean_orphans": env.CLEAN_ORPHANS_EVERY or None,
    "purge_trash": env.PURGE_TRASH_EVERY or None,
}
JOBS_KEPT_DAYS = 7
DEAD_JOBS_KEPT_DAYS = 90

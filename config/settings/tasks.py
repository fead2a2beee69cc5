"""Background jobs: which engine rings them. The ledger (`uploads.models.Job`) is the truth on every engine."""

from config import env

TASK_ENGINES = {
    "database": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}

TASKS = {"default": TASK_ENGINES[env.TASKS_BACKEND]}

"""The admin of files, and of sessions, jobs, deletions and webhooks."""

from uploads.admin import activity, operations, tags, uploads, users, webhooks  # noqa: F401

"""The admin of files and of what the machinery does with them."""

from uploads.admin import activity, operations, tags, uploads, users, webhooks  # noqa: F401

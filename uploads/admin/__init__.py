"""The admin of files and of what the machinery does with them."""

from uploads.admin import activity, operation, people, tags, uploads, webhooks  # noqa: F401

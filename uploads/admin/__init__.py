from uploads.admin import people  # noqa: F401

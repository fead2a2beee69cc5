"""A database engine: Django's PostgreSQL backend, whose waits end with the deadline of the request."""

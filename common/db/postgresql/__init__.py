"""A database engine: Django's PostgreSQL, waiting for the server within the deadline of the request alone."""

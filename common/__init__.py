"""Code that knows nothing of organizations, roles or files."""

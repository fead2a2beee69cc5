"""What knows nothing of organizations, roles or files."""

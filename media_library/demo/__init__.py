"""The demonstration: organizations, people, files and content."""

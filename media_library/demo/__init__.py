"""Organizations, people and files to try the library with."""

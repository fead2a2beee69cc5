"""An app with a migration that locks its table while an index is built, and one that does not."""

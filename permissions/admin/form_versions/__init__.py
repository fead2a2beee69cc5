"""Forms that carry the version from which they were rendered, so that a late save overwrites nothing.

`state` has a digest for each field that a form shows; `merge` merges a form that was sent after its row had changed;
`deleted_row` answers a form whose row was deleted; `mixin` adds them to the change forms of every admin. Decision 7 has
the reason for a version of each field.
"""

from permissions.admin.form_versions.mixin import VersionedAdmin

__all__ = ["VersionedAdmin"]

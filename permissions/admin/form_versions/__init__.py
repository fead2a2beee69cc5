"""Forms that carry what they were drawn from, so that a late save overwrites nothing.

`state` holds what a form shows, field by field, as digests; `merge` merges a form that came too late; `deleted_row`
answers one whose row is gone; `mixin` puts them into the change forms of every admin. Decision note 0007 has the reason
for a version per field.
"""

from permissions.admin.form_versions.mixin import VersionedAdmin

__all__ = ["VersionedAdmin"]

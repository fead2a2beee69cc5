"""Forms that carry what they were drawn from, so that a late save overwrites nothing.

`state` says what a form shows, field by field, as digests · `merging` what to do with a form that came too late ·
`gone` what with one whose row was deleted · `mixin` puts them into the change forms of every admin. Decision note 0007
says why the version is one per field.
"""

from permissions.admin.form_versions.mixin import VersionedAdmin

__all__ = ["VersionedAdmin"]

"""`{% uploader %}`: the upload dialog; `{% storage_summary %}`: the storage figures of the overview."""

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("admin/uploads/uploader/dialog.html", takes_context=True)
def uploader(context: template.Context) -> dict[str, Any]:
    """Return the context of the upload dialog, which elements with `data-upload-open` open."""
    # Tag libraries are imported while the theme renders its first widget, before the admin site stands.
    from uploads.admin.uploader import uploader_context

    return uploader_context(context["request"])


@register.inclusion_tag("admin/uploads/pages/summary.html", takes_context=True)
def storage_summary(context: template.Context) -> dict[str, Any]:
    """Return the context of the storage figures; empty for users without access to the library."""
    from uploads.admin.pages.storage import storage_summary as summary_for

    return summary_for(context["request"])

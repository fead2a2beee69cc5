"""`{% uploader %}`: the dialog that takes files, with all it needs; `{% storage_summary %}`: what the overview says."""

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("admin/uploads/uploader/dialog.html", takes_context=True)
def uploader(context: template.Context) -> dict[str, Any]:
    """Nothing where the person may not upload. Opened by any element with `data-upload-open`."""
    # Tag libraries are imported while the theme renders its first widget, before the admin site stands.
    from uploads.admin.uploader import uploader_context

    return uploader_context(context["request"])


@register.inclusion_tag("admin/uploads/pages/summary.html", takes_context=True)
def storage_summary(context: template.Context) -> dict[str, Any]:
    """Nothing for those who may not use the library."""
    from uploads.admin.pages.storage import storage_summary as summary_for

    return summary_for(context["request"])

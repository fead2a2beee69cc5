"""`{% uploader %}`: the dialog that takes files, and everything a page needs for it."""

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("admin/uploads/uploader/dialog.html", takes_context=True)
def uploader(context: template.Context) -> dict[str, Any]:
    """Nothing where the person may not upload. Opened by any element with `data-upload-open`."""
    # Tag libraries are imported while the theme renders its first widget, before the admin site stands.
    from uploads.admin.uploader import uploader_context

    return uploader_context(context["request"])

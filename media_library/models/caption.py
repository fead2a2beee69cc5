"""Captions: documents whose lines are shown while a media item plays."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.db.constraints import SameOrganization
from common.db.ids import new_id
from media_library.models.media_item import MediaItem
from permissions.models import Organization
from uploads.models import Upload


class Caption(models.Model):
    """A WebVTT or SubRip document that is shown with a media item, in a language.

    Who may see the item may read the captions, whatever the visibility of the document. It has a usage of the document.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", editable=False)
    media_item = models.ForeignKey(MediaItem, models.PROTECT, related_name="captions", verbose_name=_("media item"))
    document = models.ForeignKey(Upload, models.PROTECT, related_name="+", verbose_name=_("document"))
    language = models.CharField(_("language"), max_length=35, help_text=_("A language tag, such as en or pt-BR."))
    label = models.CharField(_("label"), max_length=100, help_text=_("As players name it, such as English."))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("caption")
        verbose_name_plural = _("captions")
        ordering = ["created_at", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["media_item", "document"], name="caption_is_unique"),
            models.UniqueConstraint(
                fields=["media_item", "language", "label"],
                name="caption_label_is_unique",
                violation_error_message=_("This media item has captions with this language and label already."),
            ),
            SameOrganization(field="media_item", name="caption_media_item_is_of_its_organization"),
            SameOrganization(field="document", name="caption_document_is_of_its_organization"),
            models.CheckConstraint(condition=~Q(language="") & ~Q(label=""), name="caption_has_language_and_label"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.language})"

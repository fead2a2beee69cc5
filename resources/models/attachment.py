"""Documents attached to entities."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.db.constraints import SameOrganization
from common.db.ids import new_id
from permissions.models import Organization
from resources.models.resource import Resource


class ResourceAttachment(models.Model):
    """One document attached to one entity of a registered type (see `resources.attachables`).

    A live entity also has a usage of the document's file; an entity in the trash keeps its attachments without usages.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", editable=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="attachments", verbose_name=_("resource"))
    entity_type = models.CharField(max_length=50)
    entity_id = models.CharField(max_length=100)
    label = models.CharField(
        _("label"), max_length=100, blank=True, help_text=_("The role of the document, such as workbook or transcript.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("resource attachment")
        verbose_name_plural = _("resource attachments")
        ordering = ["created_at", "id"]
        default_permissions = ()
        indexes = [models.Index(fields=["entity_type", "entity_id"], name="attachment_entity")]
        constraints = [
            models.UniqueConstraint(fields=["resource", "entity_type", "entity_id"], name="attachment_is_unique"),
            SameOrganization(field="resource", name="attachment_resource_is_of_its_organization"),
            models.CheckConstraint(condition=~Q(entity_type="") & ~Q(entity_id=""), name="attachment_names_an_entity"),
        ]

    def __str__(self) -> str:
        return self.label or gettext("document")  # its title is for those who may see the document

"""The history of files."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.db.ids import new_id
from permissions.models import Organization
from uploads.choices import ActivityAction


class Activity(models.Model):
    """One change of one file: written in the transaction of the change, and never edited.

    It outlives the file and the account of the actor, so it has the names of both, and its foreign keys have no
    database constraint. `changes` maps a field to `[before, after]` or to another fact; never to a secret.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        verbose_name=_("organization"),
        db_constraint=False,
        db_index=False,
        related_name="activities",
    )
    upload_id = models.UUIDField(_("upload id"), help_text=_("Id of the file, which may be purged."))
    upload_name = models.CharField(_("upload name"), max_length=255, help_text=_("The file's name at that time."))
    action = models.CharField(_("action"), max_length=12, choices=ActivityAction)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        help_text=_("Empty: the system."),
    )
    actor_name = models.CharField(
        _("actor name"), max_length=150, blank=True, help_text=_("The actor's user name at that time.")
    )
    request_id = models.CharField(
        _("request id"), max_length=64, blank=True, help_text=_("Id of the HTTP request; empty: a job or command.")
    )
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        indexes = [
            models.Index(F("upload_id"), F("created_at").desc(), F("id").desc(), name="activity_of_upload"),
            models.Index(F("organization"), F("created_at").desc(), F("id").desc(), name="activity_of_organization"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(action__in=ActivityAction.values), name="activity_action_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.upload_name}"

"""Worker processes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.db.ids import new_id


class WorkerProcess(models.Model):
    """One process of a worker, alive while `seen_at` is recent by the database's clock.

    Each process writes its row every few seconds and deletes it when it ends; rows of killed processes are pruned.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100, help_text=_("Host name and process id."))
    lanes = models.CharField(max_length=60, help_text=_("Lanes of its jobs, the most urgent first."))
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text=_("Time of its last heartbeat."))

    class Meta:
        verbose_name = _("worker process")
        verbose_name_plural = _("worker processes")
        ordering = ["-seen_at", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

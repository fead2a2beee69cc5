"""Who does the background work."""

from django.db import models

from common.db.ids import new_id


class WorkerProcess(models.Model):
    """One process of a worker, alive as long as `seen_at` is young by the database's clock.

    Each process writes its row every few seconds and removes it when it ends; a killed one's is pruned.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100, help_text="Machine and process.")
    lanes = models.CharField(max_length=60, help_text="Which jobs it takes, most urgent first.")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When it last said that it is alive.")

    class Meta:
        ordering = ["-seen_at", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

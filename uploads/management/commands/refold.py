"""Compute the searched and sorted texts of rows again."""

from typing import Any

from django.apps import apps

from common.commands.operator import OperatorCommand
from common.db.computed_columns import computed_columns
from common.db.recompute import recompute
from uploads.files.tags import refold_uploads
from uploads.models import Upload


class Command(OperatorCommand):
    help = "Compute searched and sorted texts again, after rows were written by SQL or Python was updated. Safe in use."
    example = "refold"

    def perform(self, **options: Any) -> None:
        total = 0
        for model in apps.get_models():
            if not computed_columns(model):
                continue
            changed = refold_uploads() if model is Upload else recompute(model)
            total += changed
            self.record(f"{model._meta.verbose_name_plural}: {changed}", model=model._meta.label, changed=changed)
        self.say(f"{total} texts differed and were updated.")

"""The index by which workers find the most urgent due job."""

from django.db import migrations, models

from common.db.migration_operations import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False  # the index is built while others write

    dependencies = [("uploads", "0018_checksums_may_wait")]

    operations = [
        AddIndexOnline(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state", "queued")), fields=["lane", "run_after", "id"], name="job_next"
            ),
        ),
    ]

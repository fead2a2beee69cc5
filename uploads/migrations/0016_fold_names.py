"""Fill the columns by which files and tags are searched and ordered, in batches, while others work."""

from django.db import migrations, models

from common.db.migration_operations import AddIndexOnline
from common.db.recompute import recompute
from uploads.files.tags import refold_uploads


def fold(apps, schema_editor):
    recompute(apps.get_model("uploads", "Tag"))
    refold_uploads(apps.get_model("uploads", "Upload"), apps.get_model("uploads", "UploadTag"))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("uploads", "0015_names_as_people_search_them")]

    operations = [
        migrations.RunPython(fold, migrations.RunPython.noop),
        AddIndexOnline(
            model_name="upload",
            index=models.Index(
                "organization", "name_sort", "id", condition=models.Q(deleted_at=None), name="upload_live_by_name"
            ),
        ),
    ]

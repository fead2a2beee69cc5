"""Fill the columns by which library resources are searched and ordered, in batches, while others work."""

from django.db import migrations

from common.db.recompute import recompute


def fold(apps, schema_editor):
    recompute(apps.get_model("resources", "LibraryResource"))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("resources", "0004_names_as_people_search_them")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]

"""Fill the columns by which categories and content are searched and ordered, in batches, while others work."""

from django.db import migrations

from common.db.recompute import recompute


def fold(apps, schema_editor):
    recompute(apps.get_model("media_library", "Category"))
    recompute(apps.get_model("media_library", "Content"))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("media_library", "0004_names_as_people_search_them")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]

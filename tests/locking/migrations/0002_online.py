from django.db import migrations, models

from common.db.migration_operations import AddIndexOnline


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("locking", "0001_big")]

    operations = [AddIndexOnline(model_name="big", index=models.Index(fields=["first"], name="big_by_first"))]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("locking", "0002_online")]

    operations = [migrations.AddIndex(model_name="big", index=models.Index(fields=["second"], name="big_by_second"))]

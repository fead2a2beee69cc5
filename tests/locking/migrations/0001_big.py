from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: list = []

    operations = [
        migrations.CreateModel(
            name="Big",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.CharField(max_length=10)),
                ("second", models.CharField(max_length=10)),
            ],
            options={"ordering": ["pk"], "default_permissions": ()},
        )
    ]

"""The message of a constraint; nothing changes in the database."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("permissions", "0002_named_tokens"),
        ("resources", "0002_postgresql"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="libraryresource",
            name="library_attributes_match_type",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("type", "garment"),
                        ("age_group", ""),
                        ("environment", ""),
                        ("gender", ""),
                        models.Q(("category", ""), _negated=True),
                    ),
                    models.Q(
                        ("type", "model"),
                        ("category", ""),
                        ("environment", ""),
                        models.Q(("gender", ""), _negated=True),
                        models.Q(("age_group", ""), _negated=True),
                    ),
                    models.Q(
                        ("type", "scene"),
                        ("age_group", ""),
                        ("category", ""),
                        ("gender", ""),
                        models.Q(("environment", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="library_attributes_match_type",
                violation_error_message="A model has a gender and an age group, a scene an environment, a garment a category; no other.",
            ),
        ),
    ]

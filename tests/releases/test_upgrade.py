"""An installation of any release migrates to the newest state and keeps every row."""

import json
import os

import pytest
from django.db import connection

from tests.releases.dumps import FOLDER, load, manage
from tests.worker.installation import empty_database

# Rows of every model; what must hold: nothing is left to migrate, counters equal their rows, and lists are answered.
FACTS = """
import json
from django.apps import apps
from django.core.management import call_command
from rest_framework.test import APIClient
from permissions.models import Organization, User
from uploads.storage.quota import recount_storage
from uploads.usages.record import drifted_counts
call_command("migrate", check_unapplied=True, verbosity=0)
counts = {model._meta.label: model._base_manager.count() for model in apps.get_models()}
drift = [str(account) for one in Organization.objects.all() for account in recount_storage(organization_id=one.pk)]
drift += [str(one) for one in drifted_counts()]
client = APIClient()
client.force_authenticate(User.objects.get(username="demo-admin"))
listed = client.get("/api/v1/uploads/")
facts = {"status": listed.status_code, "listed": len(listed.data["results"])}
print(json.dumps({"counts": counts, "drift": drift, **facts}))
"""


def releases():
    return sorted(path.name.split(".sqlite")[0] for path in FOLDER.glob("*.sqlite.sql.gz"))


@pytest.mark.parametrize("release", releases())
def test_a_database_of_a_release_migrates_and_keeps_every_row(release, tmp_path):
    vendor = connection.vendor
    with empty_database(tmp_path) as url:
        load(url, FOLDER / f"{release}.{vendor}.sql.gz")
        settings = {"DATA_DIR": str(tmp_path), "DATABASE_URL": url}
        environment = os.environ | settings | {"DJANGO_SETTINGS_MODULE": "config.settings.development"}
        manage("migrate", "--verbosity=0", environment=environment)
        facts = json.loads(
            manage("shell", "--verbosity=0", "--command", FACTS, environment=environment).splitlines()[-1]
        )
    expected = json.loads((FOLDER / f"{release}.json").read_text())
    assert {label: count for label, count in facts["counts"].items() if label in expected} == expected
    assert facts["drift"] == []
    assert (facts["status"], facts["listed"] > 0) == (200, True)


def test_there_is_a_dump_of_each_release_for_both_databases():
    assert "0.1.0" in releases()
    for release in releases():
        assert (FOLDER / f"{release}.postgresql.sql.gz").exists()
        assert (FOLDER / f"{release}.json").exists()

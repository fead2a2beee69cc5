"""Migrations leave big tables to those who use them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from common.db.migration_operations import AddIndexOnline, AddPostgresqlIndex, RemoveIndexOnline
from scripts.lint_migrations import APPS, EXCLUDED

ROOT = Path(__file__).resolve().parent.parent
ONLINE = (AddIndexOnline, AddPostgresqlIndex, RemoveIndexOnline)


@pytest.fixture(scope="module")
def loader():
    return MigrationLoader(None)


# FA-C11
def test_migrations_that_build_indexes_online_are_in_no_transaction(loader):
    every = loader.disk_migrations.values()
    online = [one for one in every if any(isinstance(each, ONLINE) for each in one.operations)]
    assert online
    assert [str(one) for one in online if one.atomic] == []


# FA-C11
def test_what_the_linter_lets_through_is_there(loader):
    names = {name for app, name in loader.disk_migrations if app in APPS}
    assert set(EXCLUDED) <= names


# FA-C11
@pytest.mark.postgres
def test_the_linter_fails_for_a_migration_that_locks_and_for_no_other():
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.locking.settings"}
    command = [sys.executable, "-m", "scripts.lint_migrations", "locking"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "(locking, 0003_locking)... ERR" in said
    assert "CREATE INDEX locks table" in said
    assert "0002_online" not in said


def index(name):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname = %s", [name]
        )
        return [row[0] for row in cursor.fetchall()]


def invalidate(name):
    """As an interrupted build leaves it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", [name])


# FA-C11
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "operation",
    [
        AddIndexOnline(model_name="job", index=models.Index(fields=["progress"], name="tried")),
        AddPostgresqlIndex("tried", "uploads_job (progress)"),
    ],
)
def test_an_index_whose_build_was_interrupted_is_built_again(operation, loader):
    state = loader.project_state()
    assert isinstance(state, ProjectState)
    try:
        for _ in range(2):
            with connection.schema_editor(atomic=False) as editor:
                operation.database_forwards("uploads", editor, state, state)
            assert index("tried") == [True]
            invalidate("tried")
        with connection.schema_editor(atomic=False) as editor:
            operation.database_backwards("uploads", editor, state, state)
        assert index("tried") == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS tried")


# FA-C11
@pytest.mark.django_db(transaction=True)
def test_a_migration_that_was_killed_after_an_index_runs_again(loader):
    state = loader.project_state()
    adding = AddIndexOnline(model_name="job", index=models.Index(fields=["progress"], name="tried"))
    removing = RemoveIndexOnline(model_name="job", name="tried")
    try:
        for operation in (adding, adding, removing, removing):
            with connection.schema_editor(atomic=False) as editor:
                operation.database_forwards("uploads", editor, state, state)
            assert has_index("tried") is (operation is adding)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS tried")


def has_index(name):
    table, column = ("pg_class", "relname") if connection.vendor == "postgresql" else ("sqlite_master", "name")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {table} WHERE {column} = %s", [name])
        return cursor.fetchone() is not None


# FA-C11
@pytest.mark.postgres
@pytest.mark.django_db
def test_the_indexes_that_only_postgresql_knows_are_there():
    assert index("upload_live_newest") == [True]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef('upload_live_newest'::regclass)")
        assert "INCLUDE" in cursor.fetchone()[0]

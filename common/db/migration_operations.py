"""Operations of migrations that do not block reads and writes of a big table.

A migration that uses them sets `atomic = False` and does nothing else, so that it can be run again from its start: an
index that an interrupted run left, also an invalid one, is removed first.
"""

from django.db import DatabaseError, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex, RemoveIndex
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class AddIndexOnline(AddIndex):
    """Build an index without blocking reads and writes where the database can; a half-built one is built again."""

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        drop_index(schema_editor, self.index.name)
        online = {"concurrently": True} if schema_editor.connection.vendor == "postgresql" else {}
        schema_editor.add_index(to_state.apps.get_model(app_label, self.model_name), self.index, **online)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        drop_index(schema_editor, self.index.name)


class RemoveIndexOnline(RemoveIndex):
    """Remove an index without blocking reads and writes where the database can."""

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        drop_index(schema_editor, self.name)


class AddPostgresqlIndex(Operation):
    """Build, online, an index that only PostgreSQL has and no model names: `name` on `definition`.

    With `extension`, only if the extension is installed or this account can install it. An index of this name is
    replaced; `before` is its earlier definition, for the reverse migration.
    """

    atomic = False
    reversible = True
    reduces_to_sql = True

    def __init__(self, name: str, definition: str, *, extension: str = "", before: str = "") -> None:
        self.name, self.definition, self.extension, self.before = name, definition, extension, before

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes: no model has this index."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor == "postgresql" and self._has_extension(schema_editor):
            self._build(schema_editor, self.definition)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            self._build(schema_editor, self.before)

    def describe(self) -> str:
        return f"Build the index {self.name} on PostgreSQL"

    def _build(self, schema_editor: BaseDatabaseSchemaEditor, definition: str) -> None:
        drop_index(schema_editor, self.name)
        if definition:
            schema_editor.execute(f"CREATE INDEX CONCURRENTLY {schema_editor.quote_name(self.name)} ON {definition}")

    def _has_extension(self, schema_editor: BaseDatabaseSchemaEditor) -> bool:
        if not self.extension:
            return True
        try:
            with transaction.atomic(using=schema_editor.connection.alias):
                schema_editor.execute(f"CREATE EXTENSION IF NOT EXISTS {schema_editor.quote_name(self.extension)}")
        except DatabaseError:  # not shipped with this server, or this account may not install it
            return False
        return True


def drop_index(schema_editor: BaseDatabaseSchemaEditor, name: str) -> None:
    """Remove an index if it exists, also one that an interrupted run left."""
    online = "CONCURRENTLY " if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP INDEX {online}IF EXISTS {schema_editor.quote_name(name)}")

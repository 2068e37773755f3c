"""Where SQLite and PostgreSQL differ. Nothing outside this module asks which one it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection as default_connection
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation
from django.db.models import QuerySet

from records.text import folded

_AUDIT_LOCK = 7_301_994  # any number, the same in every process


class AppendOnly(Operation):
    """A migration that lets rows into a table and never lets them change or leave, whoever asks."""

    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Triggers are not part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in _append_only(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in _not_append_only(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement)

    def describe(self) -> str:
        return f"Make {self.table} append-only"


def _append_only(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for event in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
        # ALWAYS: a session that calls itself a replica is refused as well.
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
    ]


def _not_append_only(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER {table}_no_{event}" for event in ("update", "delete")]
    return [
        f"DROP TRIGGER {table}_no_change ON {table}",
        f"DROP TRIGGER {table}_no_truncate ON {table}",
        f"DROP FUNCTION {table}_append_only()",
    ]


def first_in_turn(values: QuerySet[Any, Any]) -> Any:
    """The first of ``values`` (one column), read when no other transaction may append to the audit trail any more.

    So its chain has no forks. The turn is held until the transaction ends. SQLite has a single writer anyway
    (transactions begin IMMEDIATE). On PostgreSQL one journey waits and then reads: each statement of it sees what was
    committed before that statement began.
    """
    if default_connection.vendor != "postgresql":
        return values.first()
    sql, parameters = values[:1].query.sql_with_params()
    with default_connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({_AUDIT_LOCK}); {sql}", parameters)
        cursor.nextset()
        row = cursor.fetchone()
    return row[0] if row else None


@contextmanager
def snapshot() -> Iterator[None]:
    """Queries inside all see the database as it was at the first of them, and keep no writer waiting. Only for reading.

    Inside a transaction they join that one. An export that is streamed to somebody slow may stay in here for minutes.
    """
    if default_connection.in_atomic_block:
        yield
    elif default_connection.vendor == "postgresql":
        with transaction.atomic():
            with default_connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # Django would begin IMMEDIATE, which takes the one writer's turn.
        with default_connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with default_connection.cursor() as cursor:
                cursor.execute("COMMIT")


def prepare_connection(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Teach SQLite to compare Cyrillic and Japanese without regard to case or width, as PostgreSQL does for Cyrillic.

    Its own LIKE knows ASCII letters only, so ``icontains`` would miss «Решетников» for «решетников».
    """
    if connection.vendor == "sqlite" and connection.connection is not None:
        connection.connection.create_function("like", 2, _like, deterministic=True)
        connection.connection.create_function("like", 3, _like, deterministic=True)


_PATTERNS: dict[tuple[str, str | None], re.Pattern[str]] = {}


def _like(pattern: str | None, value: Any, escape: str | None = None) -> bool | None:
    if pattern is None or value is None:
        return None
    compiled = _PATTERNS.get((pattern, escape))
    if compiled is None:
        if len(_PATTERNS) > 200:
            _PATTERNS.clear()
        compiled = _PATTERNS[pattern, escape] = _regex(pattern, escape)
    return compiled.fullmatch(folded(str(value))) is not None


def _regex(pattern: str, escape: str | None) -> re.Pattern[str]:
    parts: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == escape:
            parts.append(re.escape(folded(next(characters, ""))))
        else:
            parts.append({"%": ".*", "_": "."}.get(character) or re.escape(folded(character)))
    return re.compile("".join(parts), re.DOTALL)

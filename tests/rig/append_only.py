"""Transactional tests end with a flush, which append-only tables refuse: for its moment their triggers are lifted."""

from __future__ import annotations

from typing import Any

from django.core.management.color import Style
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from records.engine import AppendOnly, _append_only, _not_append_only


def tables() -> list[str]:
    """The append-only tables, as the migrations make them."""
    migrations = MigrationLoader(None).disk_migrations.values()
    return sorted(o.table for m in migrations for o in m.operations if isinstance(o, AppendOnly))


def let_flush_through(connection: BaseDatabaseWrapper) -> None:
    """Make every flush on ``connection``'s engine lift the triggers, empty tables and cache, and put them back.

    Django runs these statements in one transaction, so the triggers are never absent for anybody else.
    """
    # On the class: with an event loop running, as Playwright has one, a thread gets another connection object.
    operations = type(connection.ops)
    flush = operations.sql_flush
    vendor, guarded = connection.vendor, tables()

    def sql_flush(self: Any, style: Style, emptied: list[str], **options: Any) -> list[str]:
        return [
            *(statement for table in guarded for statement in _not_append_only(vendor, table)),
            "DELETE FROM django_cache",
            *flush(self, style, emptied, **options),
            *(statement for table in guarded for statement in _append_only(vendor, table)),
        ]

    operations.sql_flush = sql_flush  # type: ignore[method-assign]

"""The audit trail: what a record looked like before and after, and the chain that shows a missing link."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from records.engine import first_in_turn
from records.models import AuditEvent

#: Columns that change with every change and say nothing of their own.
_SILENT = frozenset({"id", "version", "created_at", "updated_at", "password", "last_login"})


@dataclass
class Event:
    """One event before it is written. ``changes`` maps a field's name to ``[before, after]``."""

    verb: str
    record: Any
    by: Any
    changes: dict[str, list[Any]] = field(default_factory=dict)
    reason: str = ""


def snapshot(record: models.Model, only: Container[str] | None = None) -> dict[str, Any]:
    """The record's fields (``only`` these, where given) as JSON values.

    References are ``{"id", "text"}``, so that a page need not look them up.
    """
    values: dict[str, Any] = {}
    for column in record._meta.concrete_fields:
        if column.name not in _SILENT and (only is None or column.name in only):
            values[column.name] = _value(record, column)
    for name in getattr(record, "tracked_relations", ()):
        if only is None or name in only:
            related = getattr(record, name).all() if record.pk else []
            values[name] = [{"id": each.pk, "text": str(each)} for each in related]
    return values


def differences(before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, list[Any]]:
    """The fields whose values differ. What was not there, or is no longer, counts as empty."""
    before, after = before or {}, after or {}
    changed = {}
    for name in [*after, *(n for n in before if n not in after)]:
        old, new = before.get(name), after.get(name)
        if _identity(old) != _identity(new) and not (_is_empty(old) and _is_empty(new)):
            changed[name] = [old, new]
    return changed


def write(events: Iterable[Event]) -> None:
    """Append ``events`` to the trail, each chained to the one before. Call at the end of a transaction."""
    rows = list(events)
    if not rows:
        return
    previous = first_in_turn(AuditEvent.objects.order_by("-pk").values_list("digest", flat=True)) or ""
    now = timezone.now()
    written = []
    for event in rows:
        root = getattr(event.record, "history_root", event.record)
        row = AuditEvent(
            at=now,
            actor=event.by,
            actor_name=str(event.by) if event.by is not None else "",
            verb=event.verb,
            label=event.record._meta.label_lower,
            object_pk=event.record.pk,
            title=str(event.record)[:500],
            root_label=root._meta.label_lower,
            root_pk=root.pk,
            changes=event.changes,
            reason=event.reason,
            previous_digest=previous,
        )
        previous = row.digest = digest_of(row)
        written.append(row)
    AuditEvent.objects.bulk_create(written)


def digest_of(row: AuditEvent) -> str:
    """SHA-256 over the event and the digest before it, in one fixed spelling."""
    facts = {
        "at": row.at.astimezone(UTC).isoformat(),
        "actor": row.actor_id,
        "actor_name": row.actor_name,
        "verb": row.verb,
        "label": row.label,
        "object": row.object_pk,
        "title": row.title,
        "root": [row.root_label, row.root_pk],
        "changes": row.changes,
        "reason": row.reason,
        "previous": row.previous_digest,
    }
    canonical = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def broken_links() -> Iterator[AuditEvent]:
    """The events whose hash does not fit what they say, or that do not follow the event before them."""
    previous = ""
    for row in AuditEvent.objects.order_by("pk").iterator(chunk_size=2000):
        if row.previous_digest != previous or row.digest != digest_of(row):
            yield row
        previous = row.digest


def _value(record: models.Model, column: models.Field[Any, Any]) -> Any:
    if isinstance(column, models.ForeignKey):
        key = getattr(record, column.attname)
        return None if key is None else {"id": key, "text": str(getattr(record, column.name))}
    value = getattr(record, column.attname)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | Decimal | UUID):
        return str(value)
    if isinstance(value, models.fields.files.FieldFile):
        return value.name
    return value.value if isinstance(value, models.Choices) else value


def _identity(value: Any) -> Any:
    if isinstance(value, dict) and "id" in value:
        return value["id"]
    return [_identity(each) for each in value] if isinstance(value, list) else value


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []

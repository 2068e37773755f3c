"""Where the seeding keeps what it has made, so that nothing is looked up twice."""

from __future__ import annotations

from typing import Any, TypeVar

from records.actions import create
from records.models import Record

REASON = "Demonstration data"

AnyRecord = TypeVar("AnyRecord", bound=Record)


class Shelf(dict[tuple[str, str], Any]):
    """The records made so far, by kind and by the key under which the content files call them."""

    def put(self, kind: str, key: str, record: AnyRecord, **relations: Any) -> AnyRecord:
        self[kind, key] = store(record, **relations)
        return record

    def find(self, kind: str, key: str) -> Any:
        """The record, or ``None`` where the content names none."""
        return self[kind, key] if key else None


def store(record: AnyRecord, **relations: Any) -> AnyRecord:
    """Write a record and its many-to-many relations into the database and the trail, by nobody."""
    return create(record, by=None, relations=relations, reason=REASON)

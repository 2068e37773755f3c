"""The doors through which every write goes: one transaction, the row locked, the trail written.

Apps build their verbs on these; the admin calls the same ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.db import router, transaction
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from records import audit
from records.models import Record
from records.workflow import Workflow

if TYPE_CHECKING:
    from collections.abc import Iterator

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
AnyRecord = TypeVar("AnyRecord", bound=Record)

_pending: ContextVar[list[audit.Event] | None] = ContextVar("pending audit events", default=None)


class EditConflict(Exception):
    """Somebody changed the record after this edit began. ``current`` is the record as it is now."""

    def __init__(self, current: Record) -> None:
        super().__init__(_("Somebody else changed this in the meantime."))
        self.current = current


@contextmanager
def one_transaction() -> Iterator[None]:
    """Everything inside is written together, audit events last; inside another one, it joins that one.

    The audit lock is thus always the last that a transaction takes, and two transactions cannot wait for each other.
    """
    if _pending.get() is not None:
        yield
        return
    token = _pending.set([])
    try:
        with transaction.atomic():
            yield
            audit.write(_pending.get() or [])
    finally:
        _pending.reset(token)


def action(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Make a verb of ``function``: it runs in one transaction, and its audit events are written with it or not."""

    @wraps(function)
    def verb(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with one_transaction():
            return function(*args, **kwargs)

    return verb


def note(event: audit.Event) -> None:
    """Add an event to the running action's trail."""
    events = _pending.get()
    if events is None:
        raise RuntimeError("An audit event belongs to an action.")
    events.append(event)


@action
def create(
    record: AnyRecord, *, by: Any, relations: Mapping[str, Any] | None = None, verb: str = "created", reason: str = ""
) -> AnyRecord:
    """Store a new record with its many-to-many ``relations``. ``by`` is ``None`` for the system itself."""
    record.save(force_insert=True)
    for name, related in (relations or {}).items():
        getattr(record, name).set(related)
    note(audit.Event(verb, record, by, audit.differences(None, audit.snapshot(record)), reason))
    return record


@action
def change(
    record: AnyRecord,
    *,
    by: Any,
    expected: int | None = None,
    relations: Mapping[str, Any] | None = None,
    verb: str = "changed",
    reason: str = "",
) -> AnyRecord:
    """Store ``record`` as it now is in memory, if it still has the version it was read with.

    ``expected`` is the version the person saw (``record.version`` when omitted). Raises ``EditConflict`` when the
    database holds another, and ``record.DoesNotExist`` when it is gone. Nothing changed means nothing is written.
    """
    stored = lock(record)
    if stored.version != (record.version if expected is None else expected):
        raise EditConflict(stored)
    before = audit.snapshot(stored)
    record.version = stored.version
    for name in record.unversioned:
        setattr(record, name, getattr(stored, name))
    after = audit.snapshot(record)
    for name, related in (relations or {}).items():
        after[name] = [{"id": each.pk, "text": str(each)} for each in related]
    changes = audit.differences(before, after)
    if not changes:
        return record
    record.version = stored.version + 1
    record.save(force_update=True)
    for name, related in (relations or {}).items():
        getattr(record, name).set(related)
    note(audit.Event(verb, record, by, changes, reason))
    return record


@action
def amend(
    held: AnyRecord,
    values: Mapping[str, Any],
    *,
    by: Any,
    relations: Mapping[str, Any] | None = None,
    verb: str = "changed",
) -> AnyRecord:
    """Store ``values`` into a record that this transaction holds already, and touch nothing else.

    For what is saved every few seconds: only the fields named are compared, written and put into the trail. The
    caller has locked the row and compared its version. Nothing changed means nothing is written.
    """
    names = {*values, *(relations or {})}
    before = audit.snapshot(held, only=names)
    for name, value in values.items():
        setattr(held, name, value)
    after = audit.snapshot(held, only=values)
    for name, related in (relations or {}).items():
        after[name] = [{"id": each.pk, "text": str(each)} for each in related]
    changes = audit.differences(before, after)
    if not changes:
        return held
    held.version += 1
    held.save(update_fields=[*(name for name in changes if name in values), "version", "updated_at"])
    for name in changes:
        if name not in values:
            getattr(held, name).set((relations or {})[name])
    note(audit.Event(verb, held, by, changes))
    return held


@action
def delete(record: Record, *, by: Any, expected: int | None = None, reason: str = "") -> None:
    """Remove ``record`` and its parts; the trail keeps every word of them. Raises ``EditConflict`` as ``change`` does.

    Raises ``ProtectedError`` when something else stands on it.
    """
    stored = lock(record)
    if expected is not None and stored.version != expected:
        raise EditConflict(stored)
    collector = Collector(using=router.db_for_write(type(stored)), origin=stored)
    collector.collect([stored])  # raises ProtectedError before anything is written
    parts = [part for parts in (*collector.data.values(), *collector.fast_deletes) for part in parts]
    for part in parts:
        if isinstance(part, Record):
            note(audit.Event("deleted", _Frozen(part), by, audit.differences(audit.snapshot(part), None), reason))
    stored.delete()


@action
def move(record: AnyRecord, target: str, workflow: Workflow, *, by: Any, reason: str = "") -> AnyRecord:
    """Take ``record`` to the state ``target``, if its table has that move. Raises ``Refused`` otherwise."""
    stored = lock(record)
    workflow.move(stored, target, reason=reason)
    stored.state = target  # type: ignore[attr-defined]
    change(stored, by=by, verb="moved", reason=reason)
    return stored


def lock(record: AnyRecord) -> AnyRecord:
    """The record as it is in the database, its row held until the transaction ends."""
    return type(record)._base_manager.select_for_update(of=("self",)).get(pk=record.pk)


class _Frozen:
    """A record's name and place, to be written into the trail after the record itself is gone."""

    def __init__(self, record: Record) -> None:
        self._meta = record._meta
        self.pk = record.pk
        self._text = str(record)
        root = record.history_root
        self.history_root = self if root is record else _Frozen(root)

    def __str__(self) -> str:
        return self._text

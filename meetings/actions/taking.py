"""Taking the minutes while people talk: entries are begun, written field by field, and put in their place.

What cuts, joins, copies and brings back whole entries is in ``shaping``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.http import Http404
from django.utils.translation import gettext as _

from directory.models import User
from meetings import workflow
from meetings.actions.calling import check_entry, last_position, open_minutes
from meetings.actions.documents import narrow_documents
from meetings.models import AgendaItem, Attendance, Entry, EntryKind, Minutes
from records import actions, audit
from records.access import Permission, load
from records.actions import EditConflict, action
from records.languages import columns
from records.models import AuditEvent
from records.workflow import Refused

#: In the place of the entry after which another one is to stand: before all of them.
TOP = UUID(int=0)


@dataclass(frozen=True)
class Writing:
    """What somebody wrote into an entry: the fields they changed, and the version of the entry that they saw.

    ``values`` may hold ``kind``, ``agenda_item`` (a primary key or ``None``), ``audience`` and the texts; ``speakers``
    are primary keys of attendances, or ``None`` where nothing is said of them.
    """

    values: dict[str, Any] = field(default_factory=dict)
    speakers: frozenset[int] | None = None
    version: int = 0


class FieldConflict(EditConflict):
    """Somebody else changed the same fields. ``current`` is the entry as it is now, ``names`` are those fields."""

    def __init__(self, current: Entry, names: Iterable[str]) -> None:
        super().__init__(current)
        self.names = frozenset(names)


@action
def begin_entry(minutes: Minutes, key: UUID, writing: Writing, *, after: UUID | None = None, by: User) -> Entry:
    """Store a new entry under a key that the desk gave it, after the entry ``after``, at the ``TOP`` or at the
    end.

    Without a kind it is a statement when somebody is named as its speaker, and a discussion otherwise. The same words
    sent again under the same key (an answer was lost) are stored once. Raises ``Entry.DoesNotExist`` when the entry
    of that key was deleted in the meantime, ``FieldConflict`` when other words stand there, ``Http404`` for a key
    that is somebody else's.
    """
    stored = open_minutes(minutes, by)
    earlier = Entry.objects.visible_to(by).filter(minutes=stored, key=key).first()
    if earlier is not None:
        if different := _different(earlier, writing):
            raise FieldConflict(earlier, different)
        return earlier
    if Entry.objects.filter(key=key).exists():
        raise Http404
    if last_deletion(stored, key) is not None:
        raise Entry.DoesNotExist
    speakers = _chosen(stored, writing.speakers or frozenset())
    values = {**writing.values, "agenda_item": _agenda_item(stored, writing.values.get("agenda_item"))}
    if not values.get("kind"):
        values["kind"] = EntryKind.STATEMENT if speakers else EntryKind.DISCUSSION
    entry = Entry(minutes=stored, key=key, **values)
    _refuse_silence(entry)
    check_entry(entry, stored, speakers)
    entry.position = make_room(stored, after)
    return actions.create(entry, by=by, relations={"speakers": speakers})


@action
def write_entry(reference: str, key: UUID, writing: Writing, *, by: User) -> Entry:
    """Store what changed in an entry of the meeting with that reference, in as few queries as it takes.

    An older version is accepted where nobody else changed the same fields since; ``FieldConflict`` otherwise.
    Raises ``Http404`` when there is no such entry (any more) for this person.
    """
    entry = hold_entry(reference, key, by)
    minutes = entry.minutes
    values = {name: value for name, value in writing.values.items() if _stored(entry, name) != value}
    clashing = {*values, *(["speakers"] if writing.speakers is not None else [])}
    if entry.version != writing.version:
        both = clashing & _changed_since(entry, writing.version)
        if different := both and both & _different(entry, writing):
            raise FieldConflict(entry, different)
    if "agenda_item" in values:
        values["agenda_item"] = _agenda_item(minutes, values["agenda_item"])
    relations: dict[str, Any] = {}
    if writing.speakers is not None:
        relations["speakers"] = _chosen(minutes, writing.speakers)
    _refuse_silence(entry, values)
    if values.get("kind") == EntryKind.STATEMENT or relations:
        speakers = relations["speakers"] if relations else list(entry.speakers.all())
        check_entry(Entry(minutes=minutes, kind=values.get("kind", entry.kind)), minutes, speakers)
    actions.amend(entry, values, by=by, relations=relations)
    if "audience" in values:
        narrow_documents(entry, by=by)
    return entry


@action
def place_entry(entry: Entry, after: Entry | None, *, by: User) -> Entry:
    """Put an entry right after another one, or first. No version rises: nobody's open form is spoiled by it."""
    minutes = open_minutes(entry.minutes, by)
    order = list(Entry.objects.visible_to(by).filter(minutes=minutes))
    before = [each.pk for each in order]
    by_pk = {each.pk: each for each in order}
    if entry.pk not in by_pk or (after is not None and after.pk not in by_pk):
        raise Refused(_("The list has changed in the meantime. It is shown as it is now: please order it again."))
    if after is not None and after.pk == entry.pk:
        return entry
    wanted = [pk for pk in before if pk != entry.pk]
    wanted.insert(0 if after is None else wanted.index(after.pk) + 1, entry.pk)
    if wanted == before:
        return entry
    entry.position = _room_after(minutes, by_pk[after.pk] if after else None, besides=entry)
    Entry._base_manager.filter(pk=entry.pk).update(position=entry.position)
    # The trail names the stretch in which the order is another one.
    changed = [place for place, (old, new) in enumerate(zip(before, wanted, strict=True)) if old != new]
    stretch = slice(changed[0], changed[-1] + 1)
    names = [[str(by_pk[pk]) for pk in keys[stretch]] for keys in (before, wanted)]
    actions.note(audit.Event("reordered", minutes.meeting, by, {"entries": names}))
    return entry


def hold_entry(reference: str, key: UUID, by: User) -> Entry:
    """The entry with its minutes, meeting and committee, held until the transaction ends: for part of an action.

    One query reads, checks and locks. The minutes are locked before the entry, as every other verb does it.
    """
    entries = Entry.objects.select_for_update(of=("minutes", "self")).select_related("minutes__meeting__committee")
    entry: Entry = load(entries, by, Permission.MINUTES_WRITE, key=key, minutes__meeting__reference=reference)
    workflow.refuse_unless_draft(entry.minutes)
    return entry


def make_room(minutes: Minutes, after: UUID | None) -> int:
    """A place for another entry: right after the one of that key, before all (``TOP``), else at the end."""
    if after == TOP:
        return _room_after(minutes, None)
    neighbour = minutes.entries.filter(key=after).first() if after else None
    return last_position(minutes.entries) + 1 if neighbour is None else _room_after(minutes, neighbour)


def last_deletion(minutes: Minutes, key: UUID) -> AuditEvent | None:
    """The event in which the entry with that key was deleted from these minutes, if it was."""
    return (
        AuditEvent.objects.filter(
            root_label="meetings.meeting",
            root_pk=minutes.meeting_id,
            label="meetings.entry",
            verb="deleted",
            changes__key__0=str(key),
        )
        .order_by("-pk")
        .first()
    )


def _room_after(minutes: Minutes, neighbour: Entry | None, besides: Entry | None = None) -> int:
    """Moves what follows ``neighbour`` two places down; several entries may share a place in old minutes."""
    following = minutes.entries.all() if besides is None else minutes.entries.exclude(pk=besides.pk)
    if neighbour is None:
        following.update(position=F("position") + 1)
        return 0
    behind = Q(position__gt=neighbour.position) | Q(position=neighbour.position, pk__gt=neighbour.pk)
    following.filter(behind).update(position=F("position") + 2)
    return neighbour.position + 1


def _chosen(minutes: Minutes, keys: Collection[int]) -> list[Attendance]:
    chosen = list(Attendance.objects.filter(meeting=minutes.meeting_id, pk__in=keys)) if keys else []
    if len(chosen) != len(keys):
        raise Refused(_("Somebody chosen here is not on the list of those who attended (any more)."), field="speakers")
    return chosen


def _agenda_item(minutes: Minutes, key: int | None) -> AgendaItem | None:
    if key is None:
        return None
    item = AgendaItem.objects.filter(meeting=minutes.meeting_id, pk=key).first()
    if item is None:
        raise Refused(_("This item does not stand on the agenda (any more)."), field="agenda_item")
    return item


def _refuse_silence(entry: Entry, values: dict[str, Any] | None = None) -> None:
    if not any((values or {}).get(column, getattr(entry, column)) for column in columns("text")):
        raise Refused(_("Write the text in at least one language. To take the entry away, delete it."), field="text_en")


def _stored(entry: Entry, name: str) -> Any:
    return entry.agenda_item_id if name == "agenda_item" else getattr(entry, name)


def _different(entry: Entry, writing: Writing) -> set[str]:
    """The fields in which the entry is not what was written."""
    names = {name for name, value in writing.values.items() if value != "" or name != "kind"}
    different = {name for name in names if _stored(entry, name) != writing.values[name]}
    if writing.speakers is not None and writing.speakers != {each.pk for each in entry.speakers.all()}:
        different.add("speakers")
    return different


def _changed_since(entry: Entry, version: int) -> set[str]:
    """The fields that were changed after that version. Each change raises the version by one and leaves one event."""
    everything = {"kind", "agenda_item", "audience", "speakers", *columns("text")}
    missed = entry.version - version
    if not 0 < missed <= 1000:
        return everything
    events: Sequence[dict[str, Any]] = list(
        AuditEvent.objects.filter(label="meetings.entry", object_pk=entry.pk)
        .order_by("-pk")
        .values_list("changes", flat=True)[:missed]
    )
    return {name for changes in events for name in changes} if len(events) == missed else everything

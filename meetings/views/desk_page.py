"""What the minutes desk shows: its rows, its one form, and what others did since a moment ago."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Prefetch, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from meetings.desk import Row, entry_whole, names_to_find, parsed_key
from meetings.models import AgendaItem, Attendance, Entry, EntryKind, Meeting, Mention, Standing
from records import languages
from records.access import Audience
from records.forms import Difference
from records.models import AuditEvent

_DIGEST = re.compile("[0-9a-f]{64}")
#: What the page has read and shows beside the entries: when it changes, the page is older than it looks.
_ON_THE_PAGE = frozenset({"meetings.meeting", "meetings.minutes", "meetings.attendance", "meetings.agendaitem"})


@dataclass(frozen=True)
class Typed:
    """What somebody sent and could not be stored: shown again in the form of its entry, or in the new one's."""

    key: UUID | None  # None: no entry (any more), so a new one
    version: int
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    conflict: list[Difference] = field(default_factory=list)

    @classmethod
    def of(cls, request: HttpRequest, key: UUID | None, version: int, **more: Any) -> Typed:
        return cls(key, version, _typed_values(request.POST), **more)


def desk_context(
    request: HttpRequest, meeting: Meeting, *, opened: UUID | None = None, typed: Typed | None = None
) -> dict[str, Any]:
    """Everything the desk shows, each list read once. ``opened`` is the entry whose form stands open."""
    user = request.user
    minutes = meeting.minutes
    cursor = _cursor(meeting)  # before the entries, so that nothing falls between
    people = list(Attendance.objects.visible_to(user).filter(meeting=meeting).select_related("person", "side"))
    agenda = list(AgendaItem.objects.visible_to(user).filter(meeting=meeting))
    entries = list(_entries(meeting, user))
    items = {item.pk: item for item in agenda}  # read already
    for entry in entries:
        entry.agenda_item = items.get(entry.agenda_item_id) if entry.agenda_item_id else None
    may_write = minutes.is_draft and meeting.state not in ("closed", "cancelled")
    codes = written_languages(meeting, entries)
    opened_entry = next((entry for entry in entries if entry.key == opened), None)
    new = typed if typed is not None and opened_entry is None else None
    return {
        "meeting": meeting,
        "minutes": minutes,
        "may_write": may_write,
        "cursor": cursor,
        "rows": [Row(entry) for entry in entries],
        "codes": codes,
        "deleted": _deleted(request, meeting, entries),
        "desk_url": reverse("meetings:minutes-desk", args=[meeting.reference]),
        "people": [(person, names_to_find(person)) for person in people if person.may_speak],
        "table": [
            (
                side,
                [p for p in people if p.side_id == side.pk and not p.sent_apologies],
                [p for p in people if p.side_id == side.pk and p.sent_apologies],
            )
            for side in meeting.committee.sides
        ],
        "languages": [(code, capfirst(str(languages.NAMES[code]))) for code in codes],
        "nothing": {"kind": EntryKind.DISCUSSION, "audience": Audience.SHARED},
        "agenda": agenda,
        "kinds": EntryKind.choices,
        "audiences": Audience.choices,
        "opened": str(opened_entry.key) if opened_entry else "",
        "form": _form(meeting, codes, opened_entry, typed) if opened_entry else None,
        "blank": _blank(meeting, codes),
        "new_form": _new_form(meeting, codes, entries, new),
    }


def written_languages(meeting: Meeting, entries: Iterable[Entry]) -> list[str]:
    """The languages that the desk has a column for: those that count or are made, and those that somebody wrote in."""
    minutes = meeting.minutes
    written = {code for entry in entries for code in languages.CODES if getattr(entry, f"text_{code}")}
    return [
        code for code in languages.CODES if getattr(minutes, f"standing_{code}") != Standing.NONE or code in written
    ]


def order_of(meeting: Meeting, user: Any) -> list[str]:
    """The keys of the entries in their order, as far as the person sees them."""
    keys = Entry.objects.visible_to(user).filter(minutes=meeting.minutes).values_list("key", flat=True)
    return [str(key) for key in keys]


def whole_entries(
    meeting: Meeting, user: Any, pks: Collection[int], changed_by: dict[int, str] | None = None
) -> list[dict[str, Any]]:
    """Entries as a script takes them into the page, each with its row."""
    found = list(_entries(meeting, user).select_related("agenda_item").filter(pk__in=pks))
    words = {"word_edit": _("Edit"), "word_commitment": _("Commitment"), "word_mention": _("Mention")}
    context = {"may_write": True, **words}
    return [entry_whole(entry, context, (changed_by or {}).get(entry.pk, "")) for entry in found]


def changes_since(meeting: Meeting, user: Any, cursor: str) -> dict[str, Any]:
    """What happened to the entries after the event that ``cursor`` names.

    Events are written one transaction after the other (the trail is a chain), so that none commits before an earlier
    one: whoever has seen the last has missed none. A cursor that is not known brings everything. Whoever takes
    minutes reads what is internal as well, so that no event is kept from them.
    """
    known = cursor if _DIGEST.fullmatch(cursor) else ""
    last = AuditEvent.objects.filter(digest=known).values("pk")
    facts = ("label", "object_pk", "verb", "changes", "actor_name", "digest")
    events = list(_events(meeting).filter(pk__gt=Coalesce(last, Value(0))).order_by("pk").values_list(*facts))
    if not events:
        return {"cursor": known}
    touched: dict[int, str] = {}
    removed: list[str] = []
    for label, pk, verb, changes, name, _digest in events:
        if label == "meetings.entry" and verb == "deleted":
            removed.append(changes["key"][0])
        elif label == "meetings.entry":
            touched[pk] = name
        elif label == "meetings.mention":
            touched |= dict.fromkeys((each["id"] for each in changes.get("entry", ()) if each), name)
    order = order_of(meeting, user)
    return {
        "cursor": events[-1][-1],
        "state": meeting.minutes.state,
        "entries": whole_entries(meeting, user, touched, touched) if touched else [],
        "removed": [key for key in removed if key not in order],
        "order": order,
        "reload": any(label in _ON_THE_PAGE and verb != "reordered" for label, _pk, verb, *_rest in events),
    }


def _events(meeting: Meeting) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(root_label="meetings.meeting", root_pk=meeting.pk)


def _cursor(meeting: Meeting) -> str:
    return _events(meeting).order_by("-pk").values_list("digest", flat=True).first() or ""


def _entries(meeting: Meeting, user: Any) -> QuerySet[Entry]:
    mentions = Mention.objects.with_readable_commitments(user)
    return (
        Entry.objects.visible_to(user)
        .filter(minutes=meeting.minutes)
        .prefetch_related(
            Prefetch("speakers", Attendance.objects.only("name_en", "name_ja", "name_ru")),
            Prefetch("mentions", mentions),
        )
    )


# The form: once on the page for scripts, once in the row that is opened without one, once for a new entry


def _form(meeting: Meeting, codes: list[str], entry: Entry, typed: Typed | None) -> dict[str, Any]:
    values = {
        "kind": entry.kind,
        "agenda_item": str(entry.agenda_item_id or ""),
        "audience": entry.audience,
        "speakers": {str(each.pk) for each in entry.speakers.all()},
        **{column: getattr(entry, column) for column in languages.columns("text")},
    }
    return _fields(
        meeting, codes, entry.key, version=typed.version if typed else entry.version, values=values, typed=typed
    )


def _deleted(request: HttpRequest, meeting: Meeting, entries: list[Entry]) -> str:
    """The address that brings back what was deleted a moment ago, for the page without a script."""
    key, after = parsed_key(request.GET.get("deleted")), parsed_key(request.GET.get("after"))
    if key is None or any(entry.key == key for entry in entries):
        return ""
    return f"{reverse('meetings:desk-restore', args=[meeting.reference, key])}?after={after or ''}"


def _blank(meeting: Meeting, codes: list[str]) -> dict[str, Any]:
    return {**_fields(meeting, codes, None, version=0, values={"audience": Audience.SHARED}, typed=None), "action": ""}


def _new_form(meeting: Meeting, codes: list[str], entries: list[Entry], typed: Typed | None) -> dict[str, Any]:
    """A new entry inherits what is likely from the one before: the agenda item, the audience, some kinds."""
    last = entries[-1] if entries else Entry(audience=Audience.SHARED)
    spoken = ("", EntryKind.STATEMENT, EntryKind.DISCUSSION)  # told apart by who is named
    values = {
        "kind": "" if last.kind in spoken else last.kind,
        "agenda_item": str(last.agenda_item_id or ""),
        "audience": last.audience,
    }
    return _fields(meeting, codes, (typed and typed.key) or uuid4(), version=0, values=values, typed=typed)


def _fields(
    meeting: Meeting, codes: list[str], key: UUID | None, *, version: int, values: dict[str, Any], typed: Typed | None
) -> dict[str, Any]:
    shown = typed.values if typed else values
    return {
        "key": key,
        "version": version,
        "action": key and reverse("meetings:desk-entry", args=[meeting.reference, key]),
        "kind": shown.get("kind", ""),
        "agenda_item": shown.get("agenda_item", ""),
        "audience": shown.get("audience", ""),
        "speakers": shown.get("speakers", frozenset()),
        "texts": [
            (f"text_{code}", capfirst(str(languages.NAMES[code])), code, shown.get(f"text_{code}", ""))
            for code in codes
        ],
        "errors": typed.errors if typed else {},
        "conflict": typed.conflict if typed else [],
    }


def _typed_values(sent: QueryDict) -> dict[str, Any]:
    texts = {column: sent.get(column, "") for column in languages.columns("text")}
    single = {name: sent.get(name, "") for name in ("kind", "agenda_item", "audience")}
    return {**single, **texts, "speakers": frozenset(sent.getlist("speakers"))}

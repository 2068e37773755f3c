"""Minutes frozen: the canonical JSON of everything printed, its hash, and what each reader may hold of it.

The passages stand in three parts by audience. Each part is hashed on its own, with a random salt, and the revision's
hash covers the head and the three parts' hashes. So every edition can prove the same hash without showing, counting or
hinting at the parts it leaves out: a part that is empty looks like one that is full.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

import rfc8785

from meetings.models import Attendance, Entry, Meeting, Minutes, Revision
from records.access import Audience, Classification, Edition
from records.languages import CODES

SCHEMA = "secretariat.minutes/1"

Content = dict[str, Any]


def freeze(minutes: Minutes, *, number: int, corrects: str | None = None) -> Content:
    """Everything that the minutes print, in all languages, as it is now.

    Reads the database; the caller holds the minutes' row. ``corrects`` is the hash of the revision that this one is a
    corrigendum to.
    """
    meeting = minutes.meeting
    attendances = list(meeting.attendances.select_related("side", "read_by__side"))
    people = {each.pk: f"a{number}" for number, each in enumerate(attendances, start=1)}
    head = {
        "schema": SCHEMA,
        "number": number,
        "corrects": corrects,
        "meeting": _meeting(meeting),
        "standing": {code: getattr(minutes, f"standing_{code}") for code in CODES},
        "attendance": [_attendance(each, people[each.pk]) for each in attendances],
    }
    entries = minutes.entries.select_related("minutes__meeting").prefetch_related("speakers", "mentions__commitment")
    places = _places(len(entries))
    # Keys say nothing: the numbers of the database would show where something is left out.
    agenda_keys = {item.pk: secrets.token_hex(8) for item in meeting.agenda_items.all()}
    agenda = [{"key": agenda_keys[item.pk], "title": _said(item, "title")} for item in meeting.agenda_items.all()]
    passages = [
        (entry.audience, _entry(entry, place, agenda_keys, people))
        for entry, place in zip(entries, places, strict=True)
    ]
    parts: dict[str, Any] = {
        str(audience): {
            "salt": secrets.token_hex(32),
            "entries": [entry for of, entry in passages if of == audience],
        }
        for audience in Audience
    }
    # Both sides know the agenda; the public knows the items under which it reads something.
    parts[str(Audience.SHARED)]["agenda"] = agenda
    used = {entry["agenda"] for of, entry in passages if of == Audience.PUBLIC}
    parts[str(Audience.PUBLIC)]["agenda"] = [item for item in agenda if item["key"] in used]
    parts[str(Audience.INTERNAL)]["classification"] = meeting.classification
    return {**head, "parts": parts}


def canonical(content: Content) -> str:
    """``content`` as RFC 8785 writes it."""
    return rfc8785.dumps(content).decode()


def digest_of(content: Content) -> str:
    """The revision's SHA-256, in hexadecimal, from the whole content or from any edition of it."""
    parts = {name: part if isinstance(part, str) else _digest(part) for name, part in content["parts"].items()}
    return _digest({**content, "parts": parts})


def in_edition(content: Content, edition: Edition) -> Content:
    """What the edition may hold: its parts in full, of the others only the hash. ``digest_of`` gives the same."""
    audiences = {str(audience) for audience in edition.audiences}
    return {
        **content,
        "parts": {
            name: part if name in audiences or isinstance(part, str) else _digest(part)
            for name, part in content["parts"].items()
        },
    }


def entries_of(content: Content, edition: Edition) -> list[dict[str, Any]]:
    """The edition's passages in order, each with its ``audience``. Their numbers are their places in this list."""
    entries = [
        {**entry, "audience": str(audience)}
        for audience in edition.audiences
        if not isinstance(part := content["parts"][str(audience)], str)
        for entry in part["entries"]
    ]
    return sorted(entries, key=lambda entry: entry["place"])


def agenda_of(content: Content, edition: Edition) -> list[dict[str, Any]]:
    """The agenda as the edition prints it."""
    part = Audience.PUBLIC if edition == Edition.PUBLIC else Audience.SHARED
    return content["parts"][str(part)]["agenda"]


def same_words(one: Content, other: Content) -> bool:
    """Whether both would print the same: all but the salts, keys and places that ``freeze`` makes up."""
    return _words(one) == _words(other)


def _words(content: Content) -> Any:
    agenda = agenda_of(content, Edition.SHARED)
    order = {item["key"]: number for number, item in enumerate(agenda)}
    entries = [
        {**entry, "place": None, "agenda": order.get(entry["agenda"])}
        for entry in entries_of(content, Edition.INTERNAL)
    ]
    head = {name: value for name, value in content.items() if name not in ("number", "corrects", "parts")}
    classification = content["parts"][str(Audience.INTERNAL)]["classification"]
    return [head, [item["title"] for item in agenda], entries, classification]


def content_of(revision: Revision) -> Content:
    return json.loads(revision.content)


@dataclass(frozen=True)
class Verification:
    """What can be said of a paper that claims to be a revision."""

    digest: str
    revision: Revision | None

    @property
    def is_unaltered(self) -> bool:
        return self.revision is not None

    @property
    def superseded_by(self) -> Revision | None:
        """The corrigendum that was sealed after it, if any."""
        if self.revision is None:
            return None
        later = Revision.objects.filter(minutes=self.revision.minutes, corrects__isnull=False)
        return later.filter(number__gt=self.revision.number, copies__isnull=False).order_by("-number").first()


def verify(content: Content) -> Verification:
    """Whether this JSON – whole or an edition – is a revision kept here, to the letter.

    Raises ``ValueError`` when it is not of the form that ``freeze`` makes.
    """
    if not isinstance(content, dict) or content.get("schema") != SCHEMA or not isinstance(content.get("parts"), dict):
        raise ValueError("This is not the machine-readable text of minutes.")
    digest = digest_of(content)
    return Verification(digest, Revision.objects.filter(digest=digest).select_related("minutes__meeting").first())


def _digest(content: Any) -> str:
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def _places(count: int) -> list[str]:
    """Rising random numbers, one an entry: they keep the order and tell nothing of what lies between."""
    return sorted(secrets.token_hex(16) for _ in range(count))


def _said(record: Any, name: str) -> dict[str, str]:
    """The text in each language that has it."""
    return {code: text for code in CODES if (text := getattr(record, f"{name}_{code}"))}


def _meeting(meeting: Meeting) -> dict[str, Any]:
    return {
        "reference": meeting.reference,
        "committee": {"code": meeting.committee.code, "name": _said(meeting.committee, "name")},
        "kind": meeting.kind,
        "ordinal": meeting.ordinal,
        "format": meeting.format,
        "title": _said(meeting, "title"),
        "place": _said(meeting, "place"),
        "date": meeting.date.isoformat(),
        "date_precision": meeting.date_precision,
        "clocks": [
            {"side": side.code, "date": clock.day.isoformat(), "time": clock.time, "zone": clock.zone}
            for side, clock in meeting.clocks
        ],
    }


def _attendance(attendance: Attendance, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "side": attendance.side.code,
        "name": _said(attendance, "name"),
        "office": _said(attendance, "office_title"),
        "role": attendance.role,
        "mode": attendance.mode,
        "read_by": attendance.read_by.full_name("en") if attendance.read_by else None,
        "apologies": attendance.sent_apologies,
    }


def _entry(entry: Entry, place: str, agenda_keys: dict[int, str], people: dict[int, str]) -> dict[str, Any]:
    # Whoever reads the passage may read what is held as closely as its meeting, and no commitment held more closely.
    meeting = entry.minutes.meeting
    highest = Classification.OPEN if entry.audience == Audience.PUBLIC else meeting.classification
    commitments = {mention.commitment for mention in entry.mentions.all()}
    return {
        "key": str(entry.key),
        "place": place,
        "kind": entry.kind,
        "agenda": agenda_keys.get(entry.agenda_item_id or 0),
        "speakers": [people[speaker.pk] for speaker in entry.speakers.all()],
        "text": _said(entry, "text"),
        "commitments": sorted(each.reference for each in commitments if each.classification <= highest),
    }

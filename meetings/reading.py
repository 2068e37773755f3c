"""A frozen revision as a page shows it, and two of them beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from meetings.models import AttendanceMode, AttendanceRole, EntryKind, MeetingFormat, Standing
from meetings.revisions import Content, agenda_of, entries_of
from records import dates, languages
from records.access import Audience, Classification, Edition
from records.differences import Piece, compare, compare_lists


@dataclass(frozen=True)
class Passage:
    """One entry of a revision: what a reader of the edition sees of it."""

    key: str
    number: int
    kind: str
    kind_label: str
    audience: str
    audience_label: str
    agenda: str
    speakers: list[str]
    texts: list[tuple[str, str]]  # (language, text)


@dataclass(frozen=True)
class Comparison:
    """What became of one passage. ``texts`` are (language, pieces), ``facts`` (what, before, after)."""

    kind: str
    moved: bool
    old: Passage | None
    new: Passage | None
    texts: list[tuple[str, list[Piece]]] = field(default_factory=list)


def passages(content: Content, edition: Edition, spoken: Sequence[str] = languages.CODES) -> list[Passage]:
    """The edition's entries in their order and with its own numbers, named in the reader's language.

    ``spoken`` are the languages in which their texts are read.
    """
    people = {person["key"]: _pick(person["name"]) for person in content["attendance"]}
    agenda = {item["key"]: _pick(item["title"]) for item in agenda_of(content, edition)}
    return [
        Passage(
            key=entry["key"],
            number=number,
            kind=entry["kind"],
            kind_label=str(EntryKind(entry["kind"]).label),
            audience=entry["audience"],
            audience_label=str(Audience(entry["audience"]).label),
            agenda=agenda.get(entry["agenda"] or "", ""),
            speakers=[people[key] for key in entry["speakers"] if key in people],
            texts=[(code, entry["text"][code]) for code in spoken if code in entry["text"]],
        )
        for number, entry in enumerate(entries_of(content, edition), start=1)
    ]


def passages_compared(
    old: Content, new: Content, edition: Edition, spoken: Sequence[str] = languages.CODES
) -> list[Comparison]:
    """What became of each passage from ``old`` to ``new``: unchanged, changed, added, removed, moved.

    Only what is said in the languages ``spoken`` counts.
    """
    before, after = passages(old, edition, spoken), passages(new, edition, spoken)
    changes = compare_lists([(p.key, _words(p)) for p in before], [(p.key, _words(p)) for p in after])
    old_by_key, new_by_key = {p.key: p for p in before}, {p.key: p for p in after}
    return [
        Comparison(
            change.kind,
            change.moved or change.kind == "moved",
            was := old_by_key.get(change.key) if change.old is not None else None,
            became := new_by_key.get(change.key) if change.new is not None else None,
            _texts_compared(was, became, spoken),
        )
        for change in changes
    ]


def facts_compared(old: Content, new: Content, edition: Edition) -> list[tuple[int, str, list[Piece]]]:
    """What else changed, from the date to the attendance, in the reader's language: (place, what, its text).

    The place is the fact's own, whichever others changed.
    """
    facts = enumerate(zip(_facts(old, edition), _facts(new, edition), strict=True))
    return [
        (place, name, compare(was, became, languages.current()))
        for place, ((name, was), (_name, became)) in facts
        if was != became
    ]


def _facts(content: Content, edition: Edition) -> list[tuple[str, str]]:
    """All that the edition prints beside its passages: what it is, and its text."""
    meeting = content["meeting"]
    clocks = [f"{clock['date']} {clock['time']} {clock['zone']}" for clock in meeting["clocks"]]
    standing = [f"{languages.NAMES[code]}: {Standing(content['standing'][code]).label}" for code in languages.CODES]
    agenda = [f"{number}. {_pick(item['title'])}" for number, item in enumerate(agenda_of(content, edition), start=1)]
    facts = [
        (_("Committee"), _pick(meeting["committee"]["name"])),
        (_("Title"), _pick(meeting["title"])),
        (_("Date"), dates.written(date.fromisoformat(meeting["date"]), meeting["date_precision"])),
        (_("Time"), "\n".join(clocks)),
        (_("Format"), str(MeetingFormat(meeting["format"]).label)),
        (_("Place"), _pick(meeting["place"])),
        (_("Standing of this text"), "\n".join(standing)),
        (_("Attendance"), "\n".join(map(_attended, content["attendance"]))),
        (_("Agenda"), "\n".join(agenda)),
    ]
    if edition == Edition.INTERNAL:
        part = content["parts"][str(Audience.INTERNAL)]
        facts.append((_("Classification"), str(Classification(part["classification"]).label)))
    return facts


def _attended(person: dict[str, Any]) -> str:
    parts = [
        _pick(person["name"]),
        _pick(person["office"]),
        str(AttendanceRole(person["role"]).label),
        str(AttendanceMode(person["mode"]).label),
        str(_("Apologies")) if person["apologies"] else "",
        person["read_by"] or "",
    ]
    return f"{person['side']}: {', '.join(part for part in parts if part)}"


def _texts_compared(old: Passage | None, new: Passage | None, spoken: Sequence[str]) -> list[tuple[str, list[Piece]]]:
    before, after = dict(old.texts) if old else {}, dict(new.texts) if new else {}
    return [
        (code, compare(before.get(code, ""), after.get(code, ""), code))
        for code in spoken
        if code in before or code in after
    ]


def _words(passage: Passage) -> tuple[Any, ...]:
    """What makes two passages the same: their words, not their numbers."""
    return (passage.kind, passage.audience, passage.agenda, tuple(passage.speakers), tuple(passage.texts))


def _pick(texts: dict[str, str]) -> str:
    return next((texts[code] for code in languages.FALLBACKS[languages.current()] if code in texts), "")

"""A frozen revision as a page shows it, and two of them beside each other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from meetings.models import EntryKind
from meetings.revisions import Content, agenda_of, entries_of
from records import languages
from records.access import Audience, Edition
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


def passages(content: Content, edition: Edition) -> list[Passage]:
    """The edition's entries in their order and with its own numbers, named in the reader's language."""
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
            texts=[(code, entry["text"][code]) for code in languages.CODES if code in entry["text"]],
        )
        for number, entry in enumerate(entries_of(content, edition), start=1)
    ]


def passages_compared(old: Content, new: Content, edition: Edition) -> list[Comparison]:
    """What became of each passage from ``old`` to ``new``: unchanged, changed, added, removed, moved."""
    before, after = passages(old, edition), passages(new, edition)
    changes = compare_lists([(p.key, _words(p)) for p in before], [(p.key, _words(p)) for p in after])
    old_by_key, new_by_key = {p.key: p for p in before}, {p.key: p for p in after}
    return [
        Comparison(
            change.kind,
            change.moved or change.kind == "moved",
            was := old_by_key.get(change.key) if change.old is not None else None,
            became := new_by_key.get(change.key) if change.new is not None else None,
            _texts_compared(was, became),
        )
        for change in changes
    ]


def _texts_compared(old: Passage | None, new: Passage | None) -> list[tuple[str, list[Piece]]]:
    before, after = dict(old.texts) if old else {}, dict(new.texts) if new else {}
    return [
        (code, compare(before.get(code, ""), after.get(code, ""), code))
        for code in languages.CODES
        if code in before or code in after
    ]


def _words(passage: Passage) -> tuple[Any, ...]:
    """What makes two passages the same: their words, not their numbers."""
    return (passage.kind, passage.audience, passage.agenda, tuple(passage.speakers), tuple(passage.texts))


def _pick(texts: dict[str, str]) -> str:
    return next((texts[code] for code in languages.FALLBACKS[languages.current()] if code in texts), "")

"""A communiqué beside its minutes: how it is drafted from them, what it says that they do not, and what it leaves out.

Nothing here asks the database. Sentences and entries are records with ``text_en``, ``text_ja`` and ``text_ru``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from records.access import Audience
from records.differences import ADDED, CHANGED, SAME, Piece, compare, likeness, sentences
from records.languages import CODES, NAMES, columns

Texts = dict[str, str]  # by language

#: Where a sentence comes from: a public entry, an entry that is public no more, or none.
FROM_ENTRY, NARROWED, FREE = "entry", "narrowed", "free"
MISSING = "missing"


@dataclass(frozen=True)
class Wording:
    """A sentence in one language beside the minutes.

    ``kind``: the same words; changed (``pieces`` tell how, from the minutes to the communiqué); added, where the
    minutes have nothing like it; or missing, where they have a text and the sentence has none.
    """

    language: str
    kind: str
    pieces: list[Piece]

    @property
    def language_name(self) -> Any:
        return NAMES[self.language]


@dataclass(frozen=True)
class Line:
    """One sentence of the communiqué. ``entry`` is the one it is taken from, ``entry_number`` its number there."""

    number: int
    sentence: Any
    source: str
    entry: Any
    entry_number: int | None
    wordings: list[Wording]

    @property
    def is_verbatim(self) -> bool:
        return self.source == FROM_ENTRY and all(wording.kind == SAME for wording in self.wordings)

    @property
    def is_changed(self) -> bool:
        return self.source == FROM_ENTRY and not self.is_verbatim


@dataclass(frozen=True)
class LeftOut:
    """What of a public entry the communiqué does not say. ``lines`` are the sentences that are taken from it."""

    number: int
    entry: Any
    lines: list[Line]
    texts: list[tuple[str, str]]  # (language, its sentences)

    @property
    def whole(self) -> bool:
        """Whether nothing is taken from the entry."""
        return not self.lines

    @property
    def in_every_language(self) -> bool:
        """Whether it makes a sentence of its own; otherwise a translation of one is missing."""
        return {code for code, _text in self.texts} == {code for code, text in texts_of(self.entry).items() if text}


@dataclass(frozen=True)
class Report:
    lines: list[Line]
    left_out: list[LeftOut]

    @property
    def free(self) -> list[Line]:
        return [line for line in self.lines if line.source == FREE]

    @property
    def narrowed(self) -> list[Line]:
        return [line for line in self.lines if line.source == NARROWED]

    @property
    def verbatim(self) -> list[Line]:
        return [line for line in self.lines if line.is_verbatim]

    @property
    def changed(self) -> list[Line]:
        return [line for line in self.lines if line.is_changed]

    @property
    def languages(self) -> list[str]:
        """Those in which the communiqué says something."""
        return [code for code in CODES if any(getattr(line.sentence, f"text_{code}") for line in self.lines)]

    @property
    def is_clean(self) -> bool:
        """Whether the communiqué says what the public entries say, all of it, and nothing else."""
        return not self.left_out and all(line.is_verbatim for line in self.lines)

    @property
    def untranslated(self) -> list[Any]:
        """The names of the languages in which some sentences have a text and some have none."""
        return [
            NAMES[code]
            for code in CODES
            if len({bool(getattr(line.sentence, f"text_{code}")) for line in self.lines}) > 1
        ]


def drafted(entry: Any) -> list[Texts]:
    """The columns of a sentence for each that the entry has, in all its languages.

    Where the languages do not have the same number of sentences, nobody can tell which belong together: the entry then
    becomes one sentence.
    """
    written = {code: text for code, text in texts_of(entry).items() if text.strip()}
    cut = {code: [part.strip() for part in sentences(text, code)] for code, text in written.items()}
    if len({len(parts) for parts in cut.values()}) != 1:
        return [_columns(written)]
    count = len(next(iter(cut.values())))
    return [_columns({code: parts[place] for code, parts in cut.items()}) for place in range(count)]


def cut_in_two(sentence: Any) -> tuple[Texts, Texts]:
    """A guess at two halves, by columns: the first sentence of each text and the rest, which may be empty."""
    first, second = {}, {}
    for code, text in texts_of(sentence).items():
        head, *tail = sentences(text, code) or [""]
        first[code], second[code] = head.strip(), "".join(tail).strip()
    return _columns(first), _columns(second)


def report_on(lines: Sequence[Any], numbered: Iterable[tuple[int, Any]]) -> Report:
    """Both directions. ``lines`` are the communiqué's sentences in order; ``numbered`` the minutes' entries with the
    numbers under which the reader knows them. Entries that are not public count as not there.
    """
    entries = {entry.pk: (number, entry) for number, entry in numbered}
    cut = {
        (key, code): sentences(text, code)
        for key, (_number, entry) in entries.items()
        if entry.audience == Audience.PUBLIC
        for code, text in texts_of(entry).items()
    }
    said: dict[tuple[int, str], set[int]] = {}
    found = [_line(number, sentence, entries, cut, said) for number, sentence in enumerate(lines, start=1)]
    left_out = []
    for key, (number, entry) in entries.items():
        if entry.audience != Audience.PUBLIC:
            continue
        rest = {
            code: "".join(part for place, part in enumerate(cut[key, code]) if place not in said.get((key, code), ()))
            for code in CODES
        }
        if any(rest.values()):
            texts = [(code, text.strip()) for code, text in rest.items() if text.strip()]
            taken = [line for line in found if line.sentence.entry_id == key]
            left_out.append(LeftOut(number, entry, taken, texts))
    return Report(found, left_out)


def _line(
    number: int,
    sentence: Any,
    entries: Mapping[int, tuple[int, Any]],
    cut: Mapping[tuple[int, str], list[str]],
    said: dict[tuple[int, str], set[int]],
) -> Line:
    key = sentence.entry_id
    place, entry = entries.get(key, (None, None))
    if key is None:
        source = FREE
    else:
        source = FROM_ENTRY if entry is not None and entry.audience == Audience.PUBLIC else NARROWED
    wordings = []
    for code, text in texts_of(sentence).items():
        known = cut.get((key, code), []) if source == FROM_ENTRY else []
        if text:
            wording, places = _beside(text, known, code)
            said.setdefault((key, code), set()).update(places)
            wordings.append(wording)
        elif known:
            wordings.append(Wording(code, MISSING, []))
    return Line(number, sentence, source, entry, place, wordings)


def _beside(text: str, known: Sequence[str], language: str) -> tuple[Wording, set[int]]:
    """A text beside the entry's sentences, and the places of those that it says in these words or in others."""
    spelled = {_plain(part): place for place, part in reversed(list(enumerate(known)))}
    places, is_verbatim = set(), True
    for part in sentences(text, language):
        place = spelled.get(_plain(part))
        if place is None:
            is_verbatim = False
            place = _nearest(part, known, language)
        if place is not None:
            places.add(place)
    if is_verbatim:
        return Wording(language, SAME, [Piece(SAME, text)]), places
    if not places:
        return Wording(language, ADDED, [Piece(ADDED, text)]), places
    source = "".join(known[place] for place in sorted(places)).strip()
    return Wording(language, CHANGED, compare(source, text, language)), places


def _nearest(part: str, known: Sequence[str], language: str) -> int | None:
    alike = [(likeness(each, part, language), -place) for place, each in enumerate(known)]
    best, place = max(alike, default=(0.0, 0))
    return -place if best else None


def paragraphs(lines: Iterable[Any]) -> list[list[Any]]:
    """Sentences that come from one public entry and stand together are one paragraph; every other stands alone.

    An entry that is no longer public holds nothing together: the paper of those who do not read it would tell of it.
    """
    runs: list[list[Any]] = []
    for key, run in groupby(lines, key=_public_entry):
        together = list(run)
        runs += [together] if key is not None else [[each] for each in together]
    return runs


def _public_entry(sentence: Any) -> int | None:
    entry = sentence.entry
    return entry.pk if entry is not None and entry.audience == Audience.PUBLIC else None


def fingerprint(lines: Iterable[Any]) -> str:
    """What somebody saw who reads the communiqué: every word, link and place, and the linked entries as they were."""
    seen = [
        [sentence.pk, sentence.version, sentence.entry_id, sentence.entry and sentence.entry.version]
        for sentence in lines
    ]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def texts_of(record: Any) -> Texts:
    return {code: getattr(record, f"text_{code}") for code in CODES}


def _columns(texts: Mapping[str, str]) -> Texts:
    return {column: texts.get(column[-2:], "") for column in columns("text")}


def _plain(text: str) -> str:
    return " ".join(text.split())

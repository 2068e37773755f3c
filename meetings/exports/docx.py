"""Minutes and agendas for Word, from the same data as the PDF: what an edition leaves out is in neither.

The hash in the PDF's footer is not repeated here: a file that is made to be edited proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from meetings.exports import labels
from meetings.exports.editions import Languages
from meetings.exports.labels import Text, in_each, sentence
from meetings.exports.minutes import Paper
from meetings.models import Minutes
from records import languages as record_languages
from records.access import Edition
from records.exports.docx import Field, Line, Manuscript, Properties, Words, joined
from records.languages import pick

_COUNTED = {"{page}": "PAGE", "{pages}": "NUMPAGES"}
_NUMERALS = 10  # mm: the column of numbers


def minutes_docx(minutes: Minutes, *, edition: Edition, languages: Languages, user: Any) -> bytes:
    """One edition of the minutes, in one language or in two columns.

    The same minutes give the same bytes. Raises ``PermissionDenied`` for an edition that ``user`` may not hold.
    """
    paper = Paper(minutes, edition, languages, user)
    return Script(paper.data(), paper.changed_at).minutes()


def agenda_docx(minutes: Minutes, *, edition: Edition, languages: Languages, user: Any) -> bytes:
    """The agenda of the meeting with its date, place and people, under the same conditions."""
    paper = Paper(minutes, edition, languages, user)
    return Script(agenda_data(paper), paper.changed_at).agenda()


def agenda_data(paper: Paper) -> dict[str, Any]:
    """What the minutes say of the meeting, without what only minutes have: proceedings, state, standing."""
    data, meeting = paper.data(), paper.meeting
    standing = in_each(paper.languages, lambda language: _("Standing of this text"))
    return data | {
        "title": in_each(paper.languages, lambda language: _("Agenda")),
        "subtitle": in_each(paper.languages, lambda language: _heading(meeting, language)),
        "state_label": in_each(paper.languages, lambda language: sentence(meeting.get_state_display())),
        "facts": [fact for fact in data["facts"] if fact["label"] != standing],
        "entries": [],
        "agreements": [],
    }


def _heading(meeting: Any, language: str) -> str:
    heading = pick(meeting, "title", language) or meeting.heading(language)
    return f"{heading} · {labels.subtitle(meeting, language)}"


class Script:
    """The data of ``minutes.typ``, written down for Word."""

    def __init__(self, data: dict[str, Any], dated: datetime) -> None:
        self.data = data
        self.languages: list[str] = data["languages"]
        self.first = self.languages[0]
        self.parallel = len(self.languages) > 1
        title = " / ".join(data["title"][language] for language in self.languages)
        properties = Properties(
            language=self.first,
            title=f"{title} – {data['reference']}",
            author=data["letterhead"]["organisation"][self.first],
            reference=data["reference"],
            dated=dated,
        )
        self.sheet = Manuscript(properties, margin=20 if self.parallel else 24)
        self._margins()

    def minutes(self) -> bytes:
        self._head()
        self._facts()
        self._attendance()
        self._agenda()
        self._proceedings()
        self._agreements()
        return self.sheet.save()

    def agenda(self) -> bytes:
        self._head()
        self._facts()
        self._agenda()
        self._attendance()
        return self.sheet.save()

    # -- words -------------------------------------------------------------------------------------------------------

    def _said(self, texts: Text, style: str = "") -> list[Words | Field]:
        """A short text in each language, one after the other."""
        return joined([Words(language, texts[language], style)] for language in self.languages)

    def _label(self, language: str, name: str) -> str:
        return self.data["labels"][language][name]

    def _labels(self, name: str) -> Text:
        return {language: self._label(language, name) for language in self.languages}

    def _passage(self, language: str, texts: Text, *, style: str, into: Any = None) -> None:
        if texts[language].strip():
            self.sheet.prose(Words(language, texts[language]), style=style, into=into)
        else:
            missing = Words(language, f"〔{self._label(language, 'missing')}〕", "Quiet")
            self.sheet.paragraph([missing], style=style, into=into)

    # -- tables of two languages -------------------------------------------------------------------------------------

    def _columns(self, name: Text, *, numbered: bool = False, torn: bool = False) -> Callable[[], Sequence[Any]]:
        """A table with a column for each language; what is returned adds a row and gives its cells."""
        room = (self.sheet.width - (_NUMERALS if numbered else 0)) / len(self.languages)
        widths, head = [room] * len(self.languages), list(self._names())
        if numbered:
            widths, head = [_NUMERALS, *widths], [[Words(self.first, self._label(self.first, "number"))], *head]
        table = self.sheet.table(widths, head, name=name[self.first])
        return lambda: self.sheet.row(table, torn=torn)

    def _names(self) -> Iterator[Line]:
        """The languages, each by its own name."""
        names = in_each(tuple(self.languages), lambda language: sentence(record_languages.NAMES[language]))
        for language in self.languages:
            yield [Words(language, names[language])]

    # -- parts -------------------------------------------------------------------------------------------------------

    def _margins(self) -> None:
        head, edition = self.data["letterhead"], self._said(self.data["edition_label"])
        reference = [Words(self.first, self.data["reference"], "Strong"), Words(self.first, "  ")]
        self.sheet.margins(
            first_head=(self._said(head["organisation"]), edition),
            head=self._running_head(head["committee"], edition),
            foot=([*reference, *self._said(self.data["state_label"])], joined(map(self._page_of, self.languages))),
        )

    def _running_head(self, names: Text, edition: Line) -> tuple[Line, Line]:
        """One name beside the edition; the other, for which there is no room there, below it."""
        other = [Words(language, f"\n{names[language]}") for language in self.languages[1:]]
        return [Words(self.first, names[self.first])], [*edition, *other]

    def _page_of(self, language: str) -> Line:
        parts = re.split(r"(\{pages?\})", self._label(language, "page_of"))
        return [Field(language, _COUNTED[p]) if p in _COUNTED else Words(language, p) for p in parts if p]

    def _head(self) -> None:
        data = self.data
        for language in self.languages:
            self.sheet.paragraph([Words(language, data["letterhead"]["committee"][language])])
        for texts, style in ((data["title"], "Title"), (data["subtitle"], "Subtitle")):
            for language in self.languages:
                self.sheet.paragraph([Words(language, texts[language])], style=style)
        imprint = [*self._said(data["state_label"], "Quiet"), Words(self.first, f" · {data['reference']}", "Quiet")]
        if data["footer"]["note"]:
            imprint += [Words(self.first, "\n"), *self._said(data["footer"]["note"], "Quiet")]
        self.sheet.paragraph(imprint, style="Imprint")

    def _facts(self) -> None:
        facts = self.data["facts"]
        if not self.parallel:
            for fact in facts:
                label = Words(self.first, f"{fact['label'][self.first]}\t", "Quiet")
                self.sheet.paragraph([label, Words(self.first, fact["value"][self.first])], style="Fact")
            return
        new_row = self._columns(self.data["title"])
        for fact in facts:
            for cell, language in zip(new_row(), self.languages, strict=True):
                self.sheet.paragraph([Words(language, fact["label"][language])], style="Cell label", into=cell)
                self.sheet.paragraph([Words(language, fact["value"][language])], style="Cell", into=cell)

    def _attendance(self) -> None:
        sides = [side for side in self.data["sides"] if side["people"] or side["apologies"]]
        if not sides:
            return
        self.sheet.heading(1, self._said(self._labels("attendance")))
        for side in sides:
            self.sheet.heading(2, self._said(side["name"]))
            self._people(side["people"], side["name"])
            if side["apologies"]:
                self.sheet.heading(3, self._said(self._labels("apologies")))
                self._people(side["apologies"], self._labels("apologies"))

    def _people(self, people: list[dict[str, Any]], name: Text) -> None:
        if not people:
            return
        new_row = self._columns(name) if self.parallel else None
        for person in people:
            cells = new_row() if new_row else [None]
            for cell, language in zip(cells, self.languages, strict=True):
                style = "Cell" if self.parallel else "Person"
                self.sheet.paragraph(self._person(person, language), style=style, into=cell)

    def _person(self, person: dict[str, Any], language: str) -> Line:
        manner = " · ".join(person[key][language] for key in ("role", "mode") if person[key] and person[key][language])
        return [
            Words(language, person["name"][language], "Strong"),
            Words(language, f"\n{person['office'][language]}" if person["office"][language] else ""),
            Words(language, f"\n{manner}" if manner else "", "Quiet"),
        ]

    def _agenda(self) -> None:
        items = self.data["agenda"]
        if not items:
            return
        self.sheet.heading(1, self._said(self._labels("agenda")))
        new_row = self._columns(self._labels("agenda"), numbered=True) if self.parallel else None
        for item in items:
            if new_row is None:
                title = Words(self.first, f"{item['number']}\t{item['title'][self.first]}")
                self.sheet.paragraph([title], style="Numbered")
                continue
            number, *cells = new_row()
            self.sheet.paragraph([Words(self.first, str(item["number"]))], style="Cell", into=number)
            for cell, language in zip(cells, self.languages, strict=True):
                self._passage(language, item["title"], style="Cell", into=cell)

    def _proceedings(self) -> None:
        entries = self.data["entries"]
        if not entries:
            return
        self.sheet.heading(1, self._said(self._labels("entries")))
        items = {item["number"]: item for item in self.data["agenda"]}
        for place, (number, run) in enumerate(groupby(entries, key=lambda entry: entry["agenda_number"])):
            if item := items.get(number):
                prefix: Line = [Words(self.first, f"{number}. ")]
                self.sheet.heading(2, [*prefix, *self._said(item["title"])])
            elif place and self.parallel:
                self.sheet.paragraph([Words(self.first, "")])  # keeps two tables apart
            self._entries(list(run))

    def _entries(self, entries: list[dict[str, Any]]) -> None:
        if not self.parallel:
            for entry in entries:
                self._entry(entry)
            return
        new_row = self._columns(self._labels("entries"), numbered=True, torn=True)
        for entry in entries:
            number, *cells = new_row()
            self.sheet.paragraph([Words(self.first, str(entry["number"]))], style="Cell label", into=number)
            for cell, language in zip(cells, self.languages, strict=True):
                self.sheet.paragraph(self._kind(entry, language), style="Cell label", into=cell)
                for speaker in entry["speakers"]:
                    self.sheet.paragraph(self._speaker(speaker, language), style="Cell", into=cell)
                self._passage(language, entry["text"], style="Cell", into=cell)

    def _entry(self, entry: dict[str, Any]) -> None:
        number = Words(self.first, f"{entry['number']}\t")
        self.sheet.paragraph([number, *self._kind(entry, self.first)], style="Entry")
        for speaker in entry["speakers"]:
            self.sheet.paragraph(self._speaker(speaker, self.first), style="Speaker")
        self._passage(self.first, entry["text"], style="Passage")

    def _kind(self, entry: dict[str, Any], language: str) -> Line:
        kind = [Words(language, entry["kind_label"][language])]
        if entry["audience_label"] is None:
            return kind
        return joined([kind, [Words(language, entry["audience_label"][language], "Quiet")]])

    def _speaker(self, speaker: dict[str, Text], language: str) -> Line:
        office = speaker["office"][language]
        return [
            Words(language, speaker["name"][language], "Strong"),
            Words(language, f"\n{office}" if office else "", "Quiet"),
        ]

    def _agreements(self) -> None:
        agreements = self.data["agreements"]
        if not agreements:
            return
        self.sheet.heading(1, self._said(self._labels("agreements")))
        reference_width = 32
        room = (self.sheet.width - _NUMERALS - reference_width) / len(self.languages)
        head: list[Line] = [[Words(self.first, self._label(self.first, name))] for name in ("number", "commitment")]
        head += self._names() if self.parallel else [[Words(self.first, self._label(self.first, "text"))]]
        widths = [_NUMERALS, reference_width, *[room] * len(self.languages)]
        table = self.sheet.table(widths, head, name=self._label(self.first, "agreements"))
        for agreement in agreements:
            number, reference, *cells = self.sheet.row(table)
            self.sheet.paragraph([Words(self.first, str(agreement["number"]))], style="Cell label", into=number)
            named = agreement["commitment"] or "–"
            self.sheet.paragraph([Words(self.first, named, "Quiet")], style="Cell", into=reference)
            for cell, language in zip(cells, self.languages, strict=True):
                self._passage(language, agreement["text"], style="Cell", into=cell)

"""Minutes as Akoma Ntoso 3.0 (OASIS LegalDocML 1.0), the form in which parliaments and archives exchange such records.

A ``debate`` named “minutes”: one file for one language and one edition, from the same data as the PDF. Who attended,
with which office and for which side, stands in the references; the proceedings are sections by agenda item, in the
order of the minutes:

====================  =========================================================================================
statement             ``speech`` by a person, as an office; several speakers speak for their side or the committee
agreement             ``resolutions``, with the commitments it makes
information           ``debateSection`` of ``narrative``
every other           ``debateSection`` of ``summary``
====================  =========================================================================================

Names of documents (IRIs) and identifiers follow the Akoma Ntoso Naming Convention 1.0. An edition is a work of its own,
since it says something else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from meetings.exports.minutes import Paper
from meetings.models import Attendance, Entry, EntryKind, Minutes, MinutesState, Standing
from records.access import Edition
from records.dates import Precision
from records.exports.docx import fit
from records.languages import Said, pick, said

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
#: What holds elements alone: elsewhere a line break would be a blank in somebody's words.
_STRUCTURE = frozenset(
    {
        *("akomaNtoso", "debate", "meta", "identification", "FRBRWork", "FRBRExpression", "FRBRManifestation"),
        *("references", "preface", "debateBody", "rollCall", "debateSection", "resolutions", "speech", "ol"),
    }
)
#: ISO 639-2, as the standard wants them.
LANGUAGES = {"en": "eng", "ja": "jpn", "ru": "rus"}
_SOURCE = "#secretariat"


def minutes_akn(minutes: Minutes, *, edition: Edition, language: str, user: Any) -> bytes:
    """One edition in one language, valid against the standard's schema; the same minutes give the same bytes.

    Raises ``PermissionDenied`` for an edition that ``user`` may not hold.
    """
    return _Debate(Paper(minutes, edition, (language,), user), language).file()


class _Debate:
    def __init__(self, paper: Paper, language: str) -> None:
        self.paper, self.language = paper, language
        self.meeting, self.committee = paper.meeting, paper.meeting.committee
        self.data = paper.data()
        self.people = {each.pk: f"person_{number}" for number, each in enumerate(paper.attendances, start=1)}
        self.offices: dict[str, str] = {}  # title: identifier
        for each in paper.attendances:
            self.offices.setdefault(self._office(each), f"role_{len(self.offices) + 1}")
        self.offices.pop("", None)
        self.commitments: dict[str, str] = {}  # reference: identifier
        for entry in paper.entries:
            for reference in _mentioned(entry):
                self.commitments.setdefault(reference, f"concept_{len(self.commitments) + 1}")
        self.counts: Counter[str] = Counter()

    def file(self) -> bytes:
        # Written as it stands: ElementTree's own prefixes are a matter of the whole process.
        root = ET.Element("akomaNtoso", {"xmlns": NAMESPACE})
        debate = _in(root, "debate", name="minutes", contains="singleVersion")
        self._meta(_in(debate, "meta"))
        self._preface(_in(debate, "preface", **self._in_language()))
        body = _in(debate, "debateBody", **self._in_language())
        self._attendance(body)
        self._agenda(body)
        self._proceedings(body)
        if len(body) == 0:
            self._section(body, "debateSection", "dbsect", name="proceedings")
        _indent(root)
        return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"

    # -- what it is --------------------------------------------------------------------------------------------------

    def _meta(self, meta: ET.Element) -> None:
        identification = _in(meta, "identification", source=_SOURCE)
        day, changed = self.meeting.date.isoformat(), self._day(self.paper.changed_at)
        revision = self.paper.revision
        made = self._day(revision.made_at) if revision else changed
        country = self.committee.own_side.code.lower()
        number = f"{self.meeting.reference}-{self.paper.edition}".lower()
        work = f"/akn/{country}/debate/minutes/{quote(self.committee.code.lower())}/{day}/{quote(number)}"
        expression = f"{work}/{LANGUAGES[self.language]}@{made}"

        known = "meeting" if self.meeting.date_precision == Precision.DAY else f"first day of the {self._known()}"
        part = self._identified(identification, "FRBRWork", work, (day, known), {"reference": self.meeting.reference})
        _in(part, "FRBRcountry", value=country)
        _in(part, "FRBRsubtype", value="minutes")
        _in(part, "FRBRnumber", value=self.meeting.reference)
        _in(part, "FRBRname", value=self.data["edition_label"][self.language])

        hashes = {"sha-256": revision.digest} if revision else {}
        event = "circulated" if revision else "last changed"
        part = self._identified(identification, "FRBRExpression", expression, (made, event), hashes)
        if revision:
            _in(part, "FRBRversionNumber", value=str(revision.number))
        _in(part, "FRBRauthoritative", value=str(self._is_authentic()).lower())
        _in(part, "FRBRlanguage", language=LANGUAGES[self.language])

        part = self._identified(identification, "FRBRManifestation", expression, (changed, "last changed"), {})
        _in(part, "FRBRformat", value="application/akn+xml")
        self._references(_in(meta, "references", source=_SOURCE))

    def _identified(
        self, into: ET.Element, name: str, iri: str, dated: tuple[str, str], aliases: dict[str, str]
    ) -> ET.Element:
        part = _in(into, name)
        suffix = ".xml" if name == "FRBRManifestation" else ""
        _in(part, "FRBRthis", value=f"{iri}/!main{suffix}")
        _in(part, "FRBRuri", value=f"{iri}{suffix}")
        for alias, value in aliases.items():
            _in(part, "FRBRalias", name=alias, value=value)
        _in(part, "FRBRdate", date=dated[0], name=dated[1])
        _in(part, "FRBRauthor", href="#committee", **{"as": "#author"})
        return part

    def _is_authentic(self) -> bool:
        """Whether both sides agreed to this language's text as one that counts."""
        minutes = self.paper.minutes
        agreed = minutes.state in (MinutesState.AGREED, MinutesState.SEALED)
        return agreed and getattr(minutes, f"standing_{self.language}") == Standing.AUTHENTIC

    def _known(self) -> str:
        return str(self.meeting.date_precision)

    def _day(self, instant: Any) -> str:
        return instant.astimezone(ZoneInfo(self.committee.own_side.time_zone)).date().isoformat()

    def _references(self, references: ET.Element) -> None:
        """Everybody and everything that the text names."""
        place, language = f"{self.committee.own_side.code}/{self.meeting.reference}".lower(), self.language

        def refer(kind: str, key: str, id: str, shown: str) -> None:
            href = f"/akn/ontology/{kind[3:].lower()}/{quote(id)}"
            _in(references, kind, eId=key, href=href, showAs=shown or id)

        refer("TLCOrganization", "secretariat", "secretariat", self.data["letterhead"]["organisation"][language])
        refer("TLCOrganization", "committee", self.committee.code.lower(), pick(self.committee, "name", language))
        for side in self.committee.sides:
            refer("TLCOrganization", _side(side), side.code.lower(), pick(side, "name", language))
        for attendance in self.paper.attendances:
            key = self.people[attendance.pk]
            refer("TLCPerson", key, f"{place}/{key}", pick(attendance, "name", language))
        refer("TLCRole", "author", "author", "author")
        for title, key in self.offices.items():
            refer("TLCRole", key, f"{place}/{key}", title)
        for reference, key in self.commitments.items():
            refer("TLCConcept", key, f"commitment/{reference.lower()}", reference)

    # -- what stands before the proceedings --------------------------------------------------------------------------

    def _preface(self, preface: ET.Element) -> None:
        data, language = self.data, self.language
        proponent = _in(preface, "p")
        _in(proponent, "docProponent", data["letterhead"]["organisation"][language])
        _in(preface, "p", data["letterhead"]["committee"][language])
        _in(_in(preface, "p"), "docTitle", data["title"][language])
        _in(preface, "p", data["subtitle"][language])
        imprint = _in(preface, "p")
        for name, text in (
            ("docNumber", data["reference"]),
            ("docStage", data["edition_label"][language]),
            ("docStatus", data["state_label"][language]),
        ):
            if len(imprint):
                imprint[-1].tail = " · "
            _in(imprint, name, text)
        if data["footer"]["note"]:
            _in(preface, "p", data["footer"]["note"][language])
        for place, fact in enumerate(data["facts"]):
            line = _in(preface, "p", f"{fact['label'][language]}: ")
            if place == 0:  # the first fact is the day
                _in(line, "docDate", fact["value"][language], date=self.meeting.date.isoformat())
            else:
                _spread(line, fact["value"][language])

    def _attendance(self, body: ET.Element) -> None:
        if not self.paper.attendances:
            return
        roll = self._section(body, "rollCall", "rollcall")
        _in(roll, "heading", self._label("attendance"))
        for side, facts in zip(self.committee.sides, self.data["sides"], strict=True):
            people = [each for each in self.paper.attendances if each.side_id == side.pk]
            if not people:
                continue
            part = self._section(roll, "debateSection", "dbsect", name="attendance")
            _in(_in(part, "heading"), "organization", facts["name"][self.language], refersTo=f"#{_side(side)}")
            for excused, title in ((False, ""), (True, self._label("apologies"))):
                group = [each for each in people if each.sent_apologies == excused]
                if group and title:
                    _in(part, "p", title)
                printed = facts["apologies" if excused else "people"]
                for attendance, person in zip(group, printed, strict=True):
                    line = self._named(_in(part, "p"), attendance)
                    manner = [person[key][self.language] for key in ("role", "mode") if person[key]]
                    line.tail = fit("".join(f"; {word}" for word in manner if word)) or None

    def _agenda(self, body: ET.Element) -> None:
        if not self.data["agenda"]:
            return
        part = self._section(body, "debateSection", "dbsect", name="agenda")
        _in(part, "heading", self._label("agenda"))
        items = _in(part, "ol")
        for item in self.data["agenda"]:
            _in(items, "li", item["title"][self.language], value=str(item["number"]))

    # -- the proceedings ---------------------------------------------------------------------------------------------

    def _proceedings(self, body: ET.Element) -> None:
        """Entries in runs under one agenda item, in the order of the minutes."""
        items = {item["number"]: item["title"][self.language] for item in self.data["agenda"]}
        pairs = zip(self.paper.entries, self.data["entries"], strict=True)
        for number, run in groupby(pairs, key=lambda pair: pair[1]["agenda_number"]):
            part = self._section(body, "debateSection", "dbsect", name="agendaItem" if number else "proceedings")
            if number:
                _in(part, "num", f"{number}.")
                _in(part, "heading", items[number])
            for entry, facts in run:
                self._entry(part, entry, facts)

    def _entry(self, into: ET.Element, entry: Entry, facts: dict[str, Any]) -> None:
        speakers = list(entry.speakers.all())
        if entry.kind == EntryKind.STATEMENT and speakers:
            part, block = self._section(into, "speech", "speech", **self._spoken_by(speakers)), "p"
        elif entry.kind == EntryKind.AGREEMENT:
            part, block = self._section(into, "resolutions", "resolutions"), "p"
        else:
            part = self._section(into, "debateSection", "dbsect", name=str(entry.kind))
            block = "narrative" if entry.kind == EntryKind.INFORMATION else "summary"
        _in(part, "num", str(facts["number"]))
        _in(part, "heading", facts["kind_label"][self.language])
        if facts["audience_label"]:
            _in(part, "subheading", facts["audience_label"][self.language])
        if speakers:
            self._speakers(part, speakers)
        text = facts["text"][self.language]
        if not text.strip():
            _in(part, block, f"〔{self._label('missing')}〕", status="incomplete")
        for paragraph in re.split(r"\n[ \t]*\n\s*", fit(text).strip()) if text.strip() else []:
            _spread(_in(part, block), paragraph)
        named = _mentioned(entry)
        if named:
            line = _in(part, "p", f"{self._label('commitment')}: ")
            for place, reference in enumerate(named):
                concept = _in(line, "concept", reference, refersTo=f"#{self.commitments[reference]}")
                concept.tail = ", " if place + 1 < len(named) else None

    def _spoken_by(self, speakers: list[Attendance]) -> dict[str, str]:
        """One person as holder of an office; the standard knows one agent, so several speak for what they share."""
        if len(speakers) == 1:
            office = self.offices.get(self._office(speakers[0]))
            return {"by": f"#{self.people[speakers[0].pk]}", **({"as": f"#{office}"} if office else {})}
        sides = {each.side_id: each for each in speakers}
        one = next(side for side in self.committee.sides if side.pk in sides)
        return {"by": f"#{_side(one)}" if len(sides) == 1 else "#committee"}

    def _speakers(self, part: ET.Element, speakers: list[Attendance]) -> None:
        line = _in(part, "from" if part.tag == "speech" else "p")
        for place, speaker in enumerate(speakers):
            person = self._named(line, speaker)
            person.tail = "; " if place + 1 < len(speakers) else None

    def _named(self, line: ET.Element, attendance: Attendance) -> ET.Element:
        """A person with the office held that day; what is returned is the last element, for what follows."""
        name, title = said(attendance, "name", self.language), said(attendance, "office_title", self.language)
        refers = {"refersTo": f"#{self.people[attendance.pk]}", **self._in_language(name)}
        if not title.text:
            return _in(line, "person", name.text, **refers)
        office = f"#{self.offices[title.text]}"
        person = _in(line, "person", name.text, **refers, **{"as": office})
        person.tail = ", "
        return _in(line, "role", title.text, refersTo=office, **self._in_language(title))

    def _in_language(self, text: Said | None = None) -> dict[str, str]:
        """The attribute that says which language follows; for a ``text``, only where it is another."""
        if text is None:
            return {"xml:lang": self.language}
        return {"xml:lang": text.language} if text.is_fallback else {}

    def _office(self, attendance: Attendance) -> str:
        return pick(attendance, "office_title", self.language)

    def _label(self, name: str) -> str:
        return self.data["labels"][self.language][name]

    def _section(self, into: ET.Element, tag: str, short: str, /, **attributes: str) -> ET.Element:
        """A container with an identifier that leads to it: dbsect_2__speech_1."""
        key = f"{parent}__{short}" if (parent := into.get("eId")) else short
        self.counts[key] += 1
        return _in(into, tag, eId=f"{key}_{self.counts[key]}", **attributes)


def _mentioned(entry: Entry) -> list[str]:
    """The commitments that the entry names and this paper may, each once."""
    return list(dict.fromkeys(mention.commitment.reference for mention in entry.mentions.all()))


def _side(side: Any) -> str:
    return f"side_{side.code.lower()}"


def _in(into: ET.Element, name: str, content: str = "", /, **attributes: str) -> ET.Element:
    """A new last child. All text passes here: what XML cannot hold is marked by its number."""
    child = ET.SubElement(into, name, {key: fit(value) for key, value in attributes.items()})
    child.text = fit(content) or None
    return child


def _spread(into: ET.Element, text: str) -> None:
    """Text as it was typed: line breaks are kept."""
    lines: Iterator[str] = iter(fit(text).split("\n"))
    into.text = (into.text or "") + next(lines)
    for line in lines:
        ET.SubElement(into, "br").tail = line


def _indent(element: ET.Element, depth: int = 1) -> None:
    if element.tag not in _STRUCTURE or not len(element):
        return
    element.text = "\n" + " " * depth
    for child in element:
        _indent(child, depth + 1)
        child.tail = "\n" + " " * depth
    element[-1].tail = "\n" + " " * (depth - 1)

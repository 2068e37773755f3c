"""The meetings, who attended them, and the minutes of those that are told in full."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from directory.models import Office
from meetings.models import AgendaItem, Attendance, Entry, Meeting, Mention, Minutes
from meetings.naming import meeting_reference
from records.languages import CODES
from secretariat.demo.reading import content, known, sourced, three
from secretariat.demo.shelf import Shelf, store

_OWN_WORDS = "The sentences of the minutes are the demonstration's own; they are nobody's official text."


def add_meetings(shelf: Shelf) -> None:
    facts = content("meetings")
    printed = {code: side["printed"] for code, side in content("sides")["sides"].items()}
    minutes = content("minutes")["minutes"]
    sealed = {each["meeting"] for each in minutes if each.get("sealed")}
    for each in facts["meetings"]:
        _add_meeting(shelf, each, facts["places"].get(each.get("place"), []), printed, sealed)
    for each in minutes:
        _add_minutes(shelf, each, printed)


def _add_meeting(
    shelf: Shelf, facts: dict[str, Any], place: list[str], printed: dict[str, list[str]], sealed: set[str]
) -> None:
    day = known("date", facts["date"])
    code, kind, ordinal = facts.get("committee", "JR"), facts["kind"], facts.get("ordinal")
    starts_at = facts.get("starts_at")
    ends_at = starts_at + timedelta(minutes=facts["minutes"]) if starts_at and "minutes" in facts else None
    origin = sourced(facts)
    origin["source"] += f"\n{_OWN_WORDS}"
    reference = meeting_reference(code, day["date"], kind, ordinal, frozenset())
    # Those whose minutes are still to be sealed are closed afterwards.
    state = "held" if reference in sealed else facts.get("state", "closed")
    meeting = Meeting(
        committee=shelf["committee", code],
        reference=reference,
        kind=kind,
        ordinal=ordinal,
        format=facts.get("format", "in_person"),
        state=state,
        starts_at=starts_at,
        ends_at=ends_at,
        **day,
        **three("title", facts.get("title", [])),
        **three("place", place),
        **origin,
    )
    shelf.put("meeting", meeting.reference, meeting)
    shelf.put("minutes", meeting.reference, Minutes(meeting=meeting))
    mode = "online" if meeting.format == "video" else "in_person"
    for position, (person, office) in enumerate(facts.get("chairs", []), 1):
        _add_attendance(shelf, meeting, person, office, printed, position=position, role="co_chair", mode=mode)


def _add_attendance(
    shelf: Shelf, meeting: Meeting, person: str, office: str, printed: dict[str, list[str]], **facts: Any
) -> None:
    who, what = shelf["person", person], shelf["office", office]
    attendance = Attendance(
        meeting=meeting,
        person=who,
        side=who.side,
        office=what,
        **three("name", [who.full_name(code) for code in CODES]),
        **three("office_title", _office_as_printed(what, printed[who.side.code])),
        **facts,
    )
    shelf.put("attendance", f"{meeting.reference} {person}", attendance)


def _office_as_printed(office: Office, country: list[str]) -> list[str]:
    """“Minister of Economic Development of the Russian Federation”, ロシア連邦経済発展大臣: as papers print it."""
    english, japanese, russian = country
    return [
        f"{office.title_en} {english}",
        f"{japanese}{office.title_ja}",
        f"{office.title_ru} {russian}",
    ]


def _add_minutes(shelf: Shelf, facts: dict[str, Any], printed: dict[str, list[str]]) -> None:
    meeting, minutes = shelf["meeting", facts["meeting"]], shelf["minutes", facts["meeting"]]
    for position, each in enumerate(facts.get("attendance", []), 1):
        _add_attendance(
            shelf,
            meeting,
            each["person"],
            each["office"],
            printed,
            position=position,
            role=each["role"],
            mode=each.get("mode", "in_person"),
            read_by=shelf.find("person", each.get("read_by", "")),
            sent_apologies=each.get("sent_apologies", False),
        )
    for position, each in enumerate(facts["agenda"], 1):
        _add_agenda_item(shelf, meeting, position, each)
    for position, each in enumerate(facts["entries"], 1):
        _add_entry(shelf, minutes, position, each)


def _add_agenda_item(shelf: Shelf, meeting: Meeting, position: int, facts: dict[str, Any]) -> None:
    earlier = " ".join(str(part) for part in facts.get("carried_over_from", []))
    item = AgendaItem(
        meeting=meeting,
        position=position,
        exchange_year=shelf["exchange year", "JR"] if facts.get("exchange_year") else None,
        commitment=shelf.find("commitment", facts.get("commitment", "")),
        carried_over_from=shelf.find("agenda item", earlier),
        **three("title", facts["title"]),
    )
    shelf.put("agenda item", f"{meeting.reference} {position}", item)


def _add_entry(shelf: Shelf, minutes: Minutes, position: int, facts: dict[str, Any]) -> None:
    reference = minutes.meeting.reference
    entry = store(
        Entry(
            minutes=minutes,
            position=position,
            kind=facts["kind"],
            agenda_item=shelf["agenda item", f"{reference} {facts['agenda']}"],
            audience=facts["audience"],
            **three("text", facts["text"]),
        ),
        speakers=[shelf["attendance", f"{reference} {person}"] for person in facts.get("speakers", [])],
        event_changes=[shelf["event change", key] for key in facts.get("decides", [])],
    )
    for mention in facts.get("mentions", []):
        commitment = shelf["commitment", mention["commitment"]]
        store(Mention(entry=entry, commitment=commitment, kind=mention["kind"], **three("words", mention["words"])))

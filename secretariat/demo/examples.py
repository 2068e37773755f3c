"""What is no fact at all: meetings to come, and a committee that only the administrator sees."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from directory.models import Committee, Side
from meetings.models import AgendaItem, Meeting, Minutes
from meetings.naming import meeting_reference
from records.access import Classification
from secretariat.demo.reading import content, three
from secretariat.demo.shelf import Shelf, store

_SATURDAY = 5


def add_examples(shelf: Shelf, *, today: date) -> None:
    facts = content("examples")
    note = facts["note"]
    committee = shelf["committee", "JR"]
    add_example(committee, facts["preparatory"], today + timedelta(weeks=3), note=note)
    add_example(committee, facts["co_chairs"], today + timedelta(weeks=8), note=note, kind="co_chairs", state="draft")
    other = _add_example_committee(shelf, facts)
    add_example(other, facts["committee"]["meeting"], today + timedelta(weeks=4), note=note)


def add_example(
    committee: Committee,
    facts: dict[str, Any],
    earliest: date,
    *,
    note: str,
    kind: str = "working_level",
    state: str = "scheduled",
) -> Meeting:
    """One meeting by video, on the first working day from ``earliest`` on. A draft is for those with clearance."""
    day = _working_day(earliest)
    starts_at = datetime.combine(day, time(15), ZoneInfo(committee.own_side.time_zone))
    meeting = store(
        Meeting(
            committee=committee,
            reference=meeting_reference(committee.code, day, kind, None, frozenset()),
            kind=kind,
            format="video",
            state=state,
            date=day,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            classification=Classification.RESTRICTED if state == "draft" else Classification.OPEN,
            source=note,
            unverified=True,
            **three("title", facts["title"]),
        )
    )
    store(Minutes(meeting=meeting))
    for position, title in enumerate(facts["agenda"], 1):
        store(AgendaItem(meeting=meeting, position=position, **three("title", title)))
    return meeting


def _add_example_committee(shelf: Shelf, facts: dict[str, Any]) -> Committee:
    side = Side(
        code=facts["side"]["code"],
        time_zone=facts["side"]["time_zone"],
        language="en",
        name_order="given_first",
        **three("name", facts["side"]["name"]),
        **three("capital", facts["side"]["capital"]),
    )
    committee = Committee(
        code=facts["committee"]["code"],
        kind="committee",
        own_side=shelf["side", "JP"],
        other_side=shelf.put("side", side.code, side),
        source=facts["committee"]["note"],
        unverified=True,
        **three("name", facts["committee"]["name"]),
    )
    return shelf.put("committee", committee.code, committee)


def _working_day(day: date) -> date:
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return day

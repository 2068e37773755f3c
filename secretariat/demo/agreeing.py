"""Minutes on their way: through the verbs that the pages call, by the demonstration's own people.

What governments really did with these texts nobody knows here. So the real meetings only go the plain way, circulated,
accepted, sealed; returns, reservations and corrections are shown on meetings that were never held.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile

from directory.models import Side, User
from meetings import actions
from meetings.actions.reviewing import USUAL, note_opened
from meetings.exports.sealing import print_copies
from meetings.models import AgendaItem, Entry, Meeting, Minutes, ReviewLink, Revision, Verdict
from records.access import Audience
from records.languages import CODES
from records.uploads import check_upload
from secretariat.demo.examples import add_example
from secretariat.demo.reading import content, three
from secretariat.demo.shelf import Shelf, store


class Desk:
    """The demonstration's people at their work: one secretary, an approver of each side."""

    def __init__(self, shelf: Shelf) -> None:
        self.secretary: User = shelf["user", "secretary"]
        self.approvers: dict[str, User] = {"JP": shelf["user", "approver"], "RU": shelf["user", "delegate"]}

    def circulate(self, minutes: Minutes) -> Revision:
        minutes.refresh_from_db()
        return actions.circulate(minutes, by=self.secretary)

    def accept(self, revision: Revision, side: Side) -> None:
        actions.answer(revision, side, Verdict.ACCEPTED, by=self.approvers[side.code])

    def seal(self, minutes: Minutes) -> None:
        minutes.refresh_from_db()
        actions.seal(minutes, by=self.secretary, print_copies=print_copies)

    def amend(self, minutes: Minutes, facts: list[dict[str, Any]]) -> None:
        """Write the amended texts into the entries that have any."""
        for entry, each in zip(minutes.entries.all(), facts, strict=True):
            for code, text in zip(CODES, each.get("amended", []), strict=False):
                setattr(entry, f"text_{code}", text)
            actions.change_entry(entry, by=self.secretary, expected=entry.version)


def add_agreement(shelf: Shelf, *, today: date) -> None:
    desk = Desk(shelf)
    for facts in content("minutes")["minutes"]:
        if facts.get("sealed"):
            _seal_and_close(desk, shelf["minutes", facts["meeting"]])
    past = content("examples")["past"]
    _add_waiting(desk, _add_past(shelf, past, "waiting", today))
    _add_returned(desk, _add_past(shelf, past, "returned", today), past["returned"])
    _add_corrected(desk, _add_past(shelf, past, "corrected", today), past["corrected"])


def _seal_and_close(desk: Desk, minutes: Minutes) -> None:
    revision = desk.circulate(minutes)
    for side in minutes.meeting.committee.sides:
        desk.accept(revision, side)
    desk.seal(minutes)
    actions.move_meeting(Meeting.objects.get(pk=minutes.meeting_id), "closed", by=desk.secretary)


def _add_past(shelf: Shelf, past: dict[str, Any], key: str, today: date) -> Minutes:
    """An example that lies behind, held, with its minutes written."""
    facts = past[key]
    earliest = today - timedelta(weeks=facts["weeks_ago"])
    meeting = add_example(shelf["committee", "JR"], facts, earliest, note=past["note"], state="held")
    [item] = AgendaItem.objects.filter(meeting=meeting)
    for position, each in enumerate(facts["entries"], 1):
        store(
            Entry(
                minutes=meeting.minutes,
                position=position,
                kind=each["kind"],
                agenda_item=item,
                audience=each["audience"],
                **three("text", each["text"]),
            )
        )
    return meeting.minutes


def _add_waiting(desk: Desk, minutes: Minutes) -> None:
    desk.accept(desk.circulate(minutes), minutes.meeting.committee.own_side)


def _add_returned(desk: Desk, minutes: Minutes, facts: dict[str, Any]) -> None:
    """The own side's acceptance is void with the first text; of the second, the other side's alone is there."""
    own, other = minutes.meeting.committee.sides
    first = desk.circulate(minutes)
    desk.accept(first, own)
    link = ReviewLink(revision=first, side=other, delegate=facts["delegate"], language=other.language)
    link, _key = actions.make_review_link(link, days=USUAL, by=desk.secretary)
    note_opened(link)
    comments = {str(minutes.entries.all()[0].key): facts["comment"]}
    actions.answer_by_link(link, Verdict.RETURNED, text=facts["returned"], comments=comments)
    minutes.refresh_from_db()
    actions.take_back(minutes, by=desk.secretary, reason=facts["reason"])
    desk.amend(minutes, facts["entries"])
    desk.accept(desk.circulate(minutes), other)


def _add_corrected(desk: Desk, minutes: Minutes, facts: dict[str, Any]) -> None:
    """Agreed on paper by the other side, sealed; then a slip is found, and it all begins again."""
    own, other = minutes.meeting.committee.sides
    first = desk.circulate(minutes)
    desk.accept(first, own)
    letter = actions.attach_document(
        minutes.meeting,
        check_upload(ContentFile(facts["note_text"].encode(), name="note-verbale-example.txt")),
        by=desk.secretary,
        kind="note_verbale",
        title=facts["note_title"],
        audience=Audience.SHARED,
    )
    actions.answer(
        first, other, Verdict.ACCEPTED, by=desk.secretary, document=letter, spoken_by="Example embassy (invented)"
    )
    desk.seal(minutes)
    minutes.refresh_from_db()
    actions.open_corrigendum(minutes, by=desk.secretary, reason=facts["reason"])
    desk.amend(minutes, facts["entries"])
    second = desk.circulate(minutes)
    for side in (own, other):
        desk.accept(second, side)
    desk.seal(minutes)

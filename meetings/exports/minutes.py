"""The minutes of one meeting on paper: what ``templates/typst/minutes.typ`` prints, and the PDF it makes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from meetings.exports import labels
from meetings.exports.editions import Languages, entries_in, mentions_in, permit_edition
from meetings.exports.labels import in_each, sentence
from meetings.models import (
    AgendaItem,
    Attendance,
    Entry,
    EntryKind,
    Meeting,
    MeetingState,
    Minutes,
    MinutesState,
    Revision,
)
from records.access import Audience, Edition
from records.exports.typst import Document, compile_pdf
from records.languages import pick


def minutes_document(minutes: Minutes, *, edition: Edition, languages: Languages, user: Any) -> Document:
    """The PDF of one edition, in one language or in two columns.

    Dated when the last thing printed in it was changed, so that the same minutes give the same bytes. Raises
    ``PermissionDenied`` for an edition that ``user`` may not hold, and ``typst.CompileError``.
    """
    paper = Paper(minutes, edition, languages, user)
    return compile_pdf("minutes", paper.data(), timestamp=paper.changed_at)


def minutes_data(minutes: Minutes, *, edition: Edition, languages: Languages, user: Any) -> dict[str, Any]:
    """The same as the template takes it; its head describes each key."""
    return Paper(minutes, edition, languages, user).data()


class Paper:
    """One edition, read from the database once. What it leaves out is never read, so it can be nowhere on it."""

    def __init__(self, minutes: Minutes, edition: Edition, languages: Languages, user: Any) -> None:
        self.minutes = minutes
        self.meeting: Meeting = minutes.meeting
        self.edition = edition
        self.languages = languages
        permit_edition(user, edition, self.meeting.committee)
        self.attendances = list(
            Attendance.objects.visible_to(user)
            .filter(meeting=self.meeting)
            .select_related("read_by__side")
            .order_by("position", "pk")
        )
        self.entries = list(
            entries_in(edition, user)
            .filter(minutes=minutes)
            .order_by("position", "pk")
            .prefetch_related("speakers", Prefetch("mentions", mentions_in(edition, user).select_related("commitment")))
        )
        self.agenda = self._agenda(user)
        self.revision = self._revision()

    @property
    def changed_at(self) -> datetime:
        """When anything printed here was last changed. What is left out does not count: it must leave no trace."""
        printed = [self.meeting, self.minutes, *self.attendances, *self.agenda, *self.entries]
        mentions = [mention for entry in self.entries for mention in entry.mentions.all()]
        return max(record.updated_at for record in [*printed, *mentions])

    def data(self) -> dict[str, Any]:
        meeting, each = self.meeting, self._each
        return {
            "languages": list(self.languages),
            "edition": str(self.edition),
            "labels": labels.of_the_form(self.languages),
            "letterhead": {
                "organisation": each(labels.organisation),
                "committee": each(lambda language: pick(meeting.committee, "name", language)),
            },
            "title": each(lambda language: labels.title(meeting, language)),
            "subtitle": each(lambda language: labels.subtitle(meeting, language)),
            "reference": meeting.reference,
            "edition_label": each(lambda language: sentence(self.edition.label)),
            "state_label": each(lambda language: labels.state(self.minutes, self.changed_at, language)),
            "facts": [{"label": each(label), "value": each(value)} for label, value in self._facts()],
            "sides": [self._side(side) for side in meeting.committee.sides],
            "agenda": [
                {
                    "number": number,
                    "title": each(lambda language, item=item: labels.marked(item, "title", language)),
                }
                for number, item in enumerate(self.agenda, start=1)
            ],
            "entries": [self._entry(number, entry) for number, entry in enumerate(self.entries, start=1)],
            "agreements": [
                {"number": number, "text": self._text(entry), "commitment": references(entry) or None}
                for number, entry in enumerate(self.entries, start=1)
                if entry.kind == EntryKind.AGREEMENT
            ],
            "footer": {
                "hash": self.revision.digest if self.revision else None,
                "note": self._note(),
            },
        }

    def _note(self) -> labels.Text | None:
        """What a reader must know before the first word."""
        if self.revision is not None and self.revision.corrects is not None:
            number = self.revision.corrects.number
            return self._each(lambda language: _("Corrigendum to revision %(number)s.") % {"number": number})
        if self.meeting.unverified:
            return self._each(lambda language: _("Not verified in a source."))
        return None

    def _each(self, make: Callable[..., Any]) -> labels.Text:
        return in_each(self.languages, make)

    def _agenda(self, user: Any) -> list[AgendaItem]:
        """Both sides know the whole agenda. Everybody else learns only of the items that something is printed under."""
        items = AgendaItem.objects.visible_to(user).filter(meeting=self.meeting).order_by("position", "pk")
        if self.edition == Edition.PUBLIC:
            items = items.filter(pk__in={entry.agenda_item_id for entry in self.entries})
        return list(items)

    def _revision(self) -> Revision | None:
        """The revision that these pages print. Every edition proves the same hash, see ``meetings.revisions``."""
        if self.minutes.state == MinutesState.DRAFT:
            return None
        return Revision.objects.filter(minutes=self.minutes).order_by("-number").first()

    def _facts(self) -> list[tuple[Callable[[str], Any], Callable[[str], Any]]]:
        """What the meeting was: a label and its value, line by line."""
        meeting = self.meeting
        facts: list[tuple[Callable[[str], Any], Callable[[str], Any]]] = [
            (lambda language: _("Date"), lambda language: labels.full_day(meeting, language))
        ]
        if meeting.starts_at is not None:
            facts.append((lambda language: _("Time"), lambda language: labels.both_clocks(meeting, language)))
        if meeting.state in (MeetingState.POSTPONED, MeetingState.CANCELLED):
            facts.append((lambda language: _("State"), lambda language: sentence(meeting.get_state_display())))
        facts.append((lambda language: _("Format"), lambda language: sentence(meeting.get_format_display())))
        if pick(meeting, "place"):
            facts.append((lambda language: _("Place"), lambda language: pick(meeting, "place", language)))
        if self.minutes.state in (MinutesState.AGREED, MinutesState.SEALED):
            facts.append((lambda language: _("Standing of this text"), self._standing))
        if self.edition == Edition.INTERNAL:
            facts.append(
                (lambda language: _("Classification"), lambda language: sentence(meeting.get_classification_display()))
            )
        return facts

    def _standing(self, language: str) -> str:
        return sentence(getattr(self.minutes, f"get_standing_{language}_display")())

    def _side(self, side: Any) -> dict[str, Any]:
        people = [attendance for attendance in self.attendances if attendance.side_id == side.pk]
        return {
            "name": self._each(lambda language: pick(side, "name", language)),
            "people": [self._person(each) for each in people if not each.sent_apologies],
            "apologies": [self._person(each) for each in people if each.sent_apologies],
        }

    def _person(self, attendance: Attendance) -> dict[str, Any]:
        names = {each.person_id: each for each in self.attendances}
        mode = self._each(lambda language: labels.manner(attendance, self.meeting, names, language))
        return {
            **self._name(attendance),
            "role": self._each(lambda language: sentence(attendance.get_role_display())),
            "mode": {language: sentence(text) for language, text in mode.items()} if any(mode.values()) else None,
        }

    def _name(self, attendance: Attendance) -> dict[str, labels.Text]:
        """A person as printed that day; a name or an office is shown in another script rather than left out."""
        return {
            "name": self._each(lambda language: pick(attendance, "name", language)),
            "office": self._each(lambda language: pick(attendance, "office_title", language)),
        }

    def _entry(self, number: int, entry: Entry) -> dict[str, Any]:
        numbers = {item.pk: place for place, item in enumerate(self.agenda, start=1)}
        audience = Audience(entry.audience)
        return {
            "number": number,
            "kind": entry.kind,
            "kind_label": self._each(lambda language: sentence(entry.get_kind_display())),
            "agenda_number": numbers.get(entry.agenda_item_id or 0),
            "speakers": [self._name(speaker) for speaker in entry.speakers.all()],
            "text": self._text(entry),
            "audience_label": self._each(lambda language: sentence(audience.label))
            if self.edition == Edition.INTERNAL
            else None,
        }

    def _text(self, entry: Entry) -> labels.Text:
        """Only what is there in each language: the template says where it is missing."""
        return {language: getattr(entry, f"text_{language}") for language in self.languages}


def references(entry: Entry) -> str:
    """The commitments an entry mentions, as far as they were fetched with it: each once, each on its line."""
    return ",\n".join(dict.fromkeys(mention.commitment.reference for mention in entry.mentions.all()))

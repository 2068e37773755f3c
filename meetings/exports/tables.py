"""Minutes and the meetings list as CSV: the columns, and the queries that feed them.

Rows come a thousand at a time, and what belongs to them in one query a kind, so neither the size of an export nor the
number of speakers changes how much memory it takes. Everything is read from one snapshot of the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import count, islice
from typing import Any, NamedTuple, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from directory.models import Committee, Side
from meetings.exports.editions import Languages, entries_in, mentions_in
from meetings.exports.labels import sentence, zoned
from meetings.models import (
    Attendance,
    Entry,
    EntryKind,
    Meeting,
    MeetingFormat,
    MeetingKind,
    MeetingState,
    Minutes,
)
from meetings.models.meetings import MeetingQuerySet
from records.access import Audience, Edition
from records.dates import Precision, clock, written
from records.engine import snapshot
from records.exports.csv import Column, stream_csv
from records.languages import CODES, FALLBACKS, NAMES, columns, pick

MEETINGS_AT_ONCE = 200
ENTRIES_AT_ONCE = 1000

Thing = TypeVar("Thing")


class MeetingFacts(NamedTuple):
    """What each row of one meeting repeats."""

    reference: str
    date: str
    own_time: str
    other_time: str


class Passage(NamedTuple):
    """One row: an entry as its edition numbers it, with everything in words."""

    meeting: MeetingFacts
    number: int
    kind: str
    speakers: str
    offices: str
    sides: str
    text: dict[str, str]
    audience: str
    commitments: str


class Spoken(NamedTuple):
    """Somebody who may be a speaker, as printed that day."""

    name: str
    office: str
    side: str


def entry_columns(languages: Languages) -> list[Column[Passage]]:
    """The columns of the minutes. All texts are there, those in the languages asked for first."""
    ordered = dict.fromkeys([*languages, *CODES])
    return [
        Column(_("Meeting"), lambda row: row.meeting.reference),
        Column(_("Date"), lambda row: row.meeting.date),
        Column(_("Time at the own side"), lambda row: row.meeting.own_time),
        Column(_("Time at the other side"), lambda row: row.meeting.other_time),
        Column(_("Number"), lambda row: row.number),
        Column(_("Kind"), lambda row: row.kind),
        Column(_("Speaker"), lambda row: row.speakers),
        Column(_("Office"), lambda row: row.offices),
        Column(_("Side"), lambda row: row.sides),
        *(_text_column(code) for code in ordered),
        Column(_("Audience"), lambda row: row.audience),
        Column(_("Commitment"), lambda row: row.commitments),
    ]


def _text_column(code: str) -> Column[Passage]:
    return Column(_("Text (%(language)s)") % {"language": NAMES[code]}, lambda row: row.text[code])


def minutes_csv(minutes: Minutes, *, edition: Edition, languages: Languages, user: Any) -> Iterator[bytes]:
    """One edition of the minutes, one row per entry."""
    return entries_csv(Meeting.objects.filter(minutes=minutes), edition=edition, languages=languages, user=user)


def entries_csv(meetings: MeetingQuerySet, *, edition: Edition, languages: Languages, user: Any) -> Iterator[bytes]:
    """The entries of ``meetings``, in the order of ``meetings``, numbered within each.

    Of each committee, ``user`` gets what they may read of it. Words are in the first of ``languages``.
    """
    with override(languages[0]):
        return stream_csv(entry_columns(languages), _Passages(meetings, edition, languages[0], user).rows())


class _Passages:
    def __init__(self, meetings: MeetingQuerySet, edition: Edition, language: str, user: Any) -> None:
        self.meetings = meetings
        self.edition = edition
        self.language = language
        self.user = user
        self.kinds = {kind.value: sentence(kind.label) for kind in EntryKind}
        self.audiences = {audience.value: sentence(audience.label) for audience in Audience}

    def rows(self) -> Iterator[Passage]:
        with snapshot():
            self.committees = {each.pk: each for each in Committee.objects.select_related("own_side", "other_side")}
            self.sides = {side.pk: pick(side, "name", self.language) for side in Side.objects.all()}
            ordered = self.meetings.order_by(*self._order(), "pk").values_list("pk", flat=True)
            for some in _by(MEETINGS_AT_ONCE, ordered):
                yield from self._of_meetings(some)

    def _of_meetings(self, meetings: list[int]) -> Iterator[Passage]:
        facts = self._facts(meetings)
        people = self._people(meetings)
        numbers: dict[int, Iterator[int]] = defaultdict(lambda: count(1))
        entries = (
            entries_in(self.edition, self.user)
            .filter(minutes__meeting__in=meetings)
            .order_by(*_through("minutes__meeting__", self._order()), "minutes__meeting_id", "position", "pk")
            .values_list("pk", "minutes__meeting_id", "kind", "audience", *columns("text"))
        )
        for some in _by(ENTRIES_AT_ONCE, entries.iterator(chunk_size=ENTRIES_AT_ONCE)):
            keys = [entry[0] for entry in some]
            speakers = self._speakers(keys)
            commitments = self._commitments(keys)
            for key, meeting, kind, audience, *texts in some:
                spoken = [people[each] for each in speakers.get(key, ()) if each in people]
                yield Passage(
                    facts[meeting],
                    next(numbers[meeting]),
                    self.kinds[kind],
                    "; ".join([each.name for each in spoken]),
                    "; ".join([each.office for each in spoken]),
                    "; ".join([each.side for each in spoken]),
                    dict(zip(CODES, texts, strict=True)),
                    self.audiences[audience],
                    "; ".join(dict.fromkeys(commitments.get(key, ()))),
                )

    def _order(self) -> list[str]:
        return [str(term) for term in self.meetings.query.order_by or Meeting._meta.ordering or ()]

    def _facts(self, meetings: list[int]) -> dict[int, MeetingFacts]:
        found = Meeting.objects.filter(pk__in=meetings).values_list(
            "pk", "reference", "date", "date_precision", "starts_at", "ends_at", "committee_id"
        )
        return {
            key: MeetingFacts(
                reference,
                iso_day(day, precision, self.language),
                *(local_time(starts_at, ends_at, side) for side in self.committees[committee].sides),
            )
            for key, reference, day, precision, starts_at, ends_at, committee in found
        }

    def _people(self, meetings: list[int]) -> dict[int, Spoken]:
        by_preference = [*columns_in_order("name", self.language), *columns_in_order("office_title", self.language)]
        found = (
            Attendance.objects.visible_to(self.user)
            .filter(meeting__in=meetings)
            .values_list("pk", "side_id", *by_preference)
        )
        return {
            key: Spoken(next(filter(None, names[:3]), ""), next(filter(None, names[3:]), ""), self.sides[side])
            for key, side, *names in found
        }

    def _speakers(self, entries: list[int]) -> dict[int, list[int]]:
        spoken = Entry.speakers.through.objects.filter(entry__in=entries)
        order = ("attendance__position", "attendance_id")
        return _gathered(spoken.order_by("entry_id", *order).values_list("entry_id", "attendance_id"))

    def _commitments(self, entries: list[int]) -> dict[int, list[str]]:
        mentions = mentions_in(self.edition, self.user).filter(entry__in=entries)
        return _gathered(mentions.values_list("entry_id", "commitment__reference"))


def meetings_csv(meetings: MeetingQuerySet, *, language: str) -> Iterator[bytes]:
    """``meetings`` as the list shows them, in its order; words in ``language``."""
    with override(language):
        kinds, formats, states = (
            {each.value: sentence(each.label) for each in choices}
            for choices in (MeetingKind, MeetingFormat, MeetingState)
        )
        table: list[Column[Meeting]] = [
            Column(_("Reference"), lambda meeting: meeting.reference),
            Column(_("Title"), lambda meeting: meeting.heading(language)),
            Column(_("Committee"), lambda meeting: pick(meeting.committee, "name", language)),
            Column(_("Kind"), lambda meeting: kinds[meeting.kind]),
            Column(_("Format"), lambda meeting: formats[meeting.format]),
            Column(_("State"), lambda meeting: states[meeting.state]),
            Column(_("Date"), lambda meeting: iso_day(meeting.date, meeting.date_precision, language)),
            Column(_("Time at the own side"), lambda meeting: _local_time(meeting, 0)),
            Column(_("Time at the other side"), lambda meeting: _local_time(meeting, 1)),
            Column(_("Place"), lambda meeting: pick(meeting, "place", language)),
        ]
        return stream_csv(table, _all(meetings.with_details()))


def iso_day(value: date, precision: str, language: str) -> str:
    """The day by ISO 8601, no more exactly than it is known; a season, which that standard lacks, in words."""
    if precision == Precision.SEASON:
        return written(value, precision, language)
    return value.isoformat()[: {Precision.YEAR: 4, Precision.MONTH: 7}.get(Precision(precision), 10)]


def local_time(starts_at: datetime | None, ends_at: datetime | None, side: Side) -> str:
    """2020-12-21 15:00–15:50 JST (UTC+9)"""
    if starts_at is None:
        return ""
    local = clock(starts_at, ends_at, side.time_zone)
    return f"{local.day} {zoned(local)}"


def columns_in_order(name: str, language: str) -> list[str]:
    """The three columns of a text, the wanted language first."""
    return [f"{name}_{code}" for code in FALLBACKS[language]]


def _local_time(meeting: Meeting, side: int) -> str:
    return local_time(meeting.starts_at, meeting.ends_at, meeting.committee.sides[side])


def _all(meetings: QuerySet[Meeting]) -> Iterator[Meeting]:
    with snapshot():
        yield from meetings.iterator(chunk_size=500)


def _through(path: str, order: Sequence[str]) -> list[str]:
    """The same order, seen from the other end of ``path``."""
    return [f"-{path}{term[1:]}" if term.startswith("-") else f"{path}{term}" for term in order]


def _gathered(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    lists: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        lists[key].append(value)
    return lists


def _by(size: int, things: Iterable[Thing]) -> Iterator[list[Thing]]:
    iterator = iter(things)
    while some := list(islice(iterator, size)):
        yield some

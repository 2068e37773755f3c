"""Minutes and the meetings list as CSV: the columns, and the queries that feed them.

Rows are never all in memory, however many they are: some minutes at a time, and of those the entries, their speakers
and their commitments in one query each, read side by side. All queries see one snapshot of the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar, cast

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from directory.models import Committee, Side
from meetings.exports.editions import Languages, entries_in, mentions_in
from meetings.exports.labels import sentence, zoned
from meetings.models import (
    Entry,
    EntryKind,
    Meeting,
    MeetingFormat,
    MeetingKind,
    MeetingState,
    Minutes,
    MinutesState,
)
from meetings.models.meetings import MeetingQuerySet
from meetings.standing import Step, waits_of_row, with_turn
from records.access import Audience, Edition
from records.dates import Precision, clock, written
from records.engine import snapshot
from records.exports.csv import Column, stream_csv
from records.languages import CODES, FALLBACKS, NAMES, columns, pick

ENTRIES_AT_ONCE = 2000

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
    texts: list[str]  # in the order of CODES
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
    place = CODES.index(code)
    return Column(_("Text (%(language)s)") % {"language": NAMES[code]}, lambda row: row.texts[place])


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
            for minutes in self._batches():
                yield from self._of(minutes)

    def _batches(self) -> Iterator[list[int]]:
        """The minutes in the order of the meetings: as many at a time as have two thousand entries or so together."""
        order = self.meetings.query.order_by or Meeting._meta.ordering or ()
        sizes = self.meetings.order_by(*order, "pk").values_list("minutes", Count("minutes__entries"))
        batch: list[int] = []
        total = 0
        for minutes, size in sizes:
            if batch and total + size > ENTRIES_AT_ONCE:
                yield batch
                batch, total = [], 0
            batch.append(minutes)
            total += size
        if batch:
            yield batch

    def _of(self, minutes: list[int]) -> Iterator[Passage]:
        entries = entries_in(self.edition, self.user).filter(minutes__in=minutes)
        facts = self._facts(minutes)
        speakers = Beside(self._speakers(entries, minutes))
        commitments = Beside(self._commitments(minutes))
        number, numbered = 0, 0
        for of, key, kind, audience, *texts in self._entries(entries, minutes):
            number = number + 1 if of == numbered else 1
            numbered = of
            spoken = speakers.of(key)
            yield Passage(
                facts[of],
                number,
                self.kinds[kind],
                "; ".join([each.name for each in spoken]),
                "; ".join([each.office for each in spoken]),
                "; ".join([each.side for each in spoken]),
                texts,
                self.audiences[audience],
                "; ".join(dict.fromkeys(commitments.of(key))),
            )

    def _entries(self, entries: QuerySet[Entry], minutes: list[int]) -> Iterator[tuple[Any, ...]]:
        in_order = entries.order_by("minutes_id", "position", "pk")
        return _streamed(in_order.values_list("minutes_id", "pk", "kind", "audience", *columns("text")), minutes)

    def _speakers(self, entries: QuerySet[Entry], minutes: list[int]) -> Iterator[tuple[int, Spoken]]:
        """Each speaker of each entry, as printed that day."""
        codes = FALLBACKS[self.language]
        spoken = entries.filter(speakers__isnull=False).order_by(
            "minutes_id", "position", "pk", "speakers__position", "speakers__pk"
        )
        texts = [f"speakers__{name}_{code}" for name in ("name", "office_title") for code in codes]
        for _of, key, side, *found in _streamed(
            spoken.values_list("minutes_id", "pk", "speakers__side_id", *texts), minutes
        ):
            yield key, Spoken(next(filter(None, found[:3]), ""), next(filter(None, found[3:]), ""), self.sides[side])

    def _commitments(self, minutes: list[int]) -> Iterator[tuple[int, str]]:
        mentions = mentions_in(self.edition, self.user).filter(entry__minutes__in=minutes)
        in_order = mentions.order_by("entry__minutes_id", "entry__position", "entry__pk", "commitment__reference", "pk")
        found = _streamed(in_order.values_list("entry__minutes_id", "entry_id", "commitment__reference"), minutes)
        return ((key, reference) for _of, key, reference in found)

    def _facts(self, minutes: list[int]) -> dict[int, MeetingFacts]:
        found = Meeting.objects.filter(minutes__in=minutes).values_list(
            "minutes", "reference", "date", "date_precision", "starts_at", "ends_at", "committee_id"
        )
        return {
            key: MeetingFacts(
                reference,
                iso_day(day, precision, self.language),
                *(local_time(starts_at, ends_at, side) for side in self.committees[committee].sides),
            )
            for key, reference, day, precision, starts_at, ends_at, committee in found
        }


class Beside(Generic[Thing]):
    """Pairs of a key and a value, read beside the rows they belong to: both come in the order of the rows.

    So several ordered queries are read as one, and none of them is ever in memory as a whole.
    """

    def __init__(self, pairs: Iterable[tuple[int, Thing]]) -> None:
        self._pairs = iter(pairs)
        self._next = next(self._pairs, None)

    def of(self, key: int) -> list[Thing]:
        """The values of the row ``key``. To be asked for each row, in order."""
        values = []
        while self._next is not None and self._next[0] == key:
            values.append(self._next[1])
            self._next = next(self._pairs, None)
        return values


def meetings_csv(meetings: MeetingQuerySet, *, language: str) -> Iterator[bytes]:
    """``meetings`` as the list shows them, in its order; words in ``language``."""
    with override(language):
        kinds, formats, states, minutes = (
            {each.value: sentence(each.label) for each in choices}
            for choices in (MeetingKind, MeetingFormat, MeetingState, MinutesState)
        )
        minutes[""] = ""
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
            Column(_("Minutes"), lambda meeting: minutes[_minutes_state(meeting)]),
            Column(_("Whose turn"), lambda meeting: _turn(meeting, language)),
        ]
        return stream_csv(table, _all(with_turn(meetings.with_details())))


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


def _local_time(meeting: Meeting, side: int) -> str:
    return local_time(meeting.starts_at, meeting.ends_at, meeting.committee.sides[side])


def _minutes_state(meeting: Meeting) -> str:
    """Where the minutes stand, as the list shows it: of a meeting that was not held there is nothing to say yet."""
    state = cast(Any, meeting).minutes_state
    is_awaited = waits_of_row(meeting).step == Step.WRITE
    return str(state) if state != MinutesState.DRAFT or is_awaited else ""


def _turn(meeting: Meeting, language: str) -> str:
    waits = waits_of_row(meeting)
    with override(language):
        return str(waits) if waits.is_on_its_way else ""


def _all(meetings: QuerySet[Meeting]) -> Iterator[Meeting]:
    with snapshot():
        yield from meetings.iterator(chunk_size=500)


def _streamed(query: QuerySet[Any, tuple[Any, ...]], minutes: list[int]) -> Iterator[tuple[Any, ...]]:
    """Rows that begin with the key of their minutes and are ordered by it, in the order of ``minutes`` instead.

    The database has an index for its own order and none for ours. Rows of several minutes are few enough to be sorted
    here; those of one alone may be any number.
    """
    if len(minutes) == 1:
        return query.iterator(chunk_size=ENTRIES_AT_ONCE)
    place = {key: number for number, key in enumerate(minutes)}
    return iter(sorted(query, key=lambda row: place[row[0]]))

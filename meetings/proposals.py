"""What the next meeting of a committee will most likely be. Proposed and explained; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Committee
from meetings.actions import local_instant
from meetings.models import Meeting, MeetingFormat, MeetingState
from records.dates import Precision, weekday, written
from records.languages import columns
from records.workflow import Refused

#: The next meeting is called from one that is over, one way or the other.
OVER = frozenset({MeetingState.HELD, MeetingState.CLOSED, MeetingState.CANCELLED})
#: So much time at least is left to invite people and to prepare the papers.
LEAD = timedelta(weeks=4)

_LOOKED_AT = 60
_GAPS_LOOKED_AT = 3
_DAYS_A_MONTH = 30.44


class Proposal(NamedTuple):
    """A meeting as it will most likely be, not stored; why it is on that day and at that place; what to know first."""

    meeting: Meeting
    reasons: list[str]
    later: list[Meeting]  # of the same kind, after the one that this began from: called or held already

    @property
    def initial(self) -> dict[str, Any]:
        """The facts as the form for a meeting takes them, times on the own side's clock."""
        meeting = self.meeting
        zone = ZoneInfo(meeting.committee.own_side.time_zone)
        times = {
            name: instant.astimezone(zone).time()
            for name, instant in (("start_time", meeting.starts_at), ("end_time", meeting.ends_at))
            if instant is not None
        }
        names = ("kind", "ordinal", "format", "date", "date_precision", "classification", *columns("place"))
        return {
            **{name: getattr(meeting, name) for name in names},
            **times,
            "clock": meeting.committee.own_side_id,
        }


def recent_meetings(committee: Committee, user: Any) -> list[Meeting]:
    """The committee's meetings that the person may read, the latest first, each with the state of its minutes."""
    meetings = Meeting.objects.visible_to(user).filter(committee=committee).select_related("minutes")
    found = list(meetings.order_by("-date", "-pk")[:_LOOKED_AT])
    for meeting in found:
        meeting.committee = committee  # read already, with its sides
    return found


def last_meeting(meeting: Meeting, recent: Iterable[Meeting]) -> Meeting | None:
    """The meeting before this one that is over: the latest of its kind, or of any where there is none."""
    return _latest(meeting, recent, OVER)


def last_minuted(meeting: Meeting, recent: Iterable[Meeting]) -> Meeting | None:
    """The latest meeting up to this one that took place, so that its minutes can be approved."""
    held = OVER - {MeetingState.CANCELLED}
    return meeting if meeting.state in held else _latest(meeting, recent, held)


def propose(last: Meeting, recent: list[Meeting], *, on: date) -> Proposal:
    """The meeting that follows ``last``, as seen on the day ``on``."""
    alike = [each for each in recent if each.kind == last.kind and each.state != MeetingState.CANCELLED]
    past = [each for each in alike if each.date <= last.date]
    taken = {each.date for each in recent if each.state != MeetingState.CANCELLED}
    day, why = _day(last, past, taken, on)
    place, why_place = _place(last, past)
    meeting = Meeting(
        committee=last.committee,
        kind=last.kind,
        ordinal=_ordinal(last, alike),
        format=last.format,
        date=day,
        classification=last.classification,
        **place,
    )
    _set_usual_hour(meeting, [last, *past])
    return Proposal(meeting, [*why, *why_place], [each for each in reversed(alike) if each.date > last.date])


def _latest(meeting: Meeting, recent: Iterable[Meeting], states: frozenset[MeetingState]) -> Meeting | None:
    before = [e for e in recent if e.pk != meeting.pk and e.date <= meeting.date and e.state in states]
    return next((each for each in before if each.kind == meeting.kind), next(iter(before), None))


def _ordinal(last: Meeting, alike: list[Meeting]) -> int | None:
    """The next number where meetings of this kind are counted. A cancelled meeting leaves its number free."""
    if last.ordinal is None:
        return None
    numbers = [each.ordinal for each in alike if each.ordinal is not None]
    return max(numbers) + 1 if numbers else last.ordinal


def _day(last: Meeting, past: list[Meeting], taken: set[date], on: date) -> tuple[date, list[str]]:
    """The weekday of the last meeting, the usual interval later, and not sooner than people can be invited."""
    exact = [each.date for each in past if each.date_precision == Precision.DAY]
    gaps = [(later - earlier).days for later, earlier in pairwise(exact) if later > earlier]
    gaps = gaps[:_GAPS_LOOKED_AT]
    usual = last.date + timedelta(days=round(median(gaps))) if gaps and last.state != MeetingState.CANCELLED else None
    soonest = on + LEAD
    is_usual = usual is not None and usual >= soonest
    day = _nearest(usual if is_usual and usual else soonest, last.date.weekday() if exact else soonest.weekday())
    while day < soonest or day in taken:
        day += timedelta(weeks=1)
    reasons = [_("Proposed: %(weekday)s, %(date)s.") % {"weekday": weekday(day), "date": written(day)}]
    if is_usual:
        reasons.append(_("It is the weekday of the last meeting, about %(interval)s later as usual.") % _interval(gaps))
        return day, reasons
    if exact:
        reasons.append(_("It is the weekday of the last meeting, with four weeks or a little more to prepare."))
    else:
        reasons.append(_("It leaves four weeks or a little more to prepare."))
    if usual is not None:
        reasons.append(_("The usual interval of about %(interval)s has passed.") % _interval(gaps))
    return day, reasons


def _nearest(day: date, wanted: int) -> date:
    return day + timedelta(days=(wanted - day.weekday() + 3) % 7 - 3)


def _interval(gaps: list[int]) -> dict[str, str]:
    days = median(gaps)
    if days < 2 * _DAYS_A_MONTH:
        count = max(1, round(days / 7))
        words = ngettext("%(count)s week", "%(count)s weeks", count)
    else:
        count = round(days / _DAYS_A_MONTH)
        words = ngettext("%(count)s month", "%(count)s months", count)
    return {"interval": words % {"count": count}}


def _place(last: Meeting, past: list[Meeting]) -> tuple[dict[str, str], list[str]]:
    """Where people meet in person the sides host in turn: the place is that of the meeting before."""
    here = _where(last)
    if last.format not in (MeetingFormat.IN_PERSON, MeetingFormat.HYBRID) or not any(here.values()):
        return here, []
    before = next((_where(each) for each in past if each.date < last.date and any(_where(each).values())), here)
    if before == here:
        return here, []
    return before, [_("The sides host in turn, so the place is that of the meeting before the last.")]


def _where(meeting: Meeting) -> dict[str, str]:
    return {column: getattr(meeting, column) for column in columns("place")}


def _set_usual_hour(meeting: Meeting, known: list[Meeting]) -> None:
    """The hour of the latest meeting of which it is known, on the own side's clock, and as long as that one."""
    example = next((each for each in known if each.starts_at is not None), None)
    if example is None or example.starts_at is None:
        return
    zone = meeting.committee.own_side.time_zone
    try:
        hour = example.starts_at.astimezone(ZoneInfo(zone)).time()
        meeting.starts_at = local_instant(meeting.date, hour, zone)
    except Refused:
        return  # the clocks are put forward at that hour
    if example.ends_at is not None:
        meeting.ends_at = meeting.starts_at + (example.ends_at - example.starts_at)

"""Meetings as iCalendar (RFC 5545): one as an invitation, a person's as a feed.

A meeting is told from every other by its UID, which never changes – its reference does, while it is a draft – and each
change raises its SEQUENCE, so that calendars replace what they have. What is not known is not invented: a day without
an hour is a whole day; a month, a season or a year is a span of exactly that, marked as free, with the precision in
words. A calendar is often kept by others: of a classified meeting it learns when it is, and its reference. The same
records give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event, Timezone, vCalAddress

from meetings.exports import labels
from meetings.models import AgendaItem, Meeting, MeetingFormat, MeetingState
from records.access import Classification
from records.dates import Precision, written
from records.languages import pick

CONTENT_TYPE = "text/calendar; charset=utf-8"
PUBLISH, CANCEL = "PUBLISH", "CANCEL"

_PRODUCT = "-//Secretariat//Meetings//EN"
_STATUS = {
    MeetingState.DRAFT: "TENTATIVE",
    MeetingState.SCHEDULED: "CONFIRMED",
    MeetingState.POSTPONED: "TENTATIVE",
    MeetingState.HELD: "CONFIRMED",
    MeetingState.CLOSED: "CONFIRMED",
    MeetingState.CANCELLED: "CANCELLED",
}
_CLASS = {Classification.RESTRICTED: "PRIVATE", Classification.CONFIDENTIAL: "CONFIDENTIAL"}
#: No address to answer to: the secretariat is asked by other ways. Calendars know this one as "none".
_NO_ADDRESS = "invalid:nomail"
#: How often a subscribed calendar asks again, unless it has its own mind.
_ASK_AGAIN = timedelta(hours=1)


def invitation(
    meeting: Meeting, language: str, method: str = PUBLISH, *, agenda: Sequence[AgendaItem] | None = None
) -> bytes:
    """One meeting as a file to put into a calendar, in ``language``; with ``CANCEL`` one to take it out again.

    For whoever may read the meeting: the agenda is in it, read from the meeting unless it is given.
    """
    items = list(meeting.agenda_items.all()) if agenda is None else agenda
    with override(language):
        event = _event(meeting, items, language)
        organiser = vCalAddress(_NO_ADDRESS)
        organiser.params["CN"] = labels.organisation(language)
        event.add("organizer", organiser)
        if method == CANCEL:
            event["STATUS"] = "CANCELLED"
        return _calendar([event], [meeting], method).to_ical()


def feed(meetings: Iterable[Meeting], language: str) -> bytes:
    """All of ``meetings`` as a calendar to subscribe to. Each comes with its agenda and its committee's sides."""
    listed = list(meetings)
    with override(language):
        events = [_event(meeting, list(meeting.agenda_items.all()), language) for meeting in listed]
        calendar = _calendar(events, listed, PUBLISH)
        name = _("Meetings: %(organisation)s") % {"organisation": labels.organisation(language)}
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", _ASK_AGAIN, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
        return calendar.to_ical()


def last_changed(meeting: Meeting, agenda: Iterable[AgendaItem]) -> datetime:
    """When the meeting or its agenda was last changed, to the second."""
    changes = [meeting.updated_at, *(item.updated_at for item in agenda)]
    return max(changes).astimezone(UTC).replace(microsecond=0)


def is_told(meeting: Meeting) -> bool:
    """Whether a calendar may say more of the meeting than that it is."""
    return meeting.classification == Classification.OPEN


def filename(meeting: Meeting) -> str:
    """``JR-2020-12-21-CC.ics``"""
    return f"{meeting.reference}.ics"


def _calendar(events: list[Event], meetings: list[Meeting], method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    years = [meeting.date.year for meeting in meetings]
    for event in events:
        calendar.add_component(event)
    for zone in sorted(calendar.get_used_tzids()):
        calendar.subcomponents.insert(0, _zone(zone, min(years) - 1, max(years) + 2))
    return calendar


@lru_cache(maxsize=64)  # looking for the days on which the clocks change takes a while
def _zone(name: str, first_year: int, last_year: int) -> Timezone:
    zone = Timezone.from_tzid(name, first_date=date(first_year, 1, 1), last_date=date(last_year, 1, 1))
    zone.pop("COMMENT", None)
    return zone


def _event(meeting: Meeting, agenda: Sequence[AgendaItem], language: str) -> Event:
    changed = last_changed(meeting, agenda)
    event = Event()
    event.add("uid", f"meeting-{meeting.pk}-{meeting.created_at.astimezone(UTC):%Y%m%dT%H%M%S}@secretariat")
    event.add("sequence", meeting.version - 1)
    event.add("dtstamp", changed)
    event.add("created", meeting.created_at.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", changed)
    event.add("status", _STATUS[MeetingState(meeting.state)])
    _add_time(event, meeting)
    event.add("summary", _summary(meeting, language))
    if is_told(meeting):
        event.add("description", _description(meeting, agenda, language))
        if place := pick(meeting, "place", language) or _where(meeting):
            event.add("location", place)
        event.add("categories", [labels.sentence(meeting.get_kind_display())])
    else:
        event.add("description", _("This is not for open calendars: please read it in Secretariat."))
        event.add("class", _CLASS[Classification(meeting.classification)])
    if settings.PUBLIC_URL:
        event.add("url", f"{settings.PUBLIC_URL}{meeting.get_absolute_url()}")
    return event


def _add_time(event: Event, meeting: Meeting) -> None:
    """On the own side's clock; as a span of days where no hour is known. What does not block the time says so."""
    is_on = meeting.state not in (MeetingState.POSTPONED, MeetingState.CANCELLED)
    if meeting.starts_at is not None:
        zone = ZoneInfo(meeting.committee.own_side.time_zone)
        event.add("dtstart", meeting.starts_at.astimezone(zone))
        if meeting.ends_at is not None:
            event.add("dtend", meeting.ends_at.astimezone(zone))
    else:
        first, after = span(meeting.date, meeting.date_precision)
        event.add("dtstart", first)
        event.add("dtend", after)
        is_on = is_on and meeting.date_precision == Precision.DAY
    event.add("transp", "OPAQUE" if is_on else "TRANSPARENT")


def span(day: date, precision: str) -> tuple[date, date]:
    """The first day of what is known, and the first after it: a winter begins in December."""
    if precision == Precision.DAY:
        return day, day + timedelta(days=1)
    if precision == Precision.YEAR:
        return date(day.year, 1, 1), date(day.year + 1, 1, 1)
    months = 1 if precision == Precision.MONTH else 3
    first = day.year * 12 + day.month - 1
    if precision == Precision.SEASON:
        first -= day.month % 3
    return _month(first), _month(first + months)


def _month(index: int) -> date:
    year, month = divmod(index, 12)
    return date(year, month + 1, 1)


def _summary(meeting: Meeting, language: str) -> str:
    committee = pick(meeting.committee, "short_name", language) or pick(meeting.committee, "name", language)
    summary = f"{committee}: {meeting.heading(language)}" if is_told(meeting) else meeting.reference
    if meeting.date_precision != Precision.DAY:
        known = written(meeting.date, meeting.date_precision, language)
        summary = _("%(meeting)s (%(date)s, day not known)") % {"meeting": summary, "date": known}
    pattern = {
        MeetingState.DRAFT: _("Draft: %(meeting)s"),
        MeetingState.POSTPONED: _("Postponed: %(meeting)s"),
        MeetingState.CANCELLED: _("Called off: %(meeting)s"),
    }.get(MeetingState(meeting.state))
    return pattern % {"meeting": summary} if pattern else summary


def _description(meeting: Meeting, agenda: Sequence[AgendaItem], language: str) -> str:
    """The committee, the day with both clocks, how and where, the agenda."""
    where = [labels.sentence(meeting.get_format_display()), pick(meeting, "place", language)]
    parts = [
        pick(meeting.committee, "name", language),
        "\n".join(
            line
            for line in (
                labels.full_day(meeting, language),
                labels.both_clocks(meeting, language),
                ", ".join(part for part in where if part),
            )
            if line
        ),
    ]
    if agenda:
        items = (f"{number}. {pick(item, 'title', language)}" for number, item in enumerate(agenda, start=1))
        parts.append("\n".join([_("Agenda"), *items]))
    parts.append(meeting.reference)
    return "\n\n".join(parts)


def _where(meeting: Meeting) -> str:
    """What stands for the place where people do not come together."""
    is_remote = meeting.format in (MeetingFormat.VIDEO, MeetingFormat.TELEPHONE)
    return labels.sentence(meeting.get_format_display()) if is_remote else ""

"""The words of the form on paper, not those of the record: each once, for every language at hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from directory.models import Side
from meetings.models import Attendance, AttendanceMode, Meeting, MeetingFormat, Minutes, MinutesState
from records.dates import Clock, Precision, era_year, weekday, written
from records.languages import FALLBACKS, pick

Text = dict[str, str]


def in_each(languages: tuple[str, ...], make: Callable[[str], Any]) -> Text:
    """``make(language)`` for each language, with the interface's words in that language meanwhile."""
    made = {}
    for language in languages:
        with override(language):
            made[language] = str(make(language))
    return made


def sentence(label: Any) -> str:
    """A label as it stands at the beginning of a line."""
    text = str(label)
    return text[:1].upper() + text[1:]


def of_the_form(languages: tuple[str, ...]) -> dict[str, Text]:
    """The headings of ``minutes.typ``, by language and name."""
    words = {}
    for language in languages:
        with override(language):
            words[language] = {
                "attendance": _("Attendance"),
                "apologies": _("Apologies"),
                "agenda": _("Agenda"),
                "entries": _("Proceedings"),
                "agreements": _("What was agreed"),
                "number": pgettext("heading of a column of numbers", "No."),
                "text": pgettext("what an entry says", "Text"),
                "commitment": _("Commitment"),
                "missing": missing(),
                "page_of": _("Page {page} of {pages}"),
            }
    return words


def missing() -> str:
    return _("Not available in this language")


def organisation(language: str) -> str:
    return settings.MINISTRY[language] or settings.MINISTRY["en"] or _("Secretariat of the committee")


def title(meeting: Meeting, language: str) -> str:
    """“Minutes of the 15th session”; a meeting with a title of its own has it after a colon."""
    if own := pick(meeting, "title", language):
        return _("Minutes: %(title)s") % {"title": own}
    if meeting.ordinal is None:
        return {
            "session": _("Minutes of the session"),
            "co_chairs": _("Minutes of the co-chairs’ meeting"),
            "subcommission": _("Minutes of the sub-commission’s meeting"),
            "working_level": _("Minutes of the working-level meeting"),
        }[meeting.kind]
    pattern = {
        "session": _("Minutes of the %(number)s session"),
        "co_chairs": _("Minutes of the %(number)s co-chairs’ meeting"),
        "subcommission": _("Minutes of the %(number)s meeting of the sub-commission"),
        "working_level": _("Minutes of the %(number)s working-level meeting"),
    }[meeting.kind]
    return pattern % {"number": ordinal(meeting.ordinal, language)}


def subtitle(meeting: Meeting, language: str) -> str:
    where = pick(meeting, "place", language) or sentence(meeting.get_format_display())
    return _("%(where)s, %(date)s") % {"where": where, "date": day(meeting.date, meeting.date_precision, language)}


def state(minutes: Minutes, changed_at: datetime, language: str) -> str:
    """“Agreed”; a draft says of which day, since there will be others."""
    if minutes.state != MinutesState.DRAFT:
        return sentence(minutes.get_state_display())
    changed_on = changed_at.astimezone(ZoneInfo(minutes.meeting.committee.own_side.time_zone)).date()
    return _("Draft of %(date)s") % {"date": written(changed_on, language=language)}


def day(value: date, precision: str, language: str) -> str:
    """A day as papers write it; in Japanese with the era, where it is known to the day: 2020年（令和2年）12月21日."""
    text = written(value, precision, language)
    if language == "ja" and precision == Precision.DAY and (era := era_year(value)):
        return text.replace("年", f"年（{era}）", 1)
    return text


def full_day(meeting: Meeting, language: str) -> str:
    """The day with its weekday, where the day is known."""
    text = day(meeting.date, meeting.date_precision, language)
    if meeting.date_precision != Precision.DAY:
        return text
    return _("%(weekday)s, %(date)s") % {"weekday": weekday(meeting.date, language), "date": text}


def both_clocks(meeting: Meeting, language: str) -> str:
    """One line a side: 15:00–15:50 JST (UTC+9), Tokyo. The day is said where it is another than the meeting's."""
    return "\n".join(_on_clock(side, clock, meeting.date, language) for side, clock in meeting.clocks)


def _on_clock(side: Side, clock: Clock, day_of_meeting: date, language: str) -> str:
    where = pick(side, "capital", language) or pick(side, "name", language)
    line = _("%(time)s, %(city)s") % {"time": zoned(clock), "city": where}
    return line if clock.day == day_of_meeting else f"{line} ({written(clock.day, language=language)})"


def zoned(clock: Clock) -> str:
    """15:00–15:50 JST (UTC+9)"""
    return f"{clock.time} {clock.zone}" if clock.zone == clock.offset else f"{clock.time} {clock.zone} ({clock.offset})"


#: How people attend where nothing else is said: not worth a line each.
_USUAL = {
    MeetingFormat.IN_PERSON: AttendanceMode.IN_PERSON,
    MeetingFormat.VIDEO: AttendanceMode.ONLINE,
    MeetingFormat.TELEPHONE: AttendanceMode.ONLINE,
}


def manner(attendance: Attendance, meeting: Meeting, printed_names: dict[int, Attendance], language: str) -> str:
    """How somebody attended, where it was not as everybody; empty otherwise."""
    if attendance.mode == AttendanceMode.MESSAGE_READ and attendance.read_by is not None:
        reader = printed_names.get(attendance.read_by_id or 0)
        name = pick(reader, "name", language) if reader else attendance.read_by.full_name(language)
        return _("message read by %(name)s") % {"name": name}
    if attendance.mode == _USUAL.get(MeetingFormat(meeting.format)):
        return ""
    if attendance.sent_apologies and attendance.mode != AttendanceMode.VIDEO_MESSAGE:
        return ""
    return str(attendance.get_mode_display())


def marked(record: Any, name: str, language: str) -> str:
    """A short text; when it is there in another language only, that one with a note."""
    if text := getattr(record, f"{name}_{language}"):
        return text
    for code in FALLBACKS[language]:
        if text := getattr(record, f"{name}_{code}"):
            return f"{text} 〔{missing()}〕"
    return ""


def ordinal(number: int, language: str) -> str:
    if language != "en":
        return str(number)
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"

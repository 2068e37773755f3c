"""Meetings as iCalendar, read by two parsers that know nothing of each other: vobject and ical."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event as IcalEvent

from meetings.actions import change_meeting, move_meeting
from meetings.exports.calendar import CANCEL, feed, invitation, last_changed, span
from meetings.models import Meeting
from records.access import Classification
from tests import factories as make

pytestmark = pytest.mark.django_db

TOKYO, MOSCOW = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Moscow")


def by_ical(content: bytes) -> list[IcalEvent]:
    return list(IcsCalendarStream.calendar_from_ics(content.decode()).events)


def by_vobject(content: bytes) -> list[Any]:
    calendar = vobject.readOne(content.decode())
    calendar.validate()
    return list(calendar.vevent_list)


def both(content: bytes) -> tuple[IcalEvent, Any]:
    """The one event in it, as each of the two parsers reads it."""
    (first,), (second,) = by_ical(content), by_vobject(content)
    return first, second


def text_of(content: bytes) -> str:
    """With folded lines put together again."""
    return content.decode().replace("\r\n ", "")


def reread(meeting: Meeting) -> Meeting:
    return Meeting.objects.with_details().get(pk=meeting.pk)


# When


def test_both_parsers_read_the_same_time_on_both_clocks() -> None:
    first, second = both(invitation(make.make_meeting(), "en"))
    expected = (datetime(2020, 12, 21, 6, 0, tzinfo=UTC), datetime(2020, 12, 21, 6, 50, tzinfo=UTC))
    assert (first.dtstart, first.dtend) == expected
    assert (second.dtstart.value, second.dtend.value) == expected
    assert first.dtstart.astimezone(MOSCOW).hour == 9
    assert "15:00–15:50 JST (UTC+9), Tokyo\n09:00–09:50 MSK (UTC+3), Moscow" in second.description.value


def test_the_time_stands_in_the_own_side_s_zone_and_the_zone_is_described() -> None:
    content = text_of(invitation(make.make_meeting(), "en"))
    assert "DTSTART;TZID=Asia/Tokyo:20201221T150000\r\n" in content
    assert content.count("BEGIN:VTIMEZONE") == content.count("TZID:Asia/Tokyo\r\n") == 1


@pytest.mark.parametrize(("month", "hour"), [(1, 14), (7, 13)])
def test_a_zone_with_summer_time_is_described_well_enough_to_read_the_hour(month: int, hour: int) -> None:
    """vobject trusts the description in the file alone."""
    berlin = make.make_side("DE", time_zone="Europe/Berlin", language="en")
    committee = make.make_committee("DE-RU", own_side=berlin, other_side=make.make_side("RU"))
    starts_at = datetime(2027, month, 14, hour, 0, tzinfo=UTC)
    meeting = make.make_meeting(committee, date(2027, month, 14), starts_at=starts_at)
    first, second = both(invitation(meeting, "en"))
    assert (first.dtstart, second.dtstart.value) == (starts_at, starts_at)
    assert second.dtstart.value.hour == 15


def test_a_day_without_an_hour_is_a_whole_day() -> None:
    content = invitation(make.make_meeting(starts_at=None, ends_at=None), "en")
    first, second = both(content)
    assert "DTSTART;VALUE=DATE:20201221\r\nDTEND;VALUE=DATE:20201222\r\n" in text_of(content)
    assert (first.dtstart, second.dtstart.value) == (date(2020, 12, 21), date(2020, 12, 21))
    assert "VTIMEZONE" not in text_of(content)


@pytest.mark.parametrize(
    ("precision", "day", "first", "after", "words"),
    [
        ("month", date(2027, 1, 1), date(2027, 1, 1), date(2027, 2, 1), "January 2027"),
        ("season", date(2027, 1, 1), date(2026, 12, 1), date(2027, 3, 1), "winter 2027"),
        ("season", date(2027, 10, 1), date(2027, 9, 1), date(2027, 12, 1), "autumn 2027"),
        ("year", date(2027, 5, 1), date(2027, 1, 1), date(2028, 1, 1), "2027"),
    ],
)
def test_a_day_that_is_not_known_is_not_invented(
    precision: str, day: date, first: date, after: date, words: str
) -> None:
    """It is the span of what is known, takes nobody's time, and says so."""
    meeting = make.make_meeting(None, day, date_precision=precision)
    event, again = both(invitation(meeting, "en"))
    assert (event.dtstart, event.dtend, event.transparency) == (first, after, "TRANSPARENT")
    assert again.dtstart.value == first
    assert f"({words}, day not known)" in again.summary.value
    assert span(day, precision) == (first, after)


# Which


def test_the_reference_changes_and_the_identity_does_not() -> None:
    meeting = make.make_meeting(date=date(2027, 1, 20))
    before, _again = both(invitation(meeting, "en"))
    meeting.date = date(2027, 1, 21)
    changed = change_meeting(meeting, by=None, expected=meeting.version)
    after, again = both(invitation(changed, "en"))
    assert changed.reference == "JR-2027-01-21-CC"
    assert before.uid == after.uid == again.uid.value


def test_two_meetings_have_two_identities() -> None:
    one, two = make.make_meeting(), make.make_meeting(date=date(2021, 1, 1))
    assert by_ical(invitation(one, "en"))[0].uid != by_ical(invitation(two, "en"))[0].uid


def test_the_sequence_rises_with_each_change() -> None:
    meeting = make.make_meeting(state="scheduled")
    first, _again = both(invitation(meeting, "en"))
    meeting.place_en = "Tokyo"
    change_meeting(meeting, by=None, expected=1)
    second, again = both(invitation(reread(meeting), "en"))
    assert (first.sequence, second.sequence, again.sequence.value) == (0, 1, "1")


def test_the_same_meeting_gives_the_same_bytes() -> None:
    meeting = make.make_meeting()
    make.make_agenda_item(meeting)
    assert invitation(meeting, "ja") == invitation(reread(meeting), "ja")


def test_a_changed_agenda_is_a_later_state() -> None:
    meeting = make.make_meeting()
    item = make.make_agenda_item(meeting)
    before = last_changed(meeting, [item])
    type(item).objects.filter(pk=item.pk).update(updated_at=datetime(2030, 1, 1, tzinfo=UTC))
    event, again = both(invitation(reread(meeting), "en"))
    assert before < event.last_modified == datetime(2030, 1, 1, tzinfo=UTC) == again.last_modified.value
    assert event.dtstamp == event.last_modified


# How it stands


@pytest.mark.parametrize(
    ("state", "status", "begins", "transparency"),
    [
        ("draft", "TENTATIVE", "Draft: ", "OPAQUE"),
        ("scheduled", "CONFIRMED", "", "OPAQUE"),
        ("postponed", "TENTATIVE", "Postponed: ", "TRANSPARENT"),
        ("held", "CONFIRMED", "", "OPAQUE"),
        ("closed", "CONFIRMED", "", "OPAQUE"),
        ("cancelled", "CANCELLED", "Called off: ", "TRANSPARENT"),
    ],
)
def test_the_state_is_told(state: str, status: str, begins: str, transparency: str) -> None:
    event, again = both(invitation(make.make_meeting(state=state), "en"))
    assert (event.status, again.status.value, event.transparency) == (status, status, transparency)
    assert event.summary == again.summary.value == f"{begins}Committee JR: Co-chairs' meeting"


def test_calling_off_takes_the_meeting_out_of_calendars() -> None:
    meeting = make.make_meeting(state="scheduled")
    uid = by_ical(invitation(meeting, "en"))[0].uid
    secretary = make.make_user("secretary", "secretary")
    cancelled = move_meeting(meeting, "cancelled", by=secretary, reason="The epidemic.")
    content = invitation(cancelled, "en", CANCEL)
    event, again = both(content)
    assert "METHOD:CANCEL\r\n" in text_of(content)
    assert (event.uid, event.status, event.sequence, again.status.value) == (uid, "CANCELLED", 1, "CANCELLED")


def test_a_cancellation_of_a_meeting_that_was_postponed_says_cancelled() -> None:
    event, _again = both(invitation(make.make_meeting(state="postponed"), "en", CANCEL))
    assert event.status == "CANCELLED"


# What is in it


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Intergovernmental Committee JR", "Monday, 21 December 2020", "Tokyo", "1. Energy"]),
        ("ja", ["政府間委員会 JR", "2020年（令和2年）12月21日", "東京", "1. エネルギー"]),
        ("ru", ["Межправительственная комиссия JR", "21 декабря 2020", "Москва", "1. Энергетика"]),
    ],
)
def test_it_is_written_in_the_reader_s_language(language: str, words: list[str]) -> None:
    meeting = make.make_meeting()
    make.make_agenda_item(meeting, title_en="Energy", title_ja="エネルギー", title_ru="Энергетика")
    event, again = both(invitation(meeting, language))
    assert [word for word in words if word not in (event.description or "")] == []
    assert event.description == again.description.value


@pytest.mark.parametrize("language", ["en", "ja", "ru"])
def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut(language: str) -> None:
    meeting = make.make_meeting(title_ja="葛󠄀城・髙橋𠮷野家" * 20, title_ru="Ё" * 150, title_en="Long " * 50)
    make.make_agenda_item(meeting, title_ja="長い議題。" * 50, title_ru="Длинный вопрос. " * 15)
    content = invitation(meeting, language)
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode()  # fails on half a letter
    assert b"\n" not in content.replace(b"\r\n", b"")
    event, again = both(content)
    assert getattr(meeting, f"title_{language}").strip() in event.summary
    assert event.summary == again.summary.value


def test_text_cannot_become_a_property(settings: Any) -> None:
    settings.MINISTRY = dict.fromkeys(("en", "ja", "ru"), 'Ministry";X=1\r\nATTACH:file:///etc/passwd')
    hostile = "x\r\nSTATUS:CANCELLED\r\nEND:VEVENT\n;,\\"
    meeting = make.make_meeting()
    Meeting.objects.filter(pk=meeting.pk).update(title_en=hostile, place_en=hostile)
    content = invitation(reread(meeting), "en")
    event, again = both(content)
    assert (event.status, again.status.value) == ("TENTATIVE", "TENTATIVE")
    names = {line.partition(":")[0].partition(";")[0] for line in text_of(content).split("\r\n")}
    assert "ATTACH" not in names
    assert text_of(content).count("END:VEVENT\r\n") == 1


def test_there_is_no_address_to_answer_to_and_none_of_a_machine() -> None:
    content = text_of(invitation(make.make_meeting(), "en"))
    assert 'ORGANIZER;CN="Secretariat of the committee":invalid:nomail' in content
    assert ("mailto:" in content, "\r\nURL" in content) == (False, False)


def test_where_the_program_has_a_public_address_the_meeting_is_linked(settings: Any) -> None:
    settings.PUBLIC_URL = "https://secretariat.example"
    event, again = both(invitation(make.make_meeting(), "en"))
    assert str(event.url) == again.url.value == "https://secretariat.example/meetings/JR-2020-12-21-CC/"


def test_of_a_classified_meeting_a_calendar_learns_when_it_is_and_no_more() -> None:
    meeting = make.make_meeting(title_en="Hush-hush", place_en="Hidden", classification=Classification.CONFIDENTIAL)
    make.make_agenda_item(meeting, title_en="Secret item")
    content = text_of(invitation(meeting, "en"))
    assert [word for word in ("Hush-hush", "Hidden", "Secret item") if word in content] == []
    event, _again = both(invitation(meeting, "en"))
    assert (event.summary, event.classification) == ("Draft: JR-2020-12-21-CC", "CONFIDENTIAL")


def test_a_feed_holds_all_of_them_and_each_zone_once() -> None:
    make.make_meeting()
    make.make_meeting(date=date(2021, 6, 1), state="cancelled")
    make.make_meeting(date=date(2021, 7, 1), date_precision="month", starts_at=None, ends_at=None)
    content = feed(Meeting.objects.with_details().order_by("date"), "ja")
    assert [event.status for event in by_ical(content)] == ["TENTATIVE", "CANCELLED", "TENTATIVE"]
    assert len(by_vobject(content)) == 3
    assert content.count(b"BEGIN:VTIMEZONE") == 1


def test_an_empty_feed_is_a_calendar_all_the_same() -> None:
    content = feed([], "en")
    assert by_ical(content) == []
    assert "X-WR-CALNAME:Meetings: Secretariat of the committee" in text_of(content)

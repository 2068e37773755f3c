"""Days as exactly as they are known, and clocks that say whose they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.dates import Clock, Precision, clock, era_year, weekday, written

DAY = date(2020, 12, 21)


@pytest.mark.parametrize(
    ("precision", "en", "ja", "ru"),
    [
        (Precision.DAY, "21 December 2020", "2020年12月21日", "21 декабря 2020 г."),
        (Precision.MONTH, "December 2020", "2020年12月", "декабрь 2020 г."),
        (Precision.SEASON, "winter 2020", "2020年冬", "зима 2020 г."),
        (Precision.YEAR, "2020", "2020年", "2020 г."),
    ],
)
def test_a_day_is_written_no_more_exactly_than_it_is_known(precision: str, en: str, ja: str, ru: str) -> None:
    texts = [written(DAY, precision, language).replace("\u202f", " ") for language in ("en", "ja", "ru")]
    assert [text.replace("\xa0", " ") for text in texts] == [en, ja, ru]


def test_no_day_is_written_as_nothing() -> None:
    assert written(None, Precision.YEAR, "ja") == ""


@pytest.mark.parametrize(
    ("day", "era"),
    [
        (date(2020, 12, 21), "令和2年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2019, 4, 30), "平成31年"),
        (date(1989, 1, 8), "平成元年"),
        (date(1989, 1, 7), "昭和64年"),
        (date(1926, 12, 25), "昭和元年"),
        (date(1926, 12, 24), ""),
    ],
)
def test_eras_change_on_their_day(day: date, era: str) -> None:
    assert era_year(day) == era


def test_weekdays_are_named_in_each_language() -> None:
    assert [weekday(DAY, language) for language in ("en", "ja", "ru")] == ["Monday", "月曜日", "понедельник"]


def test_one_meeting_has_two_clocks() -> None:
    starts, ends = datetime(2020, 12, 21, 6, 0, tzinfo=UTC), datetime(2020, 12, 21, 6, 50, tzinfo=UTC)
    assert clock(starts, ends, "Asia/Tokyo") == Clock(DAY, "15:00–15:50", "JST", "UTC+9")
    assert clock(starts, None, "Europe/Moscow") == Clock(DAY, "09:00", "MSK", "UTC+3")


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2010, 7, 1, 6, tzinfo=UTC), "UTC+4"),  # summer time
        (datetime(2010, 12, 21, 6, tzinfo=UTC), "UTC+3"),
        (datetime(2012, 12, 21, 6, tzinfo=UTC), "UTC+4"),  # all year, 2011 to 2014
        (datetime(2014, 10, 25, 6, tzinfo=UTC), "UTC+4"),
        (datetime(2014, 10, 27, 6, tzinfo=UTC), "UTC+3"),
    ],
)
def test_moscows_clock_is_the_one_of_that_year(instant: datetime, expected: str) -> None:
    assert clock(instant, None, "Europe/Moscow").offset == expected


def test_zones_without_a_name_are_called_by_their_offset() -> None:
    assert clock(datetime(2020, 12, 21, 6, tzinfo=UTC), None, "Asia/Vladivostok").zone in ("UTC+10", "VLAT")
    assert clock(datetime(2020, 12, 21, 6, tzinfo=UTC), None, "Asia/Kolkata").offset == "UTC+5:30"
    assert clock(datetime(2020, 12, 21, 6, tzinfo=UTC), None, "America/St_Johns").offset == "UTC-3:30"


def test_a_late_meeting_is_on_another_day_elsewhere() -> None:
    late = datetime(2020, 12, 21, 20, tzinfo=UTC)
    assert (clock(late, None, "Asia/Tokyo").day, clock(late, None, "Europe/Moscow").day) == (date(2020, 12, 22), DAY)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC)))
def test_a_clock_and_its_offset_lead_back_to_the_instant(instant: datetime) -> None:
    instant = instant.replace(second=0, microsecond=0)
    read = clock(instant, None, "Europe/Moscow")
    local = datetime.combine(read.day, datetime.strptime(read.time, "%H:%M").time(), UTC)
    assert local - timedelta(hours=int(read.offset.removeprefix("UTC"))) == instant

"""Timing as said, for any day in any spelling and for whatever may stand in a text."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.models import TimingKind
from agreements.timing import Timing, in_full, recognise
from records.dates import era_year, written

SPOKEN_ON = date(2020, 12, 21)
DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
_KANJI = "〇一二三四五六七八九"
_ORDINAL = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def in_kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else _KANJI[tens]) + "十" if tens else "") + (_KANJI[ones] if ones else "")


def spellings(day: date) -> Iterator[tuple[str, str]]:
    """Every way in which we know a day to be written, with its language."""
    year, month, number = day.year, f"{day:%B}", day.day
    yield "en", f"{number} {month} {year}"
    yield "en", f"{month} {number}, {year}"
    yield "en", f"the {number}{_ORDINAL.get(number, 'th')} of {day:%b} {year}"
    yield "ja", f"{year}年{day.month}月{number}日"
    yield "ja", f"{year}年{day:%m}月{day:%d}日".translate({48 + digit: 0xFF10 + digit for digit in range(10)})
    yield "ja", f"{''.join(_KANJI[int(digit)] for digit in str(year))}年{in_kanji(day.month)}月{in_kanji(number)}日"
    yield "ja", f"{era_year(day)}{day.month}月{number}日"
    yield "ja", f"{year}/{day.month}/{number}"
    yield "ru", written(day, language="ru")
    yield "ru", written(day, language="ru").replace("г.", "года")
    yield from ((language, f"{day:%d.%m.%Y}") for language in ("en", "ru"))
    yield from ((language, day.isoformat()) for language in ("en", "ja", "ru"))


def one(text: str, language: str, spoken_on: date) -> Timing:
    (timing,) = recognise(text, language, spoken_on=spoken_on)
    return timing


@given(DAYS, st.dates())
def test_any_day_is_read_from_all_its_spellings(day: date, spoken_on: date) -> None:
    for language, spelling in spellings(day):
        timing = one(spelling, language, spoken_on)
        assert (spelling, timing.due_on, timing.kind) == (spelling, day, TimingKind.EXACT)
        assert timing.is_past == (day < spoken_on)


@given(DAYS, DAYS)
def test_a_day_without_a_year_is_the_next_one(day: date, spoken_on: date) -> None:
    russian = written(day, language="ru").partition(str(day.year))[0].strip()
    for language, spelling in (("en", f"{day.day} {day:%B}"), ("ja", f"{day.month}月{day.day}日"), ("ru", russian)):
        timing = one(spelling, language, spoken_on)
        assert timing.due_on
        assert timing.is_relative
        assert (timing.due_on.month, timing.due_on.day) == (day.month, day.day)
        assert 0 <= (timing.due_on - spoken_on).days <= (366 if (day.month, day.day) != (2, 29) else 8 * 366)


_EN = [
    "at a convenient time",
    "by the end of ",
    "2022",
    "31 ",
    "March ",
    "visit of ",
    "the next session",
    "No. 5",
    "1–4 ",
]
_JA = [
    "訪日に合わせて",
    "都合の良い時期に",
    "年",
    "3",
    "月",
    "末",
    "まで",
    "状況を踏まえ",
    "、",
    "令和",
    "前半",
    "日",
    "から",
    "次第",
]
_RU = [
    "в ходе ",
    "визита ",
    "до конца ",
    "31 ",
    "марта ",
    "2021 ",
    "г. ",
    "если ",
    "с ",
    "по ",
    "половине ",
    "года",
    "1-",
]
TEXTS = st.one_of(st.text(), st.lists(st.one_of(st.sampled_from(_EN + _JA + _RU), st.text(max_size=3))).map("".join))


@given(TEXTS, st.sampled_from(["en", "ja", "ru"]), st.dates())
def test_whatever_is_written_is_quoted_word_for_word_and_fits_a_commitment(
    text: str, language: str, spoken_on: date
) -> None:
    timings = recognise(text, language, spoken_on=spoken_on)
    for timing in timings:
        assert timing.phrase == text[timing.start : timing.end] != ""
        assert (timing.due_on is not None) == (timing.kind == TimingKind.EXACT)
        assert (timing.window_ends_on is not None) == (timing.kind == TimingKind.WINDOW)
        assert (timing.review_on is None) == (timing.kind == TimingKind.EXACT)
        if timing.window_starts_on and timing.window_ends_on:
            assert timing.window_starts_on <= timing.window_ends_on
        assert timing.phrase in in_full(text, timings, timing)
    places = sorted((timing.start, timing.end) for timing in timings)
    assert all(before[1] <= after[0] for before, after in pairwise(places))


@given(TEXTS, st.sampled_from(["en", "ja", "ru"]))
def test_there_is_no_due_date_without_its_number_in_the_words(text: str, language: str) -> None:
    for timing in recognise(text, language, spoken_on=SPOKEN_ON):
        if timing.due_on:
            numbers = {int(found) for found in re.findall(r"\d+", timing.phrase)}
            assert timing.due_on.day in numbers or in_kanji(timing.due_on.day) in timing.phrase


@pytest.mark.parametrize("spoken_on", [date.min, date.max])
def test_the_first_and_the_last_day_of_all_are_days_like_others(spoken_on: date) -> None:
    text = (
        "by next year, within three months, before the end of the year, on 29 February, last year, at a convenient time"
    )
    assert [timing.phrase for timing in recognise(text, "en", spoken_on=spoken_on)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "the end of "),
        ("en", "with the visit of the "),
        ("ja", "3月"),
        ("ja", "訪日"),
        ("ru", "и "),
        ("ru", "визита "),
    ],
)
def test_texts_that_repeat_themselves_do_not_take_for_ever(language: str, text: str) -> None:
    started = time.process_time()
    recognise(text * (20_000 // len(text)), language, spoken_on=SPOKEN_ON)
    assert time.process_time() - started < 3

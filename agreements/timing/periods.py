"""Days and periods as they are said, worked out against the day on which they were said."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

Said = Mapping[str, str]  # what the named groups of a pattern found, see ``read``
Names = Mapping[str, int]  # words that stand for numbers


class Period(NamedTuple):
    """From ``first`` to ``last``; no ``first`` where only an end was said (“the end of 2022”)."""

    first: date | None
    last: date
    is_day: bool = False
    is_vague: bool = False  # the words name no last day, as in “early 2022”; ``last`` is when that will have passed
    is_relative: bool = False  # it takes the day of speaking to know which one is meant
    is_range: bool = False  # both its ends were said: “1 to 4 November”
    has_no_year: bool = False


#: The year before the first.
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERA_LETTERS = {"S": "昭和", "H": "平成", "R": "令和"}
_FISCAL_YEAR_BEGINS = 4  # the Japanese one, in April
_WINTER = 12
_KANJI_DIGITS = {character: number for number, character in enumerate("〇一二三四五六七八九")} | {"元": 1}
#: In days the first two, in months the others.
_UNITS = {"days": 1, "weeks": 7, "months": 1, "half_years": 6, "years": 12}


def number(said: str, names: Names) -> int:
    """12, １２, 十二, or a word by the longest of ``names`` with which it begins: Russian declines its words.

    Raises ``ValueError`` for what is no number.
    """
    said = re.sub(r"\s+", " ", said.strip().casefold())
    for length in range(len(said), 0, -1):
        if said[:length] in names:
            return names[said[:length]]
    if not set(said) <= {*_KANJI_DIGITS, "十"}:
        return int(said)
    if "十" not in said:
        return int("".join(str(_KANJI_DIGITS[character]) for character in said))
    tens, ones = said.split("十")
    return 10 * int(_KANJI_DIGITS.get(tens, tens or 1)) + int(_KANJI_DIGITS.get(ones, ones or 0))


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def read(said: Said, names: Names, spoken_on: date) -> Period | None:
    """The period that is said; ``None`` for days that no calendar has.

    ``said`` may hold ``day``, ``last_day``, ``month``, ``last_month``, ``year`` (of four digits or two), ``last_year``,
    ``era`` with ``era_year``; ``weeks_on``, ``months_on`` and ``years_on`` for words that count from the day of
    speaking; ``fiscal`` (from April), ``whose`` (a fiscal year of either side); ``half``, ``quarter``, ``third``,
    ``season``, ``end``, ``vague``; for a span that begins on the day of speaking ``days``, ``weeks``, ``months``,
    ``half_years`` or ``years`` with their ``count``.
    A day or month without a year is the next one to come, the present month included.
    """
    try:
        units = [unit for unit in _UNITS if unit in said]
        return _span(said, units[0], names, spoken_on) if units else _period(said, names, spoken_on)
    except (ValueError, OverflowError):
        return None


def _span(said: Said, unit: str, names: Names, spoken_on: date) -> Period:
    length = _UNITS[unit] * number(said.get("count", "1"), names)
    last = spoken_on + timedelta(length) if unit in ("days", "weeks") else months_later(spoken_on, length)
    return Period(spoken_on, last, is_relative=True)


def _period(said: Said, names: Names, spoken_on: date) -> Period | None:
    if "weeks_on" in said:
        monday = spoken_on + timedelta(7 * number(said["weeks_on"], names) - spoken_on.weekday())
        return Period(monday, monday + timedelta(6), is_relative=True)
    if "months_on" in said:
        month = months_later(spoken_on.replace(day=1), number(said["months_on"], names))
        return _of_year({**said, "month": str(month.month)}, names, month.year)._replace(is_relative=True)
    if "era" in said:
        era = unicodedata.normalize("NFKC", said["era"]).upper()
        return _of_year(said, names, _ERAS[_ERA_LETTERS.get(era, era)] + number(said["era_year"], names))
    if "year" in said:
        year = number(said["year"], names)
        return _of_year(said, names, 2000 + year if year < 100 else year)._replace(is_relative=year < 100)
    if "years_on" in said:
        began_last_year = "fiscal" in said and spoken_on.month < _FISCAL_YEAR_BEGINS
        year = spoken_on.year - began_last_year + number(said["years_on"], names)
        return _of_year(said, names, year)._replace(is_relative=True)
    return _next(said, names, spoken_on)


def _next(said: Said, names: Names, spoken_on: date) -> Period | None:
    """The first that is not over; nine years, for 29 February may be that far."""
    for year in range(spoken_on.year, spoken_on.year + 9):
        try:
            period = _of_year(said, names, year)
        except ValueError:
            continue
        if period.last >= spoken_on:
            return period._replace(is_relative=True, has_no_year=True)
    return None


def _of_year(said: Said, names: Names, year: int) -> Period:
    is_range = any(name in said for name in ("last_day", "last_month", "last_year"))
    if "day" in said:
        first = date(year, number(said["month"], names), number(said["day"], names))
        last = first.replace(day=number(said["last_day"], names)) if is_range else first
        return _spanning(first, last)._replace(is_day=not is_range, is_range=is_range)
    if "month" in said:
        month = number(said["month"], names)
        first = date(year + ("fiscal" in said and month < _FISCAL_YEAR_BEGINS), month, 1)
        months = number(said["last_month"], names) - first.month + 1 if is_range else 1
    elif "season" in said:
        first, months = date(year, number(said["season"], names), 1), 3
    else:
        first = date(year, _FISCAL_YEAR_BEGINS if "fiscal" in said else 1, 1)
        months = 12 * (number(said["last_year"], names) - year + 1) if is_range else 12
    for name, length in (("half", months // 2), ("quarter", months // 4)):
        if name in said and length:
            first, months = months_later(first, length * (number(said[name], names) - 1)), length
    last = months_later(first, months) - timedelta(1)
    return _part(said, names, _spanning(first, last)._replace(is_range=is_range))


def _part(said: Said, names: Names, whole: Period) -> Period:
    """A part of a month in days, or the end, or that part of a period which words like “early” mean."""
    first, last = whole.first or whole.last, whole.last
    is_month = (first.year, first.month) == (last.year, last.month)
    if is_month and "half" in said:
        return _spanning(
            *((first, first.replace(day=15)), (first.replace(day=16), last))[number(said["half"], names) - 1]
        )
    if "end" in said:
        return Period(None, last)
    third = said.get("third") or said.get("vague")
    if third:
        index = number(third, names) - 1
        starts = [first.replace(day=1 + 10 * n) if is_month else months_later(first, 4 * n) for n in range(3)]
        ends = [starts[1] - timedelta(1), starts[2] - timedelta(1), last]
        return Period(starts[index], ends[index], is_vague="vague" in said)
    # winter lies in two years, and a fiscal year of nobody in particular begins in January or in April
    is_vague = "whose" in said or ("season" in said and first.month == _WINTER)
    return whole._replace(is_vague=is_vague)


def _spanning(first: date, last: date) -> Period:
    if last < first:
        raise ValueError("ends before it begins")
    return Period(first, last)

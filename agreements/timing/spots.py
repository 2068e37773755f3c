"""Where days and periods stand in a sentence, and what ties them to it."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from agreements.timing.grammar import Limit, Table, plain
from agreements.timing.periods import Period, read

_LOOK_BACK = 60  # characters, for what stands before a date


class Spot(NamedTuple):
    """A period: its own words from ``core_start`` to ``core_end``, with what ties it down ``start`` to ``end``."""

    start: int
    end: int
    core_start: int
    core_end: int
    period: Period
    limit: Limit | None


def spots(sentence: str, table: Table, spoken_on: date) -> list[Spot]:
    """The days and periods of a sentence, in order, none inside another."""
    found: list[Spot] = []
    taken = bytearray(len(sentence))  # by days that no calendar has, too: 31 February is not all of February
    for row in table.calendar:
        for match in row.pattern.finditer(sentence):
            if any(taken[match.start() : match.end()]):
                continue
            start, end, limit = _tied(sentence, match, table)
            if row.needs_limit and not limit:
                continue
            taken[match.start() : match.end()] = b"x" * len(match[0])
            period = read(plain(match.groupdict()), table.names, spoken_on)
            if period:
                limit = Limit.ON if period.is_range and limit in (Limit.SINCE, Limit.UNTIL, Limit.UP_TO) else limit
                found.append(Spot(start, end, *match.span(), period, limit))
    return _apart(_with_ranges(sorted(found), sentence, table))


def _tied(sentence: str, match: re.Match[str], table: Table) -> tuple[int, int, Limit | None]:
    """Where a period and its limits begin and end. What stands behind says more than a mere “in” or “on” before."""
    start, end = match.span()
    limit = None
    for name, pattern in table.before:
        ahead = pattern.search(sentence[max(0, start - _LOOK_BACK) : start])
        if ahead and ahead[0]:
            limit = name
            start -= len(ahead[0])
            break
    for name, pattern in table.behind:
        after = pattern.match(sentence, end)
        if after and after[0]:
            limit = name if limit in (None, Limit.ON) else limit
            end = after.end()
            break
    return start, end, limit


def _with_ranges(found: list[Spot], sentence: str, table: Table) -> list[Spot]:
    """From one day or period to another is one window."""
    joined: list[Spot] = []
    for spot in found:
        whole = _range(joined[-1], spot, sentence, table) if joined else None
        if whole:
            joined[-1] = whole
        else:
            joined.append(spot)
    return joined


def _range(one: Spot, other: Spot, sentence: str, table: Table) -> Spot | None:
    before = sentence[one.start : one.core_start]
    between = sentence[one.core_end : other.core_start]
    behind = sentence[other.core_end : other.end]
    if (
        one.period.is_vague
        or other.period.is_vague
        or not any(
            row.before.fullmatch(before) and row.between.fullmatch(between) and row.behind.fullmatch(behind)
            for row in table.ranges
        )
    ):
        return None
    period = _from_to(one.period, other.period)
    return Spot(one.start, other.end, one.core_start, other.core_end, period, Limit.ON) if period else None


def _from_to(one: Period, other: Period) -> Period | None:
    """“from 1 April to 31 March 2022”, 2021年4月から6月まで: a year that was said once is said for both."""
    first, last = one.first, other.last
    if first is None:
        return None
    try:
        if one.has_no_year and not other.has_no_year:
            is_later_in_its_year = (first.month, first.day) > (last.month, last.day)
            first = first.replace(year=last.year - is_later_in_its_year)
        elif other.has_no_year and not one.has_no_year:
            is_earlier_in_its_year = (last.month, last.day) < (first.month, first.day)
            last = last.replace(year=first.year + is_earlier_in_its_year)
    except ValueError:  # 29 February
        return None
    return Period(first, last, is_relative=one.has_no_year and other.has_no_year) if first <= last else None


def _apart(found: list[Spot]) -> list[Spot]:
    """Two dates may claim the same word between them; it is the first one's."""
    for place, spot in enumerate(found[1:], 1):
        before = found[place - 1]
        if before.end > spot.start:
            found[place] = spot._replace(start=max(spot.start, min(before.end, spot.core_start)))
    return found

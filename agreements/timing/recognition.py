"""The timings of a text: dated ones first, then occasions, conditions and what was left open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from agreements.models import TimingKind
from agreements.timing import english, japanese, russian
from agreements.timing.grammar import Limit, Phrase, Table
from agreements.timing.periods import months_later
from agreements.timing.spots import Spot, spots
from records.differences import sentences

_TABLES = {"en": english.TABLE, "ja": japanese.TABLE, "ru": russian.TABLE}
#: What says most comes first.
_BY_SPECIFICITY = (
    TimingKind.EXACT,
    TimingKind.WINDOW,
    TimingKind.OCCASION,
    TimingKind.CONDITION,
    TimingKind.OPEN,
)
_REVIEW_AFTER_MONTHS = 6
_NOTHING_BETWEEN = re.compile(r"[\s,、，]*(?:(?:and|и)\s+)?")


@dataclass(frozen=True)
class Timing:
    """``phrase`` is ``text[start:end]``, word for word.

    ``review_on`` is a suggestion and never a due date: the end of a window, the day from which something is to begin,
    otherwise six months after the words were spoken; ``None`` for an exact day.
    ``is_relative``: it took the day of speaking to know the dates (“next year”, 12月21日), so they deserve a look.
    ``is_past``: it was over, or had begun, when it was spoken of; no timing of a commitment.
    """

    kind: TimingKind
    phrase: str
    start: int
    end: int
    due_on: date | None = None
    window_starts_on: date | None = None
    window_ends_on: date | None = None
    review_on: date | None = None
    is_relative: bool = False
    is_past: bool = False


def recognise(text: str, language: str, *, spoken_on: date) -> list[Timing]:
    """Every timing in ``text``, the most specific first, then as they come. Empty for a language without a table."""
    table = _TABLES.get(language)
    if table is None:
        return []
    found: list[Timing] = []
    start = 0
    for sentence in sentences(text, language):
        found += [
            replace(timing, start=start + timing.start, end=start + timing.end)
            for timing in _in_sentence(sentence, table, spoken_on)
        ]
        start += len(sentence)
    return sorted(found, key=_specificity)


def best(timings: Iterable[Timing]) -> Timing | None:
    """The one to propose: the most specific of those that are not past, the first of its kind."""
    return min((timing for timing in timings if not timing.is_past), key=_specificity, default=None)


def in_full(text: str, timings: Iterable[Timing], chosen: Timing) -> str:
    """``chosen`` with the neighbours that only a comma, an “and” or a space keeps apart, for they qualify it.

    “at a convenient time, taking account of the COVID-19 situation”.
    """
    start, end = chosen.start, chosen.end
    in_order = sorted((timing for timing in timings if not timing.is_past), key=lambda timing: timing.start)
    for timing in reversed(in_order):
        if timing.end <= start and _NOTHING_BETWEEN.fullmatch(text, timing.end, start):
            start = timing.start
    for timing in in_order:
        if timing.start >= end and _NOTHING_BETWEEN.fullmatch(text, end, timing.start):
            end = timing.end
    return text[start:end]


def _specificity(timing: Timing) -> tuple[int, int]:
    return _BY_SPECIFICITY.index(timing.kind), timing.start


def _in_sentence(sentence: str, table: Table, spoken_on: date) -> Iterator[Timing]:
    dated = spots(sentence, table, spoken_on)
    for spot in dated:
        timing = _dated(Timing(TimingKind.OPEN, sentence[spot.start : spot.end], spot.start, spot.end), spot, spoken_on)
        if timing:
            yield timing
    taken = [(spot.start, spot.end) for spot in dated]
    review_on = _half_a_year_after(spoken_on)
    for row in table.phrases:
        for found in row.pattern.finditer(sentence):
            free = _free(row, found, taken)
            if free is None:
                continue
            start, end = _trimmed(sentence, *free, found.start(), table)
            if start < end:
                taken.append((start, end))
                yield Timing(row.kind, sentence[start:end], start, end, review_on=review_on)


def _dated(words: Timing, spot: Spot, spoken_on: date) -> Timing | None:
    period, limit = spot.period, spot.limit
    words = replace(words, is_relative=period.is_relative)
    if limit is Limit.NONE:
        return None
    if limit in (Limit.SINCE, Limit.ABOUT) or period.is_vague:
        day = period.first if limit is Limit.SINCE and period.first else period.last
        review_on = day if day > spoken_on else _half_a_year_after(spoken_on)
        return replace(words, review_on=review_on, is_past=day < spoken_on)
    first, last = period.first if limit in (None, Limit.ON) else None, period.last
    # “before the end of 2022” lies in it; «до 31 марта» takes the day in, «до марта» does not take the month in
    is_before = limit is Limit.BEFORE or (limit is Limit.UP_TO and not period.is_day)
    if is_before and period.first:
        if period.first == date.min:
            return None
        last = period.first - timedelta(1)
    elif period.is_day:
        return replace(words, kind=TimingKind.EXACT, due_on=last, is_past=last < spoken_on)
    return replace(
        words,
        kind=TimingKind.WINDOW,
        window_starts_on=first,
        window_ends_on=last,
        review_on=last,
        is_past=last < spoken_on,
    )


def _free(row: Phrase, found: re.Match[str], taken: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """What other timings leave of a phrase; ``None`` where they took its core."""
    start, end = found.span()
    core_start, core_end = found.span("core" if "core" in row.pattern.groupindex else 0)
    for other_start, other_end in taken:
        if other_end <= core_start:
            start = max(start, other_end)
        elif other_start >= core_end:
            end = min(end, other_start)
        else:
            return None
    return start, end


def _trimmed(sentence: str, start: int, end: int, began: int, table: Table) -> tuple[int, int]:
    """The phrase without what hangs loose at its end; at its start, too, where a date was cut off there."""
    loose = table.loose_start.match(sentence, start, end) if start > began else None
    start = loose.end() if loose else start
    hanging = table.loose_end.search(sentence[start:end])
    return start, start + hanging.start() if hanging else end


def _half_a_year_after(day: date) -> date:
    try:
        return months_later(day, _REVIEW_AFTER_MONTHS)
    except ValueError:  # there are no years beyond 9999
        return date.max

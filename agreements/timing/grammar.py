"""What a language's table of timing words is made of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from enum import Enum, auto
from typing import NamedTuple

from agreements.models import TimingKind
from agreements.timing.periods import Names


class Limit(Enum):
    """How a sentence ties what it says to a day or period."""

    ON = auto()  # on the day, in the period
    UNTIL = auto()  # by it, its own last day included
    UP_TO = auto()  # «до»: until a day or an end, but before a month or year
    BEFORE = auto()  # before it begins
    SINCE = auto()  # from then on
    ABOUT = auto()  # near it
    NONE = auto()  # the date of a paper, or one that was given up: no timing


class Calendar(NamedTuple):
    """A day or period. Its groups are those of ``periods.read``."""

    pattern: re.Pattern[str]
    needs_limit: bool = False  # “in 2021” is a year, 2021 alone may be anything


class Range(NamedTuple):
    """From one day or period to another: what stands before the first, between them and behind the second."""

    before: re.Pattern[str]
    between: re.Pattern[str]
    behind: re.Pattern[str]


class Phrase(NamedTuple):
    """An occasion, a condition or an open timing.

    Where the pattern has a group ``core``, what lies around it belongs to the phrase as far as no other timing begins.
    """

    kind: TimingKind
    pattern: re.Pattern[str]


class Table(NamedTuple):
    """How one language says when. Rows are tried in their order; what an earlier one took is taken."""

    names: Names
    calendar: list[Calendar]
    before: list[tuple[Limit, re.Pattern[str]]]  # in front of a day or period
    behind: list[tuple[Limit, re.Pattern[str]]]
    ranges: list[Range]
    phrases: list[Phrase]
    loose_start: re.Pattern[str]  # not worth quoting where a phrase begins
    loose_end: re.Pattern[str]


def compiled(pattern: str) -> re.Pattern[str]:
    """Case does not matter. A space stands for any space; with a question mark behind it, for none as well.

    A group may come twice, in alternatives: from the second time on its name gets a number, see ``plain``.
    """
    times: Counter[str] = Counter()

    def numbered(group: re.Match[str]) -> str:
        times[group[1]] += 1
        return f"(?P<{group[1]}{times[group[1]] if times[group[1]] > 1 else ''}>"

    pattern = re.sub(r"\(\?P<(\w+)>", numbered, pattern)
    return re.compile(pattern.replace(" ?", r"\s*").replace(" ", r"\s+"), re.IGNORECASE)


def plain(groups: Mapping[str, str | None]) -> dict[str, str]:
    """What was found, by the names that the table gave."""
    return {name.rstrip("0123456789"): value for name, value in groups.items() if value}


def either(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


def calendar(*rows: str, needs_limit: bool = False) -> list[Calendar]:
    return [Calendar(compiled(row), needs_limit) for row in rows]


def phrases(kind: TimingKind, *rows: str) -> list[Phrase]:
    return [Phrase(kind, compiled(row)) for row in rows]


def before(**rows: str) -> list[tuple[Limit, re.Pattern[str]]]:
    return [(Limit[name], compiled(f"(?:{row})$")) for name, row in rows.items()]


def behind(**rows: str) -> list[tuple[Limit, re.Pattern[str]]]:
    return [(Limit[name], compiled(row)) for name, row in rows.items()]


def span(before: str, between: str, behind: str = ".*") -> Range:
    return Range(compiled(before), compiled(between), compiled(behind))

"""The timing of one thing that is said in several languages: what they say together, and what one says alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from agreements.models import TimingKind
from agreements.timing.periods import months_later
from agreements.timing.recognition import Timing, in_full, recognise

_KINDS = (TimingKind.EXACT, TimingKind.WINDOW, TimingKind.OCCASION, TimingKind.CONDITION, TimingKind.OPEN)
_REVIEW_AFTER_MONTHS = 6
_LONGEST = 300  # what a commitment keeps of a phrase
_BACK = {
    "en": re.compile(r"\b(?:that|this|the same) occasion\b|\bwith (?:it|this|that|them)\b", re.IGNORECASE),
    "ja": re.compile(r"(?:その|この|同じ|同)(?:機会|際|折)|(?:これ|それ|同|右)に(?:合わせ|併せ|あわせ)"),
    "ru": re.compile(r"\b(?:эт(?:им|ом|ой|их)|том же|тем же|ним|ней|сопровождаться)\b", re.IGNORECASE),
}


@dataclass(frozen=True)
class ParallelTiming:
    """A timing with its words in each language that says it; the dates are the same in all of them.

    ``is_relative``: it took the day of speaking to know the dates, so they deserve a look.
    """

    kind: str
    phrases: Mapping[str, str] = field(default_factory=dict)
    due_on: date | None = None
    window_starts_on: date | None = None
    window_ends_on: date | None = None
    review_on: date | None = None
    is_relative: bool = False

    @property
    def points_back(self) -> bool:
        """Whether it hangs on something that was said just before: “on that occasion”, その機会に."""
        return self.kind == TimingKind.OCCASION and any(
            code in _BACK and _BACK[code].search(phrase) for code, phrase in self.phrases.items()
        )


def in_parallel(texts: Mapping[str, str], *, spoken_on: date) -> list[ParallelTiming]:
    """The timings of a text in several languages (by their codes), the most specific first; what is past left out.

    Those of the same kind and dates belong together, in the order in which each language has them. A phrase takes in
    the less specific ones beside it, which qualify it.
    """
    found: dict[tuple[object, ...], ParallelTiming] = {}
    for code, text in texts.items():
        timings = [timing for timing in recognise(text, code, spoken_on=spoken_on) if not timing.is_past]
        places: Counter[tuple[object, ...]] = Counter()
        for timing in timings:
            same = (timing.kind, timing.due_on, timing.window_starts_on, timing.window_ends_on)
            key = (*same, places[same])
            places[same] += 1
            said = found.get(key) or _begun(timing)
            found[key] = replace(
                said,
                phrases={**said.phrases, code: _quoted(text, timings, timing)},
                is_relative=said.is_relative or timing.is_relative,
            )
    return sorted(found.values(), key=lambda timing: _KINDS.index(TimingKind(timing.kind)))


def left_open(*, spoken_on: date) -> ParallelTiming:
    """No timing was said: somebody looks at it again half a year after the day of speaking."""
    return ParallelTiming(TimingKind.OPEN, review_on=review_after(spoken_on))


def review_after(day: date) -> date:
    """When to look again at what has no date of its own."""
    try:
        return months_later(day, _REVIEW_AFTER_MONTHS)
    except ValueError:  # there are no years beyond 9999
        return date.max


def _begun(timing: Timing) -> ParallelTiming:
    """The timing's facts, without any words yet."""
    return ParallelTiming(
        timing.kind,
        due_on=timing.due_on,
        window_starts_on=timing.window_starts_on,
        window_ends_on=timing.window_ends_on,
        review_on=timing.review_on,
    )


def _quoted(text: str, timings: Iterable[Timing], chosen: Timing) -> str:
    """The words of ``chosen`` with the less specific timings beside it: what is as specific speaks for itself."""
    less = [timing for timing in timings if _KINDS.index(timing.kind) > _KINDS.index(chosen.kind)]
    full = in_full(text, [chosen, *less], chosen)
    return full if len(full) <= _LONGEST else chosen.phrase[:_LONGEST]

"""Timing as said: when something is to be done, found in the sentence in which it was agreed.

    >>> best(recognise("They agreed to meet by 31 March 2021.", "en", spoken_on=date(2020, 12, 21))).phrase
    'by 31 March 2021'

Nothing is invented. A due date is a day that was said with its number and its month; a window ends where the words end
it. “At a convenient time” is open, and so is what names no last day: “from April”, “about the end of May” and “early
2022”, for if the program chose 31 March as the end of “early”, it would call people overdue by a day that nobody
agreed to. Such words get a day on which somebody looks again: here 30 April, when a third of the year has passed.
Whatever is recognised is a proposal, which an officer confirms, the day of review first of all.

Where words can be read in two ways, the later end is taken, so that nobody is overdue by a reading alone: “by March”
lasts to 31 March, «до 31 марта» includes the 31st. («До марта» ends before March; it cannot be read otherwise.) Seasons
are counted as ``records.dates`` counts them; a winter lies in two years and stays open. A fiscal year is the Japanese
one, from April; in Russian, where it may be either side's, only if the words say whose.
"""

from __future__ import annotations

from agreements.timing.parallel import ParallelTiming, in_parallel, left_open, review_after
from agreements.timing.recognition import Timing, best, in_full, recognise

__all__ = [
    "ParallelTiming",
    "Timing",
    "best",
    "in_full",
    "in_parallel",
    "left_open",
    "recognise",
    "review_after",
]

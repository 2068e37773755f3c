"""What is measured of revisions: the differences between two of them, and sealing."""

from __future__ import annotations

import re
import statistics
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.db.models.functions.math import Mod
from django.test import Client
from django.urls import reverse

from bench.rows import Rows, by_round, fetch, interleaved, row, spread
from bench.seed import House
from meetings import actions
from meetings.exports.differences import differences_document
from meetings.exports.editions import OPERATOR
from meetings.exports.minutes import minutes_document
from meetings.exports.sealing import print_copies
from meetings.models import Entry, Meeting, Minutes, Revision
from meetings.reading import passages_compared
from meetings.revisions import content_of
from records.access import Edition
from records.exports.typst import typesetter
from records.languages import CODES

PAGES = 60
ENTRIES = 180
ROUNDS = 9
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


def differences(house: House) -> Rows:
    """Two revisions of 300 entries: every other one changed in all three languages, one moved, one removed."""
    [meeting] = house.add(1, 300)
    old = _circulated(meeting.minutes)
    entries = Entry.objects.filter(minutes=meeting.minutes)
    for code in CODES:
        name = f"text_{code}"
        odd = entries.annotate(rest=Mod("position", 2)).filter(rest=1)
        odd.update(**{name: Concat(Value({"en": "Again ", "ja": "改めて", "ru": "Вновь "}[code]), F(name))})
    entries.filter(position=120).update(position=20)
    entries.filter(position=200).delete()
    new = _circulated(meeting.minutes)
    before, after = content_of(old), content_of(new)

    client = Client()
    client.force_login(house.user)
    page = reverse("meetings:revision-compare", args=[meeting.reference])
    times = interleaved(
        {
            "empty": lambda: fetch(client, reverse("bench-empty")),
            "compare": lambda: passages_compared(before, after, Edition.INTERNAL),
            "page": lambda: fetch(client, page),
            "paper": lambda: _differences_paper(old, new),
        },
        ROUNDS,
    )
    found = []
    for name, title, target in (
        ("compare", "differences of 300 entries", 500),
        ("page", "page of these differences", None),
        ("paper", "PDF of these differences, cold", None),
    ):
        taken = 1000 * statistics.median(times[name])
        ratio = statistics.median(by_round(times[name], times["empty"]))
        wanted = (f"≤ {target} ms", taken <= target) if target else ()
        found += [row(title, taken, "ms", spread(times[name]), *wanted)]
        found += [row(f"{title}: to an empty page", ratio, "×", spread(times[name]))]
    return found


def _differences_paper(old: Revision, new: Revision) -> None:
    # The compiler remembers what it has set: one that starts anew is what a person meets.
    typesetter().close()
    differences_document(old, new, edition=Edition.INTERNAL, languages=CODES, user=OPERATOR)


def sealing(house: House) -> Rows:
    """Comparing with what was agreed, printing every edition with its JSON, storing; the typesetter is running.

    The languages that count decide how many papers there are: here one of two columns an edition. In turns with one
    such paper that is only printed, of other minutes each time: what sealing costs beside printing.
    """
    meetings = house.add(2 * (ROUNDS + 1), ENTRIES)
    waiting = iter([_agreed(meeting) for meeting in meetings[::2]])
    printing = iter([Minutes.objects.get(meeting=meeting) for meeting in meetings[1::2]])
    sealed: list[int] = []
    printed: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = Path(folder)
        works = {"seal": lambda: _seal(next(waiting), sealed), "print": lambda: _print(next(printing), printed)}
        times = interleaved(works, ROUNDS)
    typesetter().close()
    taken = 1000 * statistics.median(times["seal"])
    per = taken * PAGES / statistics.median(sealed)
    ratios = [
        (seal / sealed[-1]) / (paper / printed[-1]) for seal, paper in zip(times["seal"], times["print"], strict=True)
    ]
    return [
        row(f"sealing: three editions, {sealed[-1]} pages", taken, "ms", spread(times["seal"])),
        row(f"sealing: for {PAGES} pages", per, "ms", spread(times["seal"]), "≤ 2000 ms", per <= 2000),
        row("sealing: a page, to printing a page", statistics.median(ratios), "×", spread(ratios)),
    ]


def _print(minutes: Minutes, pages: list[int]) -> None:
    document = minutes_document(minutes, edition=Edition.INTERNAL, languages=("ja", "ru"), user=OPERATOR)
    pages.append(document.pages)


def _seal(minutes: Minutes, pages: list[int]) -> None:
    counted = 0

    def count(revision: Revision) -> Any:
        nonlocal counted
        copies = print_copies(revision)
        counted = sum(len(_PAGE.findall(copy.pdf)) for copy in copies)
        return copies

    actions.seal(minutes, by=None, print_copies=count)
    pages.append(counted)


def _circulated(minutes: Minutes) -> Revision:
    """The next revision of the minutes as they are now; they are a draft again."""
    revision = actions.circulate(Minutes.objects.get(pk=minutes.pk), by=None)
    actions.take_back(Minutes.objects.get(pk=minutes.pk), by=None, reason="A word.")
    return revision


def _agreed(meeting: Meeting) -> Minutes:
    minutes = Minutes.objects.get(meeting=meeting)
    actions.circulate(minutes, by=None)
    Minutes.objects.filter(pk=minutes.pk).update(state="agreed")
    return Minutes.objects.get(pk=minutes.pk)

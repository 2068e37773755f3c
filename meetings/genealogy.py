"""The genealogy of a commitment: the line through the meetings that spoke of it, as far as somebody may read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from agreements.models import Commitment
from agreements.models.commitments import ENDED
from meetings.models import Meeting, Mention, MentionKind
from records.languages import Said, said

#: How often it must have been reaffirmed, with nothing done in between, for the page to say so.
OFTEN = 3

# The picture's measures, in its own units: one is a pixel where there is room.
_MARGIN, _LEAST, _MOST, _A_MONTH = 80, 160, 300, 14
_HEIGHT, _LINE = 136, 56
_DAYS_A_MONTH = 30.4


@dataclass(frozen=True)
class Mark:
    """One place on the line: what an entry did to the commitment, where, in which words."""

    kind: str
    label: Any
    meeting: Meeting
    words: Said
    address: str
    x: int = 0


@dataclass(frozen=True)
class Genealogy:
    """The whole line, the earliest first. ``reaffirmed`` counts meetings, and is 0 unless it was too often."""

    marks: list[Mark]
    width: int
    reaffirmed: int = 0
    since: Meeting | None = None
    height: int = _HEIGHT
    line: int = _LINE

    @property
    def end(self) -> int:
        """Where the line stops."""
        return self.marks[-1].x if self.marks else 0

    @property
    def start(self) -> int:
        return _MARGIN


def genealogy_of(commitment: Commitment, user: Any) -> Genealogy:
    """The line as ``user`` may see it: of what they may not read there is no mark, no gap and no count."""
    mentions = list(
        Mention.objects.visible_to(user)
        .filter(commitment=commitment)
        .select_related("entry__minutes__meeting__committee")
        .order_by("entry__minutes__meeting__date", "entry__minutes__meeting__pk", "entry__position", "pk")
    )
    marks = _placed([_mark(mention) for mention in mentions])
    reaffirmed, since = _not_moved(marks) if commitment.state not in ENDED else (0, None)
    width = (marks[-1].x if marks else 0) + _MARGIN
    return Genealogy(marks, width, reaffirmed, since)


def _mark(mention: Mention) -> Mark:
    meeting = mention.entry.minutes.meeting
    address = f"{meeting.get_absolute_url()}#entry-{mention.entry_id}"
    return Mark(mention.kind, mention.get_kind_display(), meeting, said(mention, "words"), address)


def _placed(marks: list[Mark]) -> list[Mark]:
    """Each mark with its place: the longer the time between two, the further apart, within reason."""
    places = [_MARGIN]
    for earlier, later in pairwise(marks):
        months = (later.meeting.date - earlier.meeting.date).days / _DAYS_A_MONTH
        places.append(places[-1] + int(min(_MOST, _LEAST + months * _A_MONTH)))
    return [
        Mark(mark.kind, mark.label, mark.meeting, mark.words, mark.address, x)
        for mark, x in zip(marks, places, strict=False)
    ]


def _not_moved(marks: Iterable[Mark]) -> tuple[int, Meeting | None]:
    """How many meetings in a row did nothing but reaffirm it, and since which: the last that did anything else."""
    meetings: set[int] = set()
    since = None
    for mark in marks:
        if mark.kind == MentionKind.REAFFIRMS:
            meetings.add(mark.meeting.pk)
        else:
            meetings, since = set(), mark.meeting
    return (len(meetings), since) if len(meetings) >= OFTEN else (0, None)

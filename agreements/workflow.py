"""The life of a commitment. That one is agreed is no move of this table: it comes with the minutes that make it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from records.access import Permission
from records.workflow import Move, Workflow

_WRITE = Permission.AGREEMENTS_WRITE
_BEGIN, _WAIT = gettext_lazy("Mark as under way"), gettext_lazy("Mark as waiting")
_PARTLY, _WHOLLY = gettext_lazy("Mark as partly fulfilled"), gettext_lazy("Mark as fulfilled")
_SUPERSEDE, _LAPSE = gettext_lazy("Mark as superseded"), gettext_lazy("Let it lapse")


def _endings(source: str) -> list[Move]:
    """How what is being kept ends. Fulfilment needs a report besides, by somebody else (``move_commitment``)."""
    return [
        Move(source, "fulfilled", _WHOLLY, _WRITE),
        Move(source, "superseded", _SUPERSEDE, _WRITE, needs_reason=True),
        Move(source, "lapsed", _LAPSE, _WRITE, needs_reason=True),
    ]


COMMITMENT = Workflow(
    [
        Move("proposed", "dropped", gettext_lazy("Drop"), _WRITE, needs_reason=True),
        Move("agreed", "under_way", _BEGIN, _WRITE),
        Move("agreed", "waiting", _WAIT, _WRITE),
        Move("under_way", "waiting", _WAIT, _WRITE),
        Move("under_way", "partly_fulfilled", _PARTLY, _WRITE),
        *_endings("under_way"),
        Move("waiting", "under_way", _BEGIN, _WRITE),
        Move("waiting", "partly_fulfilled", _PARTLY, _WRITE),
        *_endings("waiting"),
        *_endings("partly_fulfilled"),
        Move("fulfilled", "under_way", gettext_lazy("Open again"), _WRITE, needs_reason=True),
    ]
)

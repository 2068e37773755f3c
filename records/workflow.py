"""Life cycles as tables: which moves there are, who may make them, what must hold. All other moves are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from records.access import Permission


class Refused(ValidationError):
    """A rule does not allow this. The message is for the person who asked; ``field`` is where it belongs, if any."""

    def __init__(self, message: Any, field: str | None = None) -> None:
        super().__init__(message, code="refused")
        self.field = field


@dataclass(frozen=True)
class Move:
    """One allowed move. ``holds`` raises ``Refused`` when a condition of the move is not met."""

    source: str
    target: str
    label: Any  # what the button says
    permission: Permission
    needs_reason: bool = False
    holds: Callable[[Any], None] | None = None


class Workflow:
    """The transition table of one kind of thing, consulted by its actions and by its pages."""

    def __init__(self, moves: Iterable[Move]) -> None:
        self.moves = tuple(moves)

    def move(self, record: Any, target: str, *, reason: str = "") -> Move:
        """The row that takes ``record`` from its state to ``target``; raises ``Refused`` when there is none."""
        for move in self.moves:
            if (move.source, move.target) == (record.state, target):
                if move.needs_reason and not reason.strip():
                    raise Refused(_("Please give a reason."), field="reason")
                if move.holds is not None:
                    move.holds(record)
                return move
        states = dict(record._meta.get_field("state").choices)
        if target not in states:
            raise Refused(_("There is no such state."))
        raise Refused(
            _("“%(record)s” is %(source)s and cannot become %(target)s.")
            % {"record": record, "source": states[record.state], "target": states[target]}
        )

    def open_to(self, record: Any, user: Any) -> list[Move]:
        """The moves that ``user`` may make from the present state, in the table's order."""
        return [
            move
            for move in self.moves
            if move.source == record.state and user.can(move.permission, record.governing_committee)
        ]

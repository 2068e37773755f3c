"""The life cycle of a meeting, and when minutes may be written. An official could read it aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.access import Permission
from records.workflow import Move, Refused, Workflow

if TYPE_CHECKING:
    from meetings.models import Meeting, Minutes


def _has_an_exact_day(meeting: Meeting) -> None:
    if meeting.date_precision != "day":
        raise Refused(_("A meeting is scheduled for a day: give the exact date first."))


def _somebody_attended(meeting: Meeting) -> None:
    if not meeting.attendances.filter(sent_apologies=False).exists():
        raise Refused(_("Record who attended before you say that it was held."))


def _is_not_under_agreement(meeting: Meeting) -> None:
    if meeting.minutes.state not in ("draft", "sealed"):
        raise Refused(_("Its minutes are still being agreed."))


_WRITE = Permission.MEETINGS_WRITE

MEETING = Workflow(
    [
        Move("draft", "scheduled", gettext_lazy("Schedule"), _WRITE, holds=_has_an_exact_day),
        Move("draft", "cancelled", gettext_lazy("Call off"), _WRITE, needs_reason=True),
        Move("scheduled", "held", gettext_lazy("Mark as held"), _WRITE, holds=_somebody_attended),
        Move("scheduled", "postponed", gettext_lazy("Postpone"), _WRITE, needs_reason=True),
        Move("scheduled", "cancelled", gettext_lazy("Call off"), _WRITE, needs_reason=True),
        Move("postponed", "scheduled", gettext_lazy("Schedule again"), _WRITE, holds=_has_an_exact_day),
        Move("postponed", "cancelled", gettext_lazy("Call off"), _WRITE, needs_reason=True),
        Move("held", "closed", gettext_lazy("Close"), _WRITE, holds=_is_not_under_agreement),
        Move("closed", "held", gettext_lazy("Reopen"), _WRITE, needs_reason=True),
    ]
)

#: States in which the facts, the attendance and the agenda of a meeting may still be edited.
EDITABLE = frozenset({"draft", "scheduled", "postponed", "held"})


def refuse_unless_editable(meeting: Meeting) -> None:
    """Raise ``Refused`` when the meeting is closed or cancelled."""
    if meeting.state not in EDITABLE:
        raise Refused(_("This meeting is %(state)s: it is no longer edited.") % {"state": meeting.get_state_display()})


def refuse_unless_draft(minutes: Minutes) -> None:
    """Raise ``Refused`` when the minutes have left the desk, or the meeting takes none."""
    if minutes.meeting.state in ("closed", "cancelled"):
        raise Refused(
            _("This meeting is %(state)s: its minutes are no longer edited.")
            % {"state": minutes.meeting.get_state_display()}
        )
    if not minutes.is_draft:
        raise Refused(
            _("These minutes are %(state)s: entries are edited only while they are a draft.")
            % {"state": minutes.get_state_display()}
        )

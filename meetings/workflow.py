"""The life cycle of a meeting, and when minutes may be written. An official could read it aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.access import Permission
from records.languages import CODES, NAMES
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


def _was_held(minutes: Minutes) -> None:
    if minutes.meeting.state != "held":
        raise Refused(_("Minutes are circulated after the meeting was held and before it is closed."))


def _has_something_to_share(minutes: Minutes) -> None:
    _was_held(minutes)
    if not minutes.entries.filter(audience__in=["shared", "public"]).exists():
        raise Refused(_("There is no entry for the other side to read yet."))


def missing_languages(minutes: Minutes) -> list[str]:
    """The authentic languages in which an entry that both sides read has no text yet."""
    shared = minutes.entries.filter(audience__in=["shared", "public"])
    return [
        code
        for code in CODES
        if getattr(minutes, f"standing_{code}") == "authentic" and shared.filter(**{f"text_{code}": ""}).exists()
    ]


def _is_complete(minutes: Minutes) -> None:
    if missing := missing_languages(minutes):
        names = ", ".join(str(NAMES[code]) for code in missing)
        raise Refused(
            _("An authentic text is missing (%(languages)s): nobody can agree to it yet.") % {"languages": names}
        )


_CIRCULATE = Permission.MINUTES_CIRCULATE

MINUTES = Workflow(
    [
        Move("draft", "circulated", gettext_lazy("Circulate"), _CIRCULATE, holds=_has_something_to_share),
        Move("circulated", "draft", gettext_lazy("Take back to the desk"), _CIRCULATE, needs_reason=True),
        Move("circulated", "agreed", gettext_lazy("Agree"), Permission.MINUTES_APPROVE, holds=_is_complete),
        Move("agreed", "sealed", gettext_lazy("Seal"), _CIRCULATE),
        Move("sealed", "draft", gettext_lazy("Open a corrigendum"), _CIRCULATE, needs_reason=True),
    ]
)

#: States in which the facts, the attendance and the agenda of a meeting may still be edited.
EDITABLE = frozenset({"draft", "scheduled", "postponed", "held"})


def refuse_unless_editable(meeting: Meeting) -> None:
    """Raise ``Refused`` when the meeting is closed or cancelled, or when what it prints is being agreed."""
    if meeting.state not in EDITABLE:
        raise Refused(_("This meeting is %(state)s: it is no longer edited.") % {"state": meeting.get_state_display()})
    if not meeting.minutes.is_draft:
        raise Refused(
            _("Its minutes are %(state)s, and they print this. Take the minutes back to the desk first.")
            % {"state": meeting.minutes.get_state_display()}
        )


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

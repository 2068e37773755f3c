"""What the desk shows a person today. Every query begins at what the person may read."""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby, islice
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.models import Commitment
from agreements.models.commitments import CommitmentState
from meetings.models import Entry, Meeting, Minutes
from meetings.models.meetings import MeetingQuerySet, MeetingState
from meetings.models.minutes import MinutesState
from records import history
from records.access import Permission
from records.dates import Precision
from records.models import AuditEvent

_EVENTS_LOOKED_AT = 120


class Waiting(NamedTuple):
    """A meeting that waits for somebody, and for what."""

    meeting: Meeting
    what: Any


class Change(NamedTuple):
    """What somebody did to one meeting, in one sitting."""

    at: datetime
    meeting: Meeting
    text: str


_WAITS = {
    "past": gettext_lazy("Its day has passed. Was it held?"),
    "postponed": gettext_lazy("Postponed, and the new date is still open."),
    "empty": gettext_lazy("The minutes are still empty."),
    "draft": gettext_lazy("The minutes are in draft."),
    "circulated": gettext_lazy("The minutes wait for both sides to accept them."),
}


def next_meetings(user: Any, *, on: date, most: int = 6) -> list[Meeting]:
    """The meetings ahead, today's included, the nearest first."""
    ahead = (
        Q(date__gte=on)
        | Q(date_precision=Precision.MONTH, date__gte=on.replace(day=1))
        | Q(date_precision__in=[Precision.SEASON, Precision.YEAR], date__gte=date(on.year, 1, 1))
    )
    meetings = Meeting.objects.visible_to(user).filter(ahead, state__in=[MeetingState.DRAFT, MeetingState.SCHEDULED])
    return list(meetings.with_details().order_by("date", "starts_at", "pk")[:most])


def waiting(user: Any, *, on: date, most: int = 20) -> list[Waiting]:
    """The meetings of the person's own side for which somebody has to do something, the oldest first."""
    has_entries = Exists(Entry.objects.visible_to(user).filter(minutes=OuterRef("minutes")))
    unfinished = [MinutesState.DRAFT, MinutesState.CIRCULATED]
    meetings = (
        _with_permission(user, Permission.INTERNAL_READ)
        .filter(
            Q(state=MeetingState.POSTPONED, date__lte=on)
            | Q(state=MeetingState.SCHEDULED, date_precision=Precision.DAY, date__lt=on)
            | Q(state=MeetingState.HELD, minutes__state__in=unfinished)
        )
        .with_details()
        .select_related("minutes")
        .annotate(has_entries=has_entries)
        .order_by("date", "pk")[:most]
    )
    return [Waiting(meeting, _WAITS[_what_waits(meeting)]) for meeting in meetings]


def _what_waits(meeting: Any) -> str:
    minutes: Minutes = meeting.minutes
    if meeting.state == MeetingState.POSTPONED:
        return "postponed"
    if meeting.state == MeetingState.SCHEDULED:
        return "past"
    if minutes.state == MinutesState.CIRCULATED:
        return "circulated"
    return "draft" if meeting.has_entries else "empty"


def recent_changes(user: Any, *, most: int = 8) -> list[Change]:
    """What was last done to meetings whose history the person may read; one line a sitting."""
    readable = _with_permission(user, Permission.HISTORY_READ)
    events = history.for_reader(
        AuditEvent.objects.filter(
            root_label=Meeting._meta.label_lower, root_pk__in=readable.order_by().values("pk")
        ).order_by("-pk")[:_EVENTS_LOOKED_AT],
        user,
    )
    sittings = islice(_sittings(events), most)
    meetings = Meeting.objects.in_bulk({event.root_pk for event in events})
    return [Change(sitting[0].at, meetings[sitting[0].root_pk], _told(sitting)) for sitting in sittings]


def _sittings(events: list[AuditEvent]) -> Any:
    """Runs of events by one person on one meeting on one day."""
    for _key, run in groupby(events, lambda event: (event.actor_id, event.root_pk, event.at.date())):
        yield list(run)


def _told(sitting: list[AuditEvent]) -> str:
    if len(sitting) == 1:
        return history.sentence(sitting[0])
    who = sitting[0].actor_name or _("The system")
    return ngettext("%(who)s made %(count)s change", "%(who)s made %(count)s changes", len(sitting)) % {
        "who": who,
        "count": len(sitting),
    }


def commitments_by_state(user: Any) -> list[tuple[str, str, int]]:
    """How many commitments stand where, in the order of their life: state, its name, how many."""
    counted = dict(
        Commitment.objects.visible_to(user).order_by().values_list("state").annotate(Count("pk")).order_by("state")
    )
    return [(value, str(label), counted[value]) for value, label in CommitmentState.choices if value in counted]


def _with_permission(user: Any, permission: Permission) -> MeetingQuerySet:
    """The meetings that the person may see and for whose committee they hold ``permission``."""
    meetings = Meeting.objects.visible_to(user)
    if user.sees_all:
        return meetings
    reach = user.reach(permission)
    return meetings.none() if reach is None else meetings.filter(reach)

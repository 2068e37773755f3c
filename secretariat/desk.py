"""What the desk shows a person today. Every query begins at what the person may read."""

from __future__ import annotations

from datetime import date, datetime
from functools import reduce
from itertools import groupby, islice
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.models import Commitment
from agreements.models.commitments import CommitmentState
from meetings.models import Entry, Meeting, ReviewLink
from meetings.models.meetings import MeetingQuerySet, MeetingState
from meetings.standing import Step, Turn, turn_is, waits_of_row, with_turn
from records import history
from records.access import Permission
from records.dates import Precision
from records.models import AuditEvent

_EVENTS_LOOKED_AT = 120
#: Looking that is written down: in the history, and no news for the desk.
_ONLY_LOOKED = ("downloaded", "looked at", "read again", "taken by link")


class Waiting(NamedTuple):
    """A meeting that waits for somebody, and for what."""

    meeting: Meeting
    what: Any


class Group(NamedTuple):
    """What waits in the same way. ``turn`` is the list's filter for all of it, where it has one."""

    label: Any
    turn: str
    items: list[Waiting]


class Change(NamedTuple):
    """What somebody did to one meeting, in one sitting."""

    at: datetime
    meeting: Meeting
    text: str


#: The groups in the order in which they are shown: (turn, what stands over them).
_GROUPS = (
    (Turn.US, gettext_lazy("Minutes that wait for us")),
    (Turn.THEM, gettext_lazy("Minutes that wait for the other side")),
    ("", gettext_lazy("Meetings")),
    (Turn.DRAFT, gettext_lazy("Minutes in draft")),
)


def next_meetings(user: Any, *, on: date, most: int = 6) -> list[Meeting]:
    """The meetings ahead, today's included, the nearest first."""
    ahead = (
        Q(date__gte=on)
        | Q(date_precision=Precision.MONTH, date__gte=on.replace(day=1))
        | Q(date_precision__in=[Precision.SEASON, Precision.YEAR], date__gte=date(on.year, 1, 1))
    )
    meetings = Meeting.objects.visible_to(user).filter(ahead, state__in=[MeetingState.DRAFT, MeetingState.SCHEDULED])
    return list(meetings.with_details().order_by("date", "starts_at", "pk")[:most])


def waiting(user: Any, *, on: date, most: int = 20) -> list[Group]:
    """The meetings for which somebody has to do something, by whose turn it is; in each group the oldest first.

    People of the other side see what has been circulated. ``most`` is the number of meetings in all.
    """
    own = Q() if user.sees_all else user.reach(Permission.INTERNAL_READ)
    overdue = Q(state=MeetingState.POSTPONED, date__lte=on) | Q(
        state=MeetingState.SCHEDULED, date_precision=Precision.DAY, date__lt=on
    )
    turns = [(turn, turn_is(turn, user)) for turn in Turn.values]
    if own is not None:
        turns.append(("", overdue & own))
    wanted = reduce(or_, [condition for _turn, condition in turns])
    places = {str(turn): number for number, (turn, _label) in enumerate(_GROUPS)}
    place = Case(*(When(condition, then=Value(places[turn])) for turn, condition in turns))
    meetings: Any = (
        with_turn(Meeting.objects.visible_to(user))
        .filter(wanted)
        .with_details()
        .annotate(group=place, has_entries=_has_entries(user))
        .order_by("group", "date", "pk")[:most]
    )
    found: dict[int, list[Waiting]] = {}
    for meeting in meetings:
        found.setdefault(meeting.group, []).append(Waiting(meeting, _what_waits(meeting)))
    return [Group(_GROUPS[number][1], str(_GROUPS[number][0]), found[number]) for number in sorted(found)]


def _has_entries(user: Any) -> Exists:
    return Exists(Entry.objects.visible_to(user).filter(minutes=OuterRef("minutes")))


def _what_waits(meeting: Any) -> Any:
    if meeting.state == MeetingState.POSTPONED:
        return _("Postponed, and the new date is still open.")
    if meeting.state == MeetingState.SCHEDULED:
        return _("Its day has passed. Was it held?")
    waits = waits_of_row(meeting)
    if waits.step != Step.WRITE:
        return capfirst(str(waits))
    return _("To be finished and circulated.") if meeting.has_entries else _("Still empty.")


def recent_changes(user: Any, *, most: int = 8) -> list[Change]:
    """What was last done to meetings whose history the person may read; one line a sitting."""
    readable = _with_permission(user, Permission.HISTORY_READ)
    events = history.for_reader(
        AuditEvent.objects.filter(root_label=Meeting._meta.label_lower, root_pk__in=readable.order_by().values("pk"))
        .exclude(verb__in=_ONLY_LOOKED)
        .order_by("-pk")[:_EVENTS_LOOKED_AT],
        user,
    )
    sittings = islice(_sittings(events), most)
    meetings = Meeting.objects.in_bulk({event.root_pk for event in events})
    return [Change(sitting[0].at, meetings[sitting[0].root_pk], _told(sitting)) for sitting in sittings]


def _sittings(events: list[AuditEvent]) -> Any:
    """Runs of events by one person on one meeting on one day. What is done by a review link is told each by itself."""

    def sitting(event: AuditEvent) -> tuple[Any, ...]:
        by_link = event.pk if event.actor_id is None and event.label == ReviewLink._meta.label_lower else None
        return event.actor_id, event.root_pk, event.at.date(), by_link

    for _key, run in groupby(events, sitting):
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

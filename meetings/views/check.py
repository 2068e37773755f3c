"""The check of the minutes: what is missing or odd before they go on their way."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agreements.models import Responsibility
from meetings.checking import Minuted, counted, findings
from meetings.models import AgendaItem, Attendance, Entry, Meeting
from meetings.views.agreement import minutes_moves
from meetings.views.committing import readable_mentions
from records.access import Permission, load, requires


@requires(Permission.MINUTES_WRITE)
def minutes_check(request: HttpRequest, reference: str) -> HttpResponse:
    """One list, each line a link to the place; when nothing stands in the way, the minutes can be circulated."""
    meetings = Meeting.objects.with_details().select_related("minutes")
    meeting = load(meetings, request.user, Permission.MINUTES_WRITE, reference=reference)
    meeting.minutes.meeting = meeting
    found = findings(minuted(meeting, request.user))
    circulate = [move for move in minutes_moves(meeting.minutes, request.user) if move.target == "circulated"]
    context = {
        "meeting": meeting,
        "minutes": meeting.minutes,
        "groups": [
            ("way", [finding for finding in found if finding.stands_in_the_way]),
            ("look", [finding for finding in found if not finding.stands_in_the_way]),
        ],
        "found": found,
        "counts": counted(found),
        "may_circulate": bool(circulate),
    }
    return render(request, "meetings/minutes_check.html", context)


def minuted(meeting: Meeting, user: Any) -> Minuted:
    """What the check looks at, each list read once, as far as the person may read it."""
    attendances = list(Attendance.objects.visible_to(user).filter(meeting=meeting))
    agenda = list(AgendaItem.objects.visible_to(user).filter(meeting=meeting))
    responsible = Responsibility.objects.visible_to(user)
    mentions = readable_mentions(user).prefetch_related(Prefetch("commitment__responsibilities", responsible))
    entries = list(
        Entry.objects.visible_to(user)
        .filter(minutes=meeting.minutes)
        .prefetch_related("speakers", Prefetch("mentions", mentions))
    )
    return Minuted(meeting, entries, attendances, agenda)


def check_in_short(meeting: Meeting, user: Any) -> dict[str, int]:
    """How many findings there are, for the page that circulates."""
    return counted(findings(minuted(meeting, user)))

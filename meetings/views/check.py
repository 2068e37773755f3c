"""The check of the minutes: what is missing or odd before they go on their way."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from meetings.checking import Minuted, counted, findings
from meetings.models import Meeting
from meetings.views.agreement import minutes_moves
from records.access import Permission, load, requires


@requires(Permission.MINUTES_WRITE)
def minutes_check(request: HttpRequest, reference: str) -> HttpResponse:
    """One list, each line a link to the place; when nothing stands in the way, the minutes can be circulated."""
    meetings = Meeting.objects.with_details().select_related("minutes")
    meeting = load(meetings, request.user, Permission.MINUTES_WRITE, reference=reference)
    meeting.minutes.meeting = meeting
    found = findings(Minuted.read(meeting, request.user))
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

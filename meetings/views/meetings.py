"""One meeting: its page, its facts, its state."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import F, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreements.models import Commitment
from meetings import actions, workflow
from meetings.commitment_drafts import commitments_of
from meetings.exports.editions import editions_for
from meetings.exports.forms import export_languages
from meetings.forms import MeetingForm, MoveForm
from meetings.models import AgendaItem, Attendance, Entry, EntryKind, Meeting, Mention
from meetings.proposals import OVER
from meetings.views.agreement import minutes_moves, revisions_in_short
from meetings.views.documents import documents_of
from records import languages
from records.access import Audience, Permission, load, requires
from records.workflow import Refused

#: Read with the meeting itself, which the page opens with anyway.
_COMMUNIQUE = {"drafted_communique": F("communique__pk"), "communique_cleared_at": F("communique__cleared_at")}


def meeting_detail(request: HttpRequest, reference: str) -> HttpResponse:
    meetings = Meeting.objects.with_details().select_related("minutes").annotate(**_COMMUNIQUE)
    meeting = load(meetings, request.user, reference=reference)
    context = detail_context(request, meeting) | {"communique": _communique_of(request.user, meeting)}
    return render(request, "meetings/meeting_detail.html", context)


def detail_context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """Everything the meeting's page shows: each list read once, and only what the person may read."""
    user = request.user
    attendances = list(Attendance.objects.visible_to(user).filter(meeting=meeting).select_related("read_by__side"))
    agenda = list(AgendaItem.objects.visible_to(user).filter(meeting=meeting).select_related("plan_item"))
    entries = list(
        Entry.objects.visible_to(user)
        .filter(minutes=meeting.minutes)
        .prefetch_related(
            Prefetch("speakers", Attendance.objects.only("name_en", "name_ja", "name_ru")),
            Prefetch("mentions", Mention.objects.with_readable_commitments(user)),
        )
    )
    items = {item.pk: item for item in agenda}  # read already
    for entry in entries:
        if entry.agenda_item_id is not None:
            entry.agenda_item = items.get(entry.agenda_item_id)
    numbered = list(enumerate(entries, start=1))
    may_write = user.can(Permission.MEETINGS_WRITE, meeting.committee)
    may_edit = may_write and meeting.state in workflow.EDITABLE and meeting.minutes.is_draft
    may_take_minutes = (
        user.can(Permission.MINUTES_WRITE, meeting.committee)
        and meeting.minutes.is_draft
        and meeting.state not in ("closed", "cancelled")
    )
    return {
        "meeting": meeting,
        "page_url": meeting.get_absolute_url(),  # the addresses of its parts begin with it
        "minutes": meeting.minutes,
        "clocks": meeting.clocks,
        "sides": [
            {
                "side": side,
                "present": [a for a in attendances if a.side_id == side.pk and not a.sent_apologies],
                "apologies": [a for a in attendances if a.side_id == side.pk and a.sent_apologies],
            }
            for side in meeting.committee.sides
        ],
        "agenda": agenda,
        "entries": numbered,
        "documents": documents_of(meeting, user, numbered),
        "commitments": _commitments(entries),
        "moves": workflow.MEETING.open_to(meeting, user),
        "may_call_next": may_write and meeting.state in OVER,
        "may_edit": may_edit,
        "may_attach": may_write and meeting.state != "cancelled",
        "may_take_minutes": may_take_minutes,
        "may_export": user.can(Permission.MINUTES_EXPORT, meeting.committee),
        "may_read_history": user.can(Permission.HISTORY_READ, meeting.committee),
        "editions": editions_for(user, meeting.committee),
        "export_languages": export_languages(),
        "entry_form": _entry_form(attendances, agenda) if may_take_minutes else None,
        "minutes_moves": minutes_moves(meeting.minutes, user),
        "revisions": revisions_in_short(meeting),
    }


def _communique_of(user: Any, meeting: Any) -> str:
    """“cleared”, “draft” or nothing; of a draft only its own side knows."""
    if meeting.communique_cleared_at is not None:
        return "cleared"
    is_own = user.can(Permission.INTERNAL_READ, meeting.committee)
    return "draft" if is_own and meeting.drafted_communique is not None else ""


@requires(Permission.MEETINGS_WRITE)
def meeting_create(request: HttpRequest) -> HttpResponse:
    form = MeetingForm(request.POST or None, initial=_first_guess(request), user=request.user)
    if request.method == "POST" and form.attempt(
        lambda: actions.call_meeting(form.instance, by=request.user), by=request.user
    ):
        messages.success(request, _("The meeting has been called. Its reference is %s.") % form.location.split("/")[-2])
        return redirect(form.location)
    return render(request, "meetings/meeting_form.html", {"form": form}, status=form.http_status)


@requires(Permission.MEETINGS_WRITE)
def meeting_edit(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = load(
        Meeting.objects.with_details().select_related("minutes"),
        request.user,
        Permission.MEETINGS_WRITE,
        reference=reference,
    )
    form = MeetingForm(request.POST or None, instance=meeting, user=request.user)
    if request.method == "POST" and form.attempt(
        lambda: actions.change_meeting(form.instance, by=request.user, expected=form.expected_version), by=request.user
    ):
        messages.success(request, _("The meeting has been saved."))
        return redirect(form.instance)
    context = {"form": form, "meeting": meeting, "reference": reference}
    return render(request, "meetings/meeting_form.html", context, status=form.http_status)


@requires(Permission.MEETINGS_WRITE)
def meeting_move(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once, with the reason where one is needed, then take the meeting to another state."""
    meeting = load(Meeting.objects.with_details(), request.user, Permission.MEETINGS_WRITE, reference=reference)
    form = MoveForm(request.POST or None, initial={"target": request.GET.get("target", "")})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                moved = actions.move_meeting(meeting, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field, refusal)
            else:
                messages.success(request, _("The meeting is now %s.") % moved.get_state_display())
                return redirect(moved)
    target = form["target"].value()
    move = next((move for move in workflow.MEETING.open_to(meeting, request.user) if move.target == target), None)
    if move is None:
        messages.error(request, _("This move is not possible from the meeting's present state."))
        return redirect(meeting)
    context = {"form": form, "meeting": meeting, "move": move}
    return render(request, "meetings/meeting_move.html", context, status=status)


def _commitments(entries: list[Entry]) -> list[tuple[Commitment, list[Mention]]]:
    """Each commitment that the person may read, once, with what the meeting did to it."""
    mentions = [mention for entry in entries for mention in entry.mentions.all()]
    return [
        (commitment, [mention for mention in mentions if mention.commitment_id == commitment.pk])
        for commitment in commitments_of(entries)
    ]


def _entry_form(attendances: list[Attendance], agenda: list[AgendaItem]) -> dict[str, Any]:
    """What the form for a new entry offers, from the lists that the page has read already."""
    offered: dict[str, tuple[str, list[tuple[Any, Any]]]] = {
        "kind": (EntryKind.STATEMENT, EntryKind.choices),  # half of what is taken down
        "audience": (Audience.SHARED, Audience.choices),
        "agenda_item": ("", [("", "—"), *((item.pk, str(item)) for item in agenda)]),
    }
    return {
        "key": uuid4(),
        "selects": [(name, _label(name), value, choices) for name, (value, choices) in offered.items()],
        "speakers": [(attendance.pk, str(attendance)) for attendance in attendances if attendance.may_speak],
        "texts": [(column, _label(column), column[-2:]) for column in languages.columns("text")],
    }


def _label(name: str) -> str:
    return capfirst(str(Entry._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


def _first_guess(request: HttpRequest) -> dict[str, Any]:
    """The most likely next meeting: a co-chairs' meeting by video; a day clicked in the calendar."""
    guess = {"kind": "co_chairs", "format": "video", "date": request.GET.get("date") or timezone.localdate()}
    if committee := request.GET.get("committee"):
        guess["committee"] = committee
    return guess

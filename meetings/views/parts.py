"""The parts of a meeting that are edited one by one: attendance, agenda, entries. And their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from meetings import actions
from meetings.forms import AgendaItemForm, AttendanceForm, EntryForm, OrderForm
from meetings.models import AgendaItem, Attendance, Entry, Meeting
from records.access import Permission, load, requires
from records.actions import EditConflict
from records.models import Record
from records.workflow import Refused


@dataclass(frozen=True)
class Part:
    """How one kind of part is named, found, shown and changed."""

    name: str
    model: type[Attendance | AgendaItem | Entry]
    permission: Permission
    anchor: str
    titles: tuple[Any, Any]  # of the page that adds one, of the page that edits one
    saved: Any
    removed: Any
    remove: Callable[..., None]

    def owner(self, meeting: Meeting) -> dict[str, Any]:
        return {"minutes": meeting.minutes} if self.model is Entry else {"meeting": meeting}

    def of(self, meeting: Meeting, user: Any) -> Any:
        return self.model.objects.visible_to(user).filter(**self.owner(meeting))


ATTENDANCE = Part(
    "attendance",
    Attendance,
    Permission.MEETINGS_WRITE,
    "attendance",
    (gettext_lazy("Add to the attendance"), gettext_lazy("Edit attendance")),
    gettext_lazy("The attendance has been saved."),
    gettext_lazy("“%s” was taken off the attendance. The history keeps it."),
    actions.remove_attendance,
)
AGENDA = Part(
    "agenda",
    AgendaItem,
    Permission.MEETINGS_WRITE,
    "agenda",
    (gettext_lazy("Add an agenda item"), gettext_lazy("Edit agenda item")),
    gettext_lazy("The agenda has been saved."),
    gettext_lazy("“%s” was taken off the agenda. The history keeps it."),
    actions.remove_agenda_item,
)
ENTRY = Part(
    "entry",
    Entry,
    Permission.MINUTES_WRITE,
    "minutes",
    (gettext_lazy("Add an entry"), gettext_lazy("Edit entry")),
    gettext_lazy("The entry has been saved."),
    gettext_lazy("“%s” was deleted. The history keeps its words."),
    actions.remove_entry,
)


@requires(Permission.MEETINGS_WRITE)
def attendance_add(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference, ATTENDANCE)

    def act(form: AttendanceForm) -> Attendance:
        chosen = form.instance
        frozen = actions.new_attendance(meeting, chosen.person, role=chosen.role)
        for name in ("mode", "read_by", "sent_apologies"):
            setattr(frozen, name, getattr(chosen, name))
        return actions.attend(frozen, by=request.user)

    mode = "online" if meeting.format in ("video", "telephone") else "in_person"
    form = AttendanceForm(
        request.POST or None, instance=Attendance(meeting=meeting), initial={"mode": mode}, user=request.user
    )
    return _edit(request, ATTENDANCE, meeting, form, act)


@requires(Permission.MEETINGS_WRITE)
def attendance_edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    meeting = _meeting(request, reference, ATTENDANCE)
    attendance = load(ATTENDANCE.of(meeting, request.user), request.user, pk=pk)
    form = AttendanceForm(request.POST or None, instance=_placed(attendance, meeting), user=request.user)
    return _edit(
        request,
        ATTENDANCE,
        meeting,
        form,
        lambda form: actions.change_attendance(form.instance, by=request.user, expected=form.expected_version),
    )


@requires(Permission.MEETINGS_WRITE)
def agenda_add(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference, AGENDA)
    form = AgendaItemForm(request.POST or None, instance=AgendaItem(meeting=meeting), user=request.user)
    return _edit(request, AGENDA, meeting, form, lambda form: actions.add_agenda_item(form.instance, by=request.user))


@requires(Permission.MEETINGS_WRITE)
def agenda_edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    meeting = _meeting(request, reference, AGENDA)
    item = load(AGENDA.of(meeting, request.user), request.user, pk=pk)
    form = AgendaItemForm(request.POST or None, instance=_placed(item, meeting), user=request.user)
    return _edit(
        request,
        AGENDA,
        meeting,
        form,
        lambda form: actions.change_agenda_item(form.instance, by=request.user, expected=form.expected_version),
    )


@requires(Permission.MINUTES_WRITE)
def entry_add(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference, ENTRY)
    form = EntryForm(request.POST or None, instance=Entry(minutes=meeting.minutes))
    return _edit(
        request,
        ENTRY,
        meeting,
        form,
        lambda form: actions.add_entry(form.instance, by=request.user, speakers=form.cleaned_data["speakers"]),
    )


@requires(Permission.MINUTES_WRITE)
def entry_edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    meeting = _meeting(request, reference, ENTRY)
    entries = ENTRY.of(meeting, request.user)
    if request.method == "POST" and not entries.filter(pk=pk).exists():
        return _entry_gone(request, meeting)
    entry = load(entries, request.user, pk=pk)
    form = EntryForm(request.POST or None, instance=_placed(entry, meeting))
    return _edit(
        request,
        ENTRY,
        meeting,
        form,
        lambda form: actions.change_entry(
            form.instance, by=request.user, expected=form.expected_version, speakers=form.cleaned_data["speakers"]
        ),
    )


def _entry_gone(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Somebody deleted the entry while it was being edited: what was typed is not lost, it can be added anew."""
    form = EntryForm(request.POST, instance=Entry(minutes=meeting.minutes))
    form.add_error(
        None, _("Somebody deleted this entry in the meantime. What you wrote is still here: saving adds it anew.")
    )
    context = {
        "form": form,
        "meeting": meeting,
        "part": ENTRY,
        "title": ENTRY.titles[0],
        "action": reverse("meetings:entry-add", args=[meeting.reference]),
    }
    return render(request, "meetings/part_form.html", context, status=409)


def part_remove(request: HttpRequest, reference: str, pk: int, part: Part) -> HttpResponse:
    """Ask once, naming the thing, then remove it."""
    meeting = _meeting(request, reference, part)
    thing = load(part.of(meeting, request.user), request.user, pk=pk)
    status = 200
    refusal = ""
    if request.method == "POST":
        name = str(thing)
        try:
            part.remove(_placed(thing, meeting), by=request.user, expected=_version(request, thing))
        except (Refused, EditConflict) as problem:
            status, refusal = 422, problem.messages[0] if isinstance(problem, Refused) else str(problem)
            thing.refresh_from_db()
        else:
            messages.success(request, str(part.removed) % name)
            return redirect(f"{meeting.get_absolute_url()}#{part.anchor}")
    context = {"meeting": meeting, "thing": thing, "part": part, "refusal": refusal}
    return render(request, "meetings/part_remove.html", context, status=status)


def part_reorder(request: HttpRequest, reference: str, part: Part) -> HttpResponse:
    """Put a whole list into another order; answers only to POST."""
    meeting = _meeting(request, reference, part)
    things = list(part.of(meeting, request.user))
    form = OrderForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This order cannot be understood. Nothing was moved."))
    else:
        try:
            for thing in things:
                _placed(thing, meeting)
            actions.reorder(things, form.keys([thing.pk for thing in things]), by=request.user)
        except Refused as refusal:
            messages.error(request, refusal.messages[0])
    return redirect(f"{meeting.get_absolute_url()}#{part.anchor}")


def _meeting(request: HttpRequest, reference: str, part: Part) -> Meeting:
    meetings = Meeting.objects.with_details().select_related("minutes")
    return load(meetings, request.user, part.permission, reference=reference)


def _placed(thing: Any, meeting: Meeting) -> Any:
    """The thing with the meeting that was read already, so that it is not read again."""
    if isinstance(thing, Entry):
        thing.minutes = meeting.minutes
        meeting.minutes.meeting = meeting
    else:
        thing.meeting = meeting
    return thing


def _edit(request: HttpRequest, part: Part, meeting: Meeting, form: Any, act: Callable[[Any], Record]) -> HttpResponse:
    is_new = form.instance.pk is None
    if request.method == "POST" and form.attempt(lambda: act(form), by=request.user):
        messages.success(request, part.saved)
        suffix = "?added#new-entry" if is_new and part is ENTRY else f"#{part.anchor}"
        return redirect(f"{meeting.get_absolute_url()}{suffix}")
    context = {
        "form": form,
        "meeting": meeting,
        "part": part,
        "title": part.titles[0 if is_new else 1],
        "is_new": is_new,
    }
    return render(request, "meetings/part_form.html", context, status=form.http_status)


def _version(request: HttpRequest, thing: Record) -> int | None:
    value = request.POST.get("version", "")
    return int(value) if value.isdecimal() and len(value) < 10 else thing.version

"""The next meeting, begun from the last: its facts and its agenda proposed, to be called with one more click."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from meetings import actions, workflow
from meetings.agendas import Line, propose_agenda
from meetings.forms import MeetingForm
from meetings.models import AgendaItem, Meeting
from meetings.proposals import OVER, last_meeting, last_minuted, propose, recent_meetings
from records.access import Permission, load, requires
from records.workflow import Refused


class AgendaForm(forms.Form):
    """The proposed lines: ``order`` names them as they stand on the page, ``agenda`` those that are ticked."""

    agenda = forms.MultipleChoiceField(label=gettext_lazy("Agenda"), required=False)
    order = forms.MultipleChoiceField(label=gettext_lazy("Order"), required=False)

    def __init__(self, *args: Any, lines: list[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {line.key: line for line in lines}
        changed = _("What is proposed has changed in the meantime. It is shown as it is now: please look again.")
        for field in self.fields.values():
            field.choices = [(line.key, str(line.item)) for line in lines]
            field.error_messages["invalid_choice"] = changed

    def items(self, meeting: Meeting) -> list[AgendaItem]:
        """What was ticked, in the order of the page. Raises ``Refused`` for what names a meeting held more closely."""
        ticked = set(self.cleaned_data["agenda"])
        lines = [line for line in self._ordered(self.cleaned_data["order"]) if line.key in ticked]
        for line in lines:
            if line.classification > meeting.classification:
                words = _(
                    "%(reference)s is held more closely than this meeting. "
                    "Leave it out, or classify the meeting as it is."
                )
                raise Refused(words % {"reference": f"“{line.item}”"})
        return [line.item for line in lines]

    def rows(self) -> list[tuple[Line, bool]]:
        """The lines with their ticks: as sent, or as proposed at first and where a line is new."""
        if not self.is_bound:
            return [(line, line.is_on) for line in self.lines.values()]
        seen, ticked = (self._sent(name) for name in ("order", "agenda"))
        return [(line, line.key in ticked if line.key in seen else line.is_on) for line in self._ordered(seen)]

    def _sent(self, name: str) -> list[str]:
        return list(self.fields[name].widget.value_from_datadict(self.data, self.files, name) or [])

    def _ordered(self, keys: list[str]) -> list[Line]:
        """Those that ``keys`` name in their order, then the others."""
        first = [self.lines[key] for key in dict.fromkeys(keys) if key in self.lines]
        return [*first, *(line for line in self.lines.values() if line not in first)]


@requires(Permission.MEETINGS_WRITE)
def meeting_next(request: HttpRequest, reference: str) -> HttpResponse:
    """Call the meeting that follows one that is over, with what belongs on its agenda."""
    last = _load(request, reference)
    if last.state not in OVER:
        messages.error(request, _("The next meeting is called once this one was held or called off."))
        return redirect(last)
    today = timezone.localdate()
    recent = recent_meetings(last.committee, request.user)
    proposal = propose(last, recent, on=today)
    lines = propose_agenda(proposal.meeting, last=last, minuted=last_minuted(last, recent), user=request.user, on=today)
    agenda = AgendaForm(request.POST or None, lines=lines)
    form = MeetingForm(
        request.POST or None,
        instance=Meeting(committee=last.committee),
        initial=proposal.initial,
        user=request.user,
    )
    status = 200
    if request.method == "POST":
        if agenda.is_valid() and form.attempt(
            lambda: actions.call_next_meeting(form.instance, agenda.items(form.instance), by=request.user),
            by=request.user,
        ):
            messages.success(request, _called(len(agenda.cleaned_data["agenda"])))
            return redirect(form.location)
        form.is_valid()  # what is wrong with the facts is said together with what is wrong with the agenda
        status = max(422, form.http_status)
    context = {"last": last, "proposal": proposal, "form": form, "agenda": agenda}
    return render(request, "meetings/meeting_next.html", context, status=status)


@requires(Permission.MEETINGS_WRITE)
def agenda_fill(request: HttpRequest, reference: str) -> HttpResponse:
    """Fill the empty agenda of a meeting that was called already."""
    meeting = _load(request, reference)
    if meeting.agenda_items.exists() or meeting.state not in workflow.EDITABLE or not meeting.minutes.is_draft:
        messages.info(request, _("Only an empty agenda is filled from last time. It is shown as it is now."))
        return redirect(meeting)
    today = timezone.localdate()
    recent = recent_meetings(meeting.committee, request.user)
    last = last_meeting(meeting, recent)
    minuted = last_minuted(last, recent) if last is not None else None
    agenda = AgendaForm(
        request.POST or None,
        lines=propose_agenda(meeting, last=last, minuted=minuted, user=request.user, on=today),
    )
    if request.method == "POST" and agenda.is_valid():
        try:
            actions.fill_agenda(meeting, agenda.items(meeting), by=request.user)
        except Refused as refusal:
            agenda.add_error(None, refusal)
        else:
            messages.success(request, _("The agenda has been filled."))
            return redirect(f"{meeting.get_absolute_url()}#agenda")
    context = {"meeting": meeting, "last": last, "agenda": agenda}
    return render(request, "meetings/agenda_fill.html", context, status=200 if not agenda.errors else 422)


def _load(request: HttpRequest, reference: str) -> Meeting:
    meetings = Meeting.objects.with_details().select_related("minutes", "committee__parent")
    return load(meetings, request.user, Permission.MEETINGS_WRITE, reference=reference)


def _called(count: int) -> str:
    return ngettext(
        "The meeting has been called with %(count)s agenda item. It is a draft: look it over, then schedule it.",
        "The meeting has been called with %(count)s agenda items. It is a draft: look it over, then schedule it.",
        count,
    ) % {"count": count}

"""Reminding a side by hand that it owes an answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.models import Side
from meetings import mailing
from meetings.models import Meeting, Revision
from records.access import Permission, load, requires
from records.workflow import Refused


class Reminder(NamedTuple):
    """What the page says beside a side that owes an answer."""

    last: datetime | None
    may_be_sent: bool


class SideForm(forms.Form):
    side = forms.ModelChoiceField(queryset=Side.objects.none())

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].queryset = Side.objects.filter(pk__in=[side.pk for side in meeting.committee.sides])


def reminders_of(revision: Revision, user: Any) -> dict[int, Reminder]:
    """For each side that owes an answer to the revision, when it was last reminded; nothing for who may not remind."""
    if not user.can(Permission.MINUTES_CIRCULATE, revision.minutes.meeting.committee):
        return {}
    today, found = timezone.localdate(), {}
    for side in mailing.sides_that_owe(revision):
        last = mailing.last_reminded(revision, side)
        found[side.pk] = Reminder(last, last is None or timezone.localdate(last) < today)
    return found


@requires(Permission.MINUTES_CIRCULATE)
def revision_remind(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    meetings = Meeting.objects.with_details().select_related("minutes")
    meeting = load(meetings, request.user, Permission.MINUTES_CIRCULATE, reference=reference)
    revision = load(Revision, request.user, minutes=meeting.minutes, number=number)
    form = SideForm(request.POST, meeting=meeting)
    if form.is_valid():
        _remind(request, revision, form.cleaned_data["side"])
    else:
        messages.error(request, _("Say which side is to be reminded."))
    return redirect("meetings:revision-detail", reference, number)


def _remind(request: HttpRequest, revision: Revision, side: Side) -> None:
    try:
        queued = mailing.remind(revision, side, on=timezone.localdate(), by=request.user)
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return
    if queued:
        said = ngettext("%(count)s reminder is on its way.", "%(count)s reminders are on their way.", queued)
        messages.success(request, said % {"count": queued})
    else:
        messages.warning(request, _("Nobody who could answer receives reminders by mail: no reminder was sent."))

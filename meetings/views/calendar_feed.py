"""Meetings in people's calendars: one as a file, all of a person's as a feed behind a key of their own."""

from __future__ import annotations

import hashlib
import logging
from datetime import date, datetime, timedelta
from typing import cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe

from directory.calendar_keys import key_behind, make_calendar_key, note_use, present_key, revoke_calendar_key
from directory.models import CalendarKey, User
from meetings.exports import calendar
from meetings.exports.forms import LanguagesField
from meetings.models import AgendaItem, Meeting, MeetingState
from records.access import load
from records.exports.responses import download, error_page

logger = logging.getLogger(__name__)

#: Meetings of the last year stay in the feed; older ones are found in the list.
KEPT = timedelta(days=365)


class LanguageForm(forms.Form):
    language = LanguagesField(label=gettext_lazy("Language"), required=False, max_length=100)


@require_GET
def meeting_ics(request: HttpRequest, reference: str) -> HttpResponseBase:
    """``?language=ja``; without it in the person's own. Of two languages the first: a calendar has one."""
    meeting = load(Meeting.objects.with_details(), request.user, reference=reference)
    form = LanguageForm(request.GET)
    if not form.is_valid():
        problem = f"language: {form.errors['language'][0]}"
        return error_page(request, 400, _("This request cannot be understood"), problem)
    method = calendar.CANCEL if meeting.state == MeetingState.CANCELLED else calendar.PUBLISH
    agenda = list(AgendaItem.objects.visible_to(request.user).filter(meeting=meeting))
    content = calendar.invitation(meeting, form.cleaned_data["language"][0], method, agenda=agenda)
    return download(content, calendar.filename(meeting), f"{calendar.CONTENT_TYPE}; method={method}")


@login_not_required
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar of whoever holds ``key``: what they may read at this moment, and 404 for every other key."""
    found = key_behind(key)
    if found is None:
        raise Http404
    now = timezone.now()
    _note_use(found, now)
    meetings = list(_meetings_of(found.user, since=timezone.localdate() - KEPT))
    content = calendar.feed(meetings, found.user.language)
    etag = quote_etag(hashlib.sha256(content).hexdigest())
    response = HttpResponse(content, content_type=calendar.CONTENT_TYPE)
    response["ETag"] = etag
    if meetings:
        changed = max(calendar.last_changed(meeting, meeting.agenda_items.all()) for meeting in meetings)
        response["Last-Modified"] = http_date(changed.timestamp())
    response["Content-Language"] = found.user.language
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, no_cache=True)
    # Compared by the hash alone: when a meeting is no longer theirs, no date tells so.
    return get_conditional_response(request, etag=etag, response=response) or response


def calendar_feed(request: HttpRequest) -> HttpResponse:
    """Whether the person has a feed, when it was last read, and how to have one."""
    return _page(request, "")


@require_POST
def calendar_feed_make(request: HttpRequest) -> HttpResponse:
    """A new key. Its address is in this answer and nowhere else, ever."""
    return _page(request, make_calendar_key(_user(request), at=timezone.now()))


@require_POST
def calendar_feed_revoke(request: HttpRequest) -> HttpResponse:
    if revoke_calendar_key(_user(request), at=timezone.now()):
        messages.success(request, _("The address opens nothing any more. Calendars that have it will soon be empty."))
    return redirect("account_calendar")


def _page(request: HttpRequest, secret: str) -> HttpResponse:
    context = {"key": present_key(_user(request)), "feed_address": _address(request, secret) if secret else ""}
    return render(request, "meetings/calendar_feed.html", context)


def _address(request: HttpRequest, secret: str) -> str:
    path = reverse("calendar-feed", args=[secret])
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)


def _note_use(key: CalendarKey, now: datetime) -> None:
    """A full disk keeps nobody from reading."""
    try:
        note_use(key, at=now)
    except DatabaseError:
        logger.exception("When a calendar feed was used could not be kept.")


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)  # everybody who is logged in is one


def _meetings_of(user: User, *, since: date) -> QuerySet[Meeting]:
    agenda = Prefetch("agenda_items", AgendaItem.objects.visible_to(user))
    meetings = Meeting.objects.visible_to(user).filter(date__gte=since)
    return meetings.with_details().prefetch_related(agenda).order_by("date", "starts_at", "pk")

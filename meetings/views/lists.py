"""The meetings as a list and as a month."""

from __future__ import annotations

from calendar import Calendar
from datetime import date
from typing import Any

from babel.dates import get_day_names, get_month_names
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from meetings.filters import MeetingFilter
from meetings.models import Meeting, MinutesState
from meetings.standing import waits_of_row, with_turn
from records import languages
from records.access import Permission

PAGE_SIZE = 50


def meeting_list(request: HttpRequest) -> HttpResponse:
    meetings = Meeting.objects.visible_to(request.user)
    listed = MeetingFilter(request.GET, queryset=meetings, user=request.user)
    is_valid = listed.is_valid()
    page = Paginator(listed.qs if is_valid else meetings.none(), PAGE_SIZE).get_page(request.GET.get("page"))
    # What a row shows is read for this page's rows alone: SQLite would otherwise join all of them before it sorts.
    keys = list(page.object_list.values_list("pk", flat=True))
    rows: dict[int, Any] = with_turn(
        Meeting.objects.prefetch_related("committee__own_side", "committee__other_side")
    ).in_bulk(keys)
    for row in rows.values():
        row.waits, row.minutes_label = waits_of_row(row), MinutesState(row.minutes_state).label
    page.object_list = [rows[key] for key in keys]
    context = {
        "filter": listed,
        "page": page,
        "may_write": request.user.can(Permission.MEETINGS_WRITE),
        "may_export": request.user.can(Permission.MINUTES_EXPORT),
        "is_filtered": any(value for name, value in request.GET.items() if name not in ("page", "order")),
    }
    return render(request, "meetings/meeting_list.html", context, status=200 if is_valid else 422)


class MonthForm(forms.Form):
    year = forms.IntegerField(min_value=1900, max_value=2200, required=False)
    month = forms.IntegerField(min_value=1, max_value=12, required=False)


def meeting_calendar(request: HttpRequest) -> HttpResponse:
    """One month of meetings, by the day at the own side. Without a month: this one."""
    asked = MonthForm(request.GET)
    if not asked.is_valid():
        return render(request, "meetings/meeting_calendar.html", {"form": asked}, status=422)
    today = timezone.localdate()
    year, month = asked.cleaned_data["year"] or today.year, asked.cleaned_data["month"] or today.month
    weeks = Calendar().monthdatescalendar(year, month)
    meetings = (
        Meeting.objects.visible_to(request.user)
        .with_details()
        .filter(date__range=(weeks[0][0], weeks[-1][-1]))
        .order_by("date", "starts_at", "pk")
    )
    exact: dict[date, list[Meeting]] = {}
    vague = []
    for meeting in meetings:
        if meeting.date_precision == "day":
            exact.setdefault(meeting.date, []).append(meeting)
        else:
            vague.append(meeting)
    first = date(year, month, 1)
    context = {
        "first": first,
        "month_name": get_month_names("wide", "stand-alone", languages.current())[month],
        "weekdays": [get_day_names("abbreviated", "stand-alone", languages.current())[day] for day in range(7)],
        "weeks": [
            [{"day": day, "in_month": day.month == month, "meetings": exact.get(day, [])} for day in week]
            for week in weeks
        ],
        "vague": vague,
        "count": sum(1 for day in exact for _ in exact[day] if day.month == month) + len(vague),
        "today": today,
        "previous": _shift(first, -1),
        "next": _shift(first, 1),
        "may_write": request.user.can(Permission.MEETINGS_WRITE),
    }
    return render(request, "meetings/meeting_calendar.html", context)


def _shift(first: date, months: int) -> date | None:
    index = first.year * 12 + first.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, 1) if 1900 <= year <= 2200 else None

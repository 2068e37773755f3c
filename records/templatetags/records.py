"""How records look on a page: texts in three languages, days, clocks, states, icons."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from babel.dates import format_date
from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from records import dates, languages

register = template.Library()

_SAID_IN = {
    "en": gettext_lazy("in English"),
    "ja": gettext_lazy("in Japanese"),
    "ru": gettext_lazy("in Russian"),
}
_NOT_YET_IN = {
    "en": gettext_lazy("not yet in English"),
    "ja": gettext_lazy("not yet in Japanese"),
    "ru": gettext_lazy("not yet in Russian"),
}

#: A shape for each state, so that no state is told by its colour alone.
_SHAPES = {
    "draft": "pencil",
    "scheduled": "calendar-event",
    "postponed": "pause-circle",
    "held": "check-circle",
    "closed": "lock",
    "cancelled": "x-circle",
    "circulated": "send",
    "agreed": "check2-all",
    "sealed": "shield-check",
    "accepted": "check2-all",
    "reserved": "circle-half",
    "returned": "arrow-left",
    "unopened": "inbox",
    "opened": "circle-half",
    "answered": "check-circle",
    "revoked": "x-circle",
    "expired": "hourglass-split",
    "proposed": "chat-left-dots",
    "under_way": "play-circle",
    "waiting": "hourglass-split",
    "partly_fulfilled": "circle-half",
    "fulfilled": "check-circle-fill",
    "superseded": "arrow-repeat",
    "lapsed": "slash-circle",
    "dropped": "x-circle",
    "overdue": "exclamation-triangle",
    "stale": "clock-history",
    "divergent": "circle-half",
    "applied": "inbox",
    "accredited": "patch-check",
    "rejected": "slash-circle",
    "reported": "clipboard-check",
    "idea": "lightbulb",
    "memorandum": "file-text",
    "implementing": "play-circle",
    "completed": "check-circle-fill",
    "suspended": "pause-circle",
    "sending": "send",
    "sent": "check-circle",
    "shown": "display",
    "doubt": "question-circle",
    "failed": "exclamation-triangle",
}


@register.simple_tag
def said(record: Any, name: str, language: str | None = None) -> SafeString | str:
    """``record``'s text ``name``: in the reader's language, else in another with a note that says which.

    With ``language`` in that one alone: a text that is not there is shown as missing.
    """
    if language is not None:
        return _one_language(getattr(record, f"{name}_{language}"), language)
    found = languages.said(record, name)
    if not found.text:
        return format_html('<span class="missing"><span aria-hidden="true">—</span>{}</span>', _unseen(gettext("none")))
    if not found.is_fallback:
        return format_html('<span class="said">{}</span>', found.text)
    return format_html(
        '<span class="said" lang="{}">{}</span> <small class="said-in">({})</small>',
        found.language,
        found.text,
        _SAID_IN[found.language],
    )


def _one_language(text: str, language: str) -> SafeString:
    if not text:
        return format_html('<span class="missing">{}</span>', _NOT_YET_IN[language])
    if language == languages.current():
        return format_html('<span class="said">{}</span>', text)
    return format_html('<span class="said" lang="{}">{}</span>', language, text)


@register.filter
def written(day: date | None, precision: str = dates.Precision.DAY) -> str:
    """The day written out, no more exactly than it is known."""
    return dates.written(day, precision)


@register.filter
def weekday(day: date) -> str:
    return dates.weekday(day)


@register.simple_tag
def leaf(day: date, precision: str = dates.Precision.DAY) -> SafeString:
    """A day as on a calendar's leaf: its number large, month, year and weekday small."""
    if precision != dates.Precision.DAY:
        return format_html('<span class="leaf-rough">{}</span>', dates.written(day, precision))
    month = dates.written(day, dates.Precision.MONTH)
    return format_html(
        '<time datetime="{}"><span class="leaf-day">{}</span> <span>{}</span> <span>{}</span></time>',
        day.isoformat(),
        day.day,
        month,
        dates.weekday(day),
    )


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """A day and time on the reader's own clock, with its zone."""
    clock = dates.clock(at, None, timezone.get_current_timezone_name())
    return format_html(
        '<time datetime="{}">{}, {} {}</time>', at.isoformat(), dates.written(clock.day), clock.time, clock.zone
    )


@register.simple_tag
def clocks(meeting: Any, style: str = "short") -> SafeString | str:
    """The time on both sides' clocks; in the style "full" with each side's name and its distance from UTC."""
    read = meeting.clocks
    if not read:
        is_a_day = meeting.date_precision == dates.Precision.DAY
        return format_html('<span class="missing">{}</span>', gettext("time not set")) if is_a_day else ""
    days_differ = len({clock.day for _side, clock in read}) > 1
    instant = meeting.starts_at.isoformat()
    parts = (
        (
            format_html('<span class="clock-side">{}</span> ', side) if style == "full" else "",
            format_html('<span class="clock-day">{}</span> ', _short_day(clock.day)) if days_differ else "",
            instant,
            clock.time,
            clock.zone,
            format_html(' <span class="clock-offset">{}</span>', clock.offset) if style == "full" else "",
        )
        for side, clock in read
    )
    each = format_html_join(
        " ",
        '<span class="clock">{}{}<time datetime="{}">{}</time> <span class="clock-zone">{}</span>{}</span>',
        parts,
    )
    return format_html('<span class="clocks clocks-{}">{}</span>', style, each)


def _short_day(day: date) -> str:
    language = languages.current()
    return format_date(day, {"ja": "M月d日"}.get(language, "d MMM"), locale=language)


@register.simple_tag
def state(value: str, label: Any) -> SafeString:
    """A state as a word and a shape."""
    shape = _SHAPES.get(value, "circle")
    return format_html('<span class="state state-{}">{}{}</span>', value, icon(shape), label)


@register.simple_tag
@cache  # a page shows a hundred of them, of the same twenty
def icon(name: str) -> SafeString:
    """A picture beside a word: it says nothing of its own to a screen reader."""
    return format_html(
        '<svg class="icon" aria-hidden="true" width="16" height="16"><use href="{}#{}"></use></svg>',
        static("icons.svg"),
        name,
    )


def _unseen(text: str) -> SafeString:
    return format_html('<span class="visually-hidden">{}</span>', text)

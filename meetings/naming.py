"""References and headings: how meetings are called."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import override

from records.languages import current, pick

if TYPE_CHECKING:
    from meetings.models import Meeting

_KIND_CODES = {"session": "S", "co_chairs": "CC", "subcommission": "SC", "working_level": "WL"}


def meeting_reference(code: str, day: date, kind: str, ordinal: int | None, taken: set[str] | frozenset[str]) -> str:
    """A short, readable, unique reference: JR-2020-12-21-CC, JR-2019-12-18-S15; a second one that day ends in -2."""
    base = f"{code}-{day:%Y-%m-%d}-{_KIND_CODES[kind]}{ordinal or ''}"
    reference, n = base, 1
    while reference in taken:
        n += 1
        reference = f"{base}-{n}"
    return reference


def meeting_heading(meeting: Meeting, language: str | None = None) -> str:
    """“15th session”, “Co-chairs' meeting”: the kind with its number, in ``language``."""
    language = language or current()
    with override(language):
        if meeting.ordinal is None:
            return str(meeting.get_kind_display()).capitalize()
        number = {
            "ja": f"第{meeting.ordinal}回",
            "ru": f"{meeting.ordinal}-{'я' if meeting.kind == 'co_chairs' else 'е'}",
        }.get(language, _english(meeting.ordinal))
        kind = {
            "session": _("session"),
            "co_chairs": _("co-chairs' meeting"),
            "subcommission": _("meeting"),
            "working_level": _("working-level meeting"),
        }[meeting.kind]
        return f"{number}{'' if language == 'ja' else ' '}{kind}"


def full_heading(meeting: Meeting, language: str | None = None) -> str:
    """The heading with the committee's name, as a title page prints it."""
    name = pick(meeting.committee, "name", language)
    return f"{name}: {meeting.heading(language)}"


def _english(number: int) -> str:
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"

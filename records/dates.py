"""Days known exactly or roughly, and clocks that always say whose they are."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from django.db import models
from django.utils.translation import gettext_lazy as _

from records.languages import current


class Precision(models.TextChoices):
    """How exactly a day is known; the column beside it holds the first day of the period."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    SEASON = "season", _("season")
    YEAR = "year", _("year")


class Clock(NamedTuple):
    """A time as read on one side's clock."""

    day: date
    time: str  # "15:00" or "15:00–15:50"
    zone: str  # "JST"
    offset: str  # "UTC+9"


#: First day (inclusive), era name: the calendar of Japanese official papers.
_ERAS = ((date(2019, 5, 1), "令和"), (date(1989, 1, 8), "平成"), (date(1926, 12, 25), "昭和"))
_SEASONS = {
    "en": ("winter", "spring", "summer", "autumn"),
    "ja": ("冬", "春", "夏", "秋"),
    "ru": ("зима", "весна", "лето", "осень"),
}


def written(day: date | None, precision: str = Precision.DAY, language: str | None = None) -> str:
    """The day written out as the language writes it, no more exactly than it is known. Empty for no day."""
    if day is None:
        return ""
    return _written(day, str(precision), language or current())


@lru_cache(maxsize=4096)  # a list writes the same days again and again, and Babel reads its patterns each time
def _written(day: date, precision: str, language: str) -> str:
    if precision == Precision.YEAR:
        return {"en": f"{day.year}", "ja": f"{day.year}年", "ru": f"{day.year} г."}[language]
    if precision == Precision.SEASON:
        season = _SEASONS[language][day.month % 12 // 3]
        return {"ja": f"{day.year}年{season}", "ru": f"{season} {day.year} г."}.get(language, f"{season} {day.year}")
    if precision == Precision.MONTH:
        return format_skeleton("yMMMM", day, locale=language)
    return format_date(day, "d MMMM y" if language == "en" else "long", locale=language)


def weekday(day: date, language: str | None = None) -> str:
    return format_date(day, "EEEE", locale=language or current())


def era_year(day: date) -> str:
    """The Japanese era and year, as in 令和2年; 元年 for a first year. Empty before Showa."""
    for first, name in _ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{name}{'元' if year == 1 else year}年"
    return ""


@lru_cache(maxsize=4096)
def clock(starts_at: datetime, ends_at: datetime | None, zone: str) -> Clock:
    """When it is in ``zone`` (an IANA name) while it begins and ends. Both arguments are aware."""
    local = starts_at.astimezone(ZoneInfo(zone))
    time = f"{local:%H:%M}"
    if ends_at is not None:
        time += f"–{ends_at.astimezone(ZoneInfo(zone)):%H:%M}"
    minutes = int((local.utcoffset() or local.min.utcoffset()).total_seconds() // 60)  # type: ignore[union-attr]
    hours, rest = divmod(abs(minutes), 60)
    offset = f"UTC{'+' if minutes >= 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")
    name = local.tzname() or offset
    # zones without a name of their own report "+04"; the offset says the same more clearly
    return Clock(local.date(), time, name if name.isalpha() else offset, offset)

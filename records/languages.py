"""Three languages a record: columns ``…_en``, ``…_ja``, ``…_ru``, any of which may be missing."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

CODES = ("en", "ja", "ru")
NAMES = {"en": _("English"), "ja": _("Japanese"), "ru": _("Russian")}
#: What to read when the wanted language is missing.
FALLBACKS = {"en": ("en", "ja", "ru"), "ja": ("ja", "en", "ru"), "ru": ("ru", "en", "ja")}


class Said(NamedTuple):
    """A text and the language it is in, which is not always the one asked for."""

    text: str
    language: str
    is_fallback: bool = False


def translated(field: type[models.Field[Any, Any]], name: Any, **options: Any) -> tuple[Any, Any, Any]:
    """Three fields alike, one a language: ``title_en, title_ja, title_ru = translated(TextLine, _("title"))``.

    Each may be blank; which languages must be there is a rule of the thing, not of the column.
    """
    options.setdefault("blank", True)
    options.setdefault("default", "")
    en, ja, ru = (field(format_lazy("{name} ({language})", name=name, language=NAMES[c]), **options) for c in CODES)
    return en, ja, ru


def columns(name: str) -> tuple[str, str, str]:
    """``columns("title")`` is ``("title_en", "title_ja", "title_ru")``."""
    return (f"{name}_en", f"{name}_ja", f"{name}_ru")


def current() -> str:
    """The language of the interface right now, one of ``CODES``."""
    code = (get_language() or "en")[:2]
    return code if code in CODES else "en"


def said(record: Any, name: str, language: str | None = None) -> Said:
    """``record``'s text ``name`` in ``language`` (the interface's when omitted), else in the next one there is."""
    wanted = language or current()
    for code in FALLBACKS[wanted]:
        if text := getattr(record, f"{name}_{code}"):
            return Said(text, code, code != wanted)
    return Said("", wanted)


def pick(record: Any, name: str, language: str | None = None) -> str:
    """The text alone; see ``said``."""
    return said(record, name, language).text

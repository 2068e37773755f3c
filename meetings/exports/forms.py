"""What may stand in the address of a download."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from meetings.exports.editions import Languages, editions_for, parse_languages
from meetings.models import Minutes, Revision
from records import languages
from records.access import Edition
from records.fields import TextLineField


def export_languages() -> list[tuple[str, str]]:
    """One language, or two in parallel columns."""
    names = languages.NAMES
    pairs = [(f"{a}+{b}", f"{names[a]} + {names[b]}") for a, b in combinations(names, 2)]
    return [*((code, str(name)) for code, name in names.items()), *pairs]


class LanguagesField(TextLineField):
    def clean(self, value: Any) -> Languages:
        """The languages asked for; the person's own where none is."""
        text = super().clean(value)
        return parse_languages(text) if text else (languages.current(),)


class LanguageForm(forms.Form):
    language = LanguagesField(label=_("Language"), required=False, max_length=100)


class ExportForm(LanguageForm):
    edition = forms.ChoiceField(label=_("Edition"), required=False, choices=Edition.choices)

    def clean_edition(self) -> Edition | None:
        """``None`` where nothing is asked: the widest that the person may read."""
        value = self.cleaned_data["edition"]
        return Edition(value) if value else None


class CompareForm(forms.Form):
    """Which two revisions, and how much of them; all languages and the widest edition where nothing is asked."""

    old = forms.TypedChoiceField(label=_("From revision"), coerce=int)
    new = forms.TypedChoiceField(label=_("to revision"), coerce=int)
    language = forms.ChoiceField(label=_("Language"), required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False)

    def __init__(self, asked: Mapping[str, Any], *, minutes: Minutes, user: Any) -> None:
        """Of what is ``asked``, or the last two revisions. Raises ``Http404`` where there are no two."""
        numbers = list(minutes.revisions.order_by("number").values_list("number", flat=True))
        if len(numbers) < 2:
            raise Http404
        super().__init__(asked or {"old": numbers[-2], "new": numbers[-1]})
        self.minutes, self.editions = minutes, editions_for(user, minutes.meeting.committee)
        for name, choices in {
            "old": [(number, str(number)) for number in numbers],
            "new": [(number, str(number)) for number in numbers],
            "language": [("", _("all")), *export_languages()],
            "edition": [(edition.value, edition.label) for edition in self.editions],
        }.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def revisions(self) -> tuple[Revision, Revision]:
        """The earlier one and the later one, once the form is valid."""
        old, new = (self.minutes.revisions.get(number=self.cleaned_data[name]) for name in ("old", "new"))
        return old, new

    def clean_language(self) -> Languages:
        value = self.cleaned_data["language"]
        return parse_languages(value) if value else languages.CODES

    def clean_edition(self) -> Edition:
        return Edition(self.cleaned_data["edition"] or self.editions[0])

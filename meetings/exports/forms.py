"""What may stand in the address of a download."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.exports.editions import Languages, parse_languages
from records import languages
from records.access import Edition
from records.fields import TextLineField


class LanguagesField(TextLineField):
    def clean(self, value: Any) -> Languages:
        """The languages asked for; the person's own where none is."""
        text = super().clean(value)
        return parse_languages(text) if text else (languages.current(),)


class ExportForm(forms.Form):
    language = LanguagesField(label=_("Language"), required=False, max_length=100)
    edition = forms.ChoiceField(label=_("Edition"), required=False, choices=Edition.choices)

    def clean_edition(self) -> Edition | None:
        """``None`` where nothing is asked: the widest that the person may read."""
        value = self.cleaned_data["edition"]
        return Edition(value) if value else None

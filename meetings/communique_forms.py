"""The shape of what is typed into a communiqué."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.communique_report import cut_in_two, texts_of
from meetings.models import CommuniqueSentence, Entry
from records.access import Audience
from records.fields import TextBlockField
from records.forms import RecordForm, in_languages
from records.languages import CODES, NAMES, columns

Numbered = list[tuple[int, Entry]]


def _area(code: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 5, "lang": code})


class SentenceForm(RecordForm):
    """A sentence and the public entry from which it is taken. ``numbered`` are the entries that the person sees."""

    class Meta:
        model = CommuniqueSentence
        fields = ["entry", *columns("text")]
        widgets = {f"text_{code}": _area(code) for code in CODES}

    def __init__(self, *args: Any, numbered: Numbered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbered = numbered
        public = [(number, entry) for number, entry in numbered if entry.audience == Audience.PUBLIC]
        field: Any = self.fields["entry"]
        field.queryset = Entry.objects.filter(pk__in=[entry.pk for _number, entry in public])
        field.choices = [
            ("", _("none: it says something that the minutes do not")),
            *((entry.pk, f"{number}. {entry}") for number, entry in public),
        ]
        field.label = _("Taken from entry")
        field.help_text = _("Public entries of this meeting.")
        if self.instance.entry_id not in {None, *(entry.pk for _number, entry in public)}:
            field.help_text = _("The entry that it was taken from is no longer public: choose another one, or none.")
        elif not self.instance.pk:
            field.help_text = _("Public entries of this meeting. Without words of yours it takes those of the entry.")
        self.helper.layout = Layout(
            *[name for name in ("version", "submission") if name in self.fields], "entry", in_languages("text")
        )

    def _anew(self, current: Any) -> Any:
        return type(self)(instance=current, user=self.user, numbered=self.numbered)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        wrong = {"entry", *columns("text")} & set(self.errors)
        if wrong or any(facts.get(column) for column in columns("text")):
            return facts
        entry = facts.get("entry")
        if entry is not None and not self.instance.pk:
            return facts | {f"text_{code}": text for code, text in texts_of(entry).items()}
        self.add_error("text_en", gettext("Write the text in at least one language."))
        return facts


class SplitForm(RecordForm):
    """Two sentences out of one, in each language: the text is offered cut where its first sentence ends."""

    class Meta:
        model = CommuniqueSentence
        fields = columns("text")
        widgets = {f"text_{code}": _area(code) for code in CODES}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, second = cut_in_two(self.instance)
        for code in CODES:
            self.initial[f"text_{code}"] = first[f"text_{code}"]
            self.fields[f"second_{code}"] = TextBlockField(
                label=_("Text (%(language)s)") % {"language": NAMES[code]},
                required=False,
                initial=second[f"text_{code}"],
                widget=_area(code),
            )
        self.helper.layout = Layout(
            "version",
            Fieldset(gettext("First sentence"), in_languages("text")),
            Fieldset(gettext("Second sentence"), in_languages("second")),
        )

    def second(self) -> dict[str, str]:
        """The columns of the second sentence."""
        return {f"text_{code}": self.cleaned_data[f"second_{code}"] for code in CODES}

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        for name in ("text", "second"):
            if not any(facts.get(column) for column in columns(name)):
                self.add_error(f"{name}_en", gettext("Both sentences need words."))
        return facts


class ClearForm(forms.Form):
    """What the person read, by its fingerprint."""

    seen = forms.RegexField(r"^[0-9a-f]{64}\Z", widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    reason = TextBlockField(label=_("Reason"), required=True, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

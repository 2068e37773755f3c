"""The shape of what the minutes desk sends, and of what it is answered."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from meetings.actions.taking import Writing
from meetings.models import AgendaItem, Attendance, Entry, EntryKind
from records.access import Audience
from records.fields import TextBlockField
from records.forms import Difference
from records.languages import CODES, NAMES, columns, pick
from records.text import folded

#: What is written into an entry, in the order in which the desk shows it.
FIELDS = ("kind", "speakers", "agenda_item", "audience", *columns("text"))
_LARGEST = 2**63 - 1
_KINDS = dict(EntryKind.choices)
_AUDIENCES = dict(Audience.choices)
_CUT = re.compile(r"^[ \t]*-{3,}[ \t]*$", re.MULTILINE)


class KeysField(forms.Field):
    """Several primary keys, as checkboxes send them."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> frozenset[int]:
        keys = [str(each) for each in value or []]
        if not all(key.isdecimal() and key.isascii() and len(key) < 20 and int(key) <= _LARGEST for key in keys):
            raise ValidationError(gettext("Choose from the list of those who attended."))
        return frozenset(int(key) for key in keys)


class WritingForm(forms.Form):
    """Some or all fields of an entry. ``fields`` names those that the person changed; all of them when it is empty."""

    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    kind = forms.ChoiceField(label=_("kind"), choices=[("", ""), *EntryKind.choices], required=False)
    speakers = KeysField(label=_("speakers"), required=False)
    agenda_item = forms.IntegerField(label=_("agenda item"), required=False, min_value=1, max_value=_LARGEST)
    audience = forms.ChoiceField(label=_("audience"), choices=Audience.choices)

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for code in CODES:
            self.fields[f"text_{code}"] = TextBlockField(
                label=str(NAMES[code]), required=False, max_length=20_000, widget=forms.Textarea
            )
        named = {name.strip() for name in data.get("fields", "").split(",") if name.strip()}
        for name in FIELDS:
            # A plain form sends no box that is not ticked, but it sends its other fields: then none is meant.
            if named and name not in named:
                del self.fields[name]

    def writing(self) -> Writing:
        facts = dict(self.cleaned_data)
        version = facts.pop("version") or 0
        return Writing(facts, facts.pop("speakers", None), version)


class Row:
    """An entry as its row prints it: a page of three hundred looks each of these up once."""

    __slots__ = (
        *("entry", "key", "pk", "version", "kind", "kind_label", "audience", "audience_label", "agenda_item"),
        *("agenda_label", "speakers", "names", "text_en", "text_ja", "text_ru", "mentions", "label"),
    )

    def __init__(self, entry: Entry) -> None:
        speakers = list(entry.speakers.all())
        self.entry = entry
        self.key, self.pk, self.version = str(entry.key), entry.pk, entry.version
        self.kind, self.kind_label = entry.kind, str(_KINDS.get(entry.kind, ""))
        self.audience, self.audience_label = entry.audience, str(_AUDIENCES.get(entry.audience, ""))
        self.agenda_item, self.agenda_label = entry.agenda_item_id or "", str(entry.agenda_item or "")
        self.speakers = " ".join(str(each.pk) for each in speakers)
        self.names = ", ".join(str(each) for each in speakers)
        self.text_en, self.text_ja, self.text_ru = entry.text_en, entry.text_ja, entry.text_ru
        self.mentions = list(entry.mentions.all())
        text = pick(entry, "text")
        self.label = f"{self.kind_label}: {text[:40]}{'…' if len(text) > 40 else ''}"


def entry_facts(entry: Entry, *, speakers: Iterable[int] | None = None) -> dict[str, Any]:
    """An entry as a script reads it, without what would need a query."""
    facts: dict[str, Any] = {
        "key": str(entry.key),
        "pk": entry.pk,
        "version": entry.version,
        "kind": entry.kind,
        "agenda_item": entry.agenda_item_id,
        "audience": entry.audience,
        **{column: getattr(entry, column) for column in columns("text")},
    }
    return facts if speakers is None else {**facts, "speakers": sorted(speakers)}


def entry_whole(entry: Entry, context: dict[str, Any], changed_by: str = "") -> dict[str, Any]:
    """An entry with its speakers and its row as a page shows it; ``context`` is what rows need besides."""
    return {
        **entry_facts(entry, speakers=[each.pk for each in entry.speakers.all()]),
        "number": None,
        "changed_by": changed_by,
        "html": render_to_string("meetings/_desk_entry.html", {**context, "row": Row(entry)}),
    }


def cuts(entry: Entry, sent: QueryDict) -> dict[str, tuple[str, str]]:
    """Where each text of an entry is cut: at the caret sent with it, in code points, or at its first line ``---``."""
    parts: dict[str, tuple[str, str]] = {}
    for code in CODES:
        text, caret = getattr(entry, f"text_{code}"), sent.get(f"split_{code}", "")
        if caret.isascii() and caret.isdecimal() and len(caret) < 10:
            parts[f"text_{code}"] = (text[: int(caret)], text[int(caret) :])
        elif found := _CUT.search(text):
            parts[f"text_{code}"] = (text[: found.start()], text[found.end() :])
    return parts


def differences(entry: Entry, form: WritingForm, names: Container[str]) -> list[Difference]:
    """Both texts of each of the fields on which two people disagree, as a person reads them."""
    written = form.cleaned_data
    shown = [name for name in FIELDS if name in names and name in written]
    return [
        Difference(
            name, str(form.fields[name].label), _in_words(name, _stored(entry, name)), _in_words(name, written[name])
        )
        for name in shown
        if _stored(entry, name) != written[name]
    ]


def _stored(entry: Entry, name: str) -> Any:
    if name == "speakers":
        return frozenset(each.pk for each in entry.speakers.all())
    return entry.agenda_item_id if name == "agenda_item" else getattr(entry, name)


def _in_words(name: str, value: Any) -> str:
    if name == "speakers":
        return ", ".join(str(each) for each in Attendance.objects.filter(pk__in=value))
    if name == "agenda_item":
        return str(AgendaItem.objects.filter(pk=value).first() or "")
    labels: dict[str, Any] = {"kind": EntryKind.choices, "audience": Audience.choices}
    return str(dict(labels.get(name, ())).get(value, value))


def names_to_find(attendance: Attendance) -> str:
    """Everything by which somebody at the table is found, in each script: names, kana, initials; without case."""
    person = attendance.person
    found = [*(getattr(attendance, column) for column in columns("name")), person.kana]
    for code in CODES:
        names = [getattr(person, f"{part}_{code}") for part in ("family_name", "given_name", "patronymic")]
        first = [name[0] for name in names if name]
        found += [*names, "".join(first), "".join(first[1::-1]), "".join([*first[1:], *first[:1]])]
    words = (word for text in found for word in re.split(r"[\s、・,]+", folded(text)))
    return " ".join(dict.fromkeys(word for word in words if word))


def parsed_key(value: str | None) -> UUID | None:
    try:
        return UUID(value or "")
    except ValueError:
        return None

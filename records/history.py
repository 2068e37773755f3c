"""The trail in words: who did what to which record, field by field, with what changed inside a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from records import dates
from records.differences import Piece, compare
from records.models import AuditEvent

#: What each verb of the trail says to a person. Verbs that are not here are shown as they are.
_SENTENCES = {
    "created": gettext_lazy("%(who)s created %(what)s"),
    "changed": gettext_lazy("%(who)s changed %(what)s"),
    "deleted": gettext_lazy("%(who)s deleted %(what)s"),
    "moved": gettext_lazy("%(who)s took %(what)s to another state"),
    "reordered": gettext_lazy("%(who)s changed an order in %(what)s"),
    "split": gettext_lazy("%(who)s split %(what)s"),
    "joined": gettext_lazy("%(who)s joined %(what)s with the one after it"),
    "copied": gettext_lazy("%(who)s made %(what)s as a copy"),
    "restored": gettext_lazy("%(who)s brought back %(what)s"),
    "downloaded": gettext_lazy("%(who)s downloaded %(what)s"),
    "opened": gettext_lazy("%(what)s was opened"),
    "read again": gettext_lazy("%(what)s was read again"),
    "looked at": gettext_lazy("%(who)s looked at what is behind %(what)s"),
    "taken by link": gettext_lazy("The PDF behind %(what)s was downloaded"),
    "answered by link": gettext_lazy("An answer was given by %(what)s"),
    "revoked": gettext_lazy("%(who)s revoked %(what)s"),
    "reminded": gettext_lazy("%(who)s sent reminders about %(what)s"),
    "drafted": gettext_lazy("%(who)s drafted %(what)s"),
    "cleared": gettext_lazy("%(who)s cleared %(what)s"),
    "clearance withdrawn": gettext_lazy("%(who)s withdrew the clearance of %(what)s"),
    "changed password": gettext_lazy("%(who)s changed the password of %(what)s"),
}
_OTHERWISE = pgettext_lazy("any other verb of the trail", "%(who)s: %(verb)s, %(what)s")


class FieldChange(NamedTuple):
    """What happened to one field. ``pieces`` is there when both texts are, to be read as one."""

    label: str
    before: str
    after: str
    pieces: list[Piece]
    language: str


class Line(NamedTuple):
    """One event, ready to be printed."""

    at: datetime
    sentence: str
    reason: str
    changes: list[FieldChange]
    verb: str


def for_reader(events: Iterable[AuditEvent], user: Any) -> list[AuditEvent]:
    """The events without the names of records that are held too closely for ``user``, or are gone and were so held."""
    found = list(events)
    hidden = _hidden_from(user, found)
    for event in found:
        for name, values in event.changes.items():
            label = _related_label(event.label, name)
            if label and any((label, key) in hidden for key in _references(values)):
                event.changes[name] = [_without(value, label, hidden) for value in values]
                event.title = ""
    return found


def _hidden_from(user: Any, events: list[AuditEvent]) -> set[tuple[str, int]]:
    """Which of the classified records that the events refer to ``user`` may not see; a query for each kind."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        for name, values in event.changes.items():
            if label := _related_label(event.label, name):
                wanted.setdefault(label, set()).update(_references(values))
    hidden: set[tuple[str, int]] = set()
    for label, keys in wanted.items():
        readable = apps.get_model(label)._default_manager.visible_to(user)
        seen = set(readable.filter(pk__in=keys).values_list("pk", flat=True))
        hidden |= {(label, key) for key in keys - seen}
    return hidden


def _related_label(label: str, name: str) -> str:
    """The kind of record that a field refers to, where records of that kind are classified."""
    related = getattr(_field(_model(label), name), "related_model", None)
    if related is None or not any(field.name == "classification" for field in related._meta.concrete_fields):
        return ""
    return str(related._meta.label_lower)


def _references(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        if isinstance(key := value.get("id"), int):
            yield key
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def _without(value: Any, label: str, hidden: set[tuple[str, int]]) -> Any:
    if isinstance(value, list):
        return [_without(each, label, hidden) for each in value]
    if isinstance(value, dict) and (label, value.get("id")) in hidden:
        return {"id": None, "text": "—"}
    return value


def lines(events: Iterable[AuditEvent]) -> list[Line]:
    return [Line(each.at, sentence(each), each.reason, list(_changes(each)), each.verb) for each in events]


def sentence(event: AuditEvent) -> str:
    """“Yui Kanda changed the entry “Statement: …””."""
    words = {
        "who": event.actor_name or _("the system"),
        "what": _("%(kind)s “%(title)s”") % {"kind": _kind(event.label), "title": event.title}
        if event.title
        else _kind(event.label),
        "verb": event.verb,
    }
    return str(capfirst(str(_SENTENCES.get(event.verb, _OTHERWISE)) % words))


def _changes(event: AuditEvent) -> Iterator[FieldChange]:
    model = _model(event.label)
    for name in _in_order(model, event.changes):
        before, after = event.changes[name]
        field = _field(model, name)
        if _goes_without_saying(field, before, after):
            continue
        old, new = _shown(field, before), _shown(field, after)
        language = name[-2:] if re.search("_(en|ja|ru)$", name) else ""
        yield FieldChange(
            label=_label(field, name),
            before=old,
            after=new,
            pieces=compare(old, new, language) if old and new and _is_prose(field) else [],
            language=language,
        )


def _in_order(model: type[models.Model] | None, names: Iterable[str]) -> list[str]:
    """As the model lists its fields, for databases keep the keys of JSON in an order of their own; then the rest."""
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many] if model else []
    places = {field.name: place for place, field in enumerate(fields)}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))


def _label(field: Any, name: str) -> str:
    """The field's own name; for parts of a record, what they are called together."""
    if isinstance(field, models.ForeignObjectRel):
        return str(capfirst(field.related_model._meta.verbose_name_plural))
    return str(capfirst(getattr(field, "verbose_name", name.replace("_", " "))))


def _shown(field: Any, value: Any) -> str:
    """A value of the trail as a person reads it; empty for none."""
    if isinstance(value, list):
        return ", ".join(_shown(field, each) for each in value)
    if isinstance(value, dict):
        return str(value.get("text", ""))
    if value is None or value == "":
        return ""
    choices = dict(field.flatchoices) if isinstance(field, models.Field) else {}
    if value in choices:
        return str(choices[value])
    try:
        return _written(field, value)
    except (TypeError, ValueError):  # the field was of another kind when this was noted
        return str(value)


def _written(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.DateTimeField):
        clock = dates.clock(datetime.fromisoformat(value), None, timezone.get_current_timezone_name())
        return f"{dates.written(clock.day)}, {clock.time} {clock.zone}"
    if isinstance(field, models.DateField):
        return dates.written(date.fromisoformat(value))
    return str(value)


def _goes_without_saying(field: Any, before: Any, after: Any) -> bool:
    """What a new or deleted thing had anyway: a box not ticked, a place in an order."""
    if before is not None and after is not None:
        return False
    value = before if after is None else after
    return value is False or (isinstance(field, models.PositiveIntegerField) and not field.editable)


def _is_prose(field: Any) -> bool:
    return isinstance(field, models.CharField | models.TextField) and not field.choices


def _model(label: str) -> type[models.Model] | None:
    """The model of that name, if there still is one: the trail outlives the code."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _kind(label: str) -> str:
    model = _model(label)
    return str(model._meta.verbose_name) if model else label


def _field(model: type[models.Model] | None, name: str) -> Any:
    if model is None:
        return None
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None

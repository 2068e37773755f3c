"""The minutes desk under a secretary's hands: writing by the verbs themselves, and what then stands there."""

from __future__ import annotations

from uuid import uuid4

from meetings import actions
from meetings.actions.taking import Writing
from records.models import AuditEvent


def begin(desk, key=None, after=None, speakers=(), **values):
    values = {
        "kind": "",
        "agenda_item": None,
        "audience": "shared",
        "text_en": "",
        "text_ja": "",
        "text_ru": "",
        **values,
    }
    writing = Writing(values, frozenset(each.pk for each in speakers))
    return actions.begin_entry(desk.meeting.minutes, key or uuid4(), writing, after=after, by=desk.secretary)


def write(desk, entry, version=None, speakers=None, **values):
    chosen = None if speakers is None else frozenset(each.pk for each in speakers)
    writing = Writing(values, chosen, entry.version if version is None else version)
    return actions.write_entry(desk.meeting.reference, entry.key, writing, by=desk.secretary)


def texts(desk):
    return [entry.text_en for entry in desk.meeting.minutes.entries.all()]


def last_verb():
    return AuditEvent.objects.latest("pk").verb

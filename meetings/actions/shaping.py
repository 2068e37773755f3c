"""What is done to whole entries at the desk: cut in two, joined with the one before, copied, brought back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _

from directory.models import User
from exchanges.models import EventChange
from meetings.actions.calling import check_entry, open_minutes
from meetings.actions.committing import propose_again, quotes
from meetings.actions.documents import narrow_documents
from meetings.actions.publishing import leave_sentences
from meetings.actions.taking import last_deletion, make_room
from meetings.models import (
    Attendance,
    CommuniqueSentence,
    Document,
    Entry,
    EntryKind,
    Mention,
    MentionKind,
    Minutes,
)
from records import actions
from records.access import Audience
from records.actions import EditConflict, action
from records.languages import CODES, columns
from records.models import AuditEvent
from records.workflow import Refused

#: From the narrowest to the widest.
_WIDTHS = [Audience.INTERNAL, Audience.SHARED, Audience.PUBLIC]
_LONGEST = 20_000


@action
def split_entry(entry: Entry, parts: Mapping[str, tuple[str, str]], *, new: UUID, by: User, expected: int) -> Entry:
    """Cut an entry in two: ``parts`` has, for each text column that is cut, what stays and what goes on.

    What goes on becomes an entry of its own right behind, with the key ``new``, the same kind, speakers, agenda item
    and audience. A mention goes with the part that has its words; documents and the rest stay. Returns the new entry.
    """
    minutes = open_minutes(entry.minutes, by)
    if twin := _sent_before(minutes, new):
        return twin
    stored = _hold(entry, minutes, expected)
    kept = {column: parts.get(column, (getattr(stored, column), ""))[0].strip() for column in columns("text")}
    gone = {column: parts[column][1].strip() if column in parts else "" for column in columns("text")}
    if not any(kept.values()) or not any(gone.values()):
        raise Refused(_("Say where to cut: both parts need a text in at least one language."))
    rest = Entry(
        minutes=minutes,
        key=new,
        kind=stored.kind,
        agenda_item=stored.agenda_item,
        audience=stored.audience,
        position=make_room(minutes, stored.key),
        **gone,
    )
    actions.amend(stored, kept, by=by, verb="split")
    actions.create(rest, by=by, relations={"speakers": list(stored.speakers.all())})
    for mention in stored.mentions.order_by("pk"):
        if _belongs(mention, rest) and not _belongs(mention, stored):
            mention.entry = rest
            actions.change(mention, by=by)
    return rest


@action
def join_entries(first: Entry, second: Entry, *, by: User, expected: int | None = None) -> Entry:
    """Put ``second`` behind the words of ``first``, which stands before it, and delete it.

    The kind is the first one's, the audience the narrower. Speakers are united; mentions, documents and sentences of
    the communiqué follow their words. ``expected`` is the version of ``second`` that the person saw.
    """
    minutes = open_minutes(first.minutes, by)
    whole, rest = _hold(first, minutes, None), _hold(second, minutes, expected)
    texts = {
        f"text_{code}": _joined(getattr(whole, f"text_{code}"), getattr(rest, f"text_{code}"), code) for code in CODES
    }
    if any(len(text) > _LONGEST for text in texts.values()):
        raise Refused(_("Together they are longer than an entry may be."))
    audience = min(whole.audience, rest.audience, key=lambda each: _WIDTHS.index(Audience(each)))
    _check_promises(whole, rest, audience)
    values = {**texts, "audience": audience, "agenda_item": whole.agenda_item or rest.agenda_item}
    united = {name: _united(whole, rest, name) for name in ("speakers", "event_changes")}
    check_entry(Entry(minutes=minutes, kind=whole.kind), minutes, united["speakers"])
    actions.amend(whole, values, by=by, relations=united, verb="joined")
    _move_mentions(rest, whole, by)
    for document in rest.documents.order_by("pk"):
        document.entry = whole
        actions.change(document, by=by)
    narrow_documents(whole, by=by)
    _move_sentences(rest, whole, by)
    actions.delete(rest, by=by)
    return whole


@action
def copy_entry(entry: Entry, *, new: UUID, by: User) -> Entry:
    """Put a copy right behind an entry, with its speakers: words alike are meant here.

    What the entry does to commitments is done once, by the entry itself; its documents are its own as well.
    """
    minutes = open_minutes(entry.minutes, by)
    if twin := _sent_before(minutes, new):
        return twin
    stored = _hold(entry, minutes, None)
    copy = Entry(
        minutes=minutes,
        key=new,
        kind=stored.kind,
        agenda_item=stored.agenda_item,
        audience=stored.audience,
        position=make_room(minutes, stored.key),
        **{column: getattr(stored, column) for column in columns("text")},
    )
    return actions.create(copy, by=by, relations={"speakers": list(stored.speakers.all())}, verb="copied")


@action
def restore_entry(minutes: Minutes, key: UUID, *, after: UUID | None, by: User) -> Entry:
    """Bring back a deleted entry as the trail has kept it: its key, its place, all that went with it.

    ``after`` is the entry behind which it stood, where that is known. What is there no longer (somebody taken off the
    attendance, a commitment that another entry makes by now) stays away. Raises ``Entry.DoesNotExist`` when no such
    entry was deleted.
    """
    stored = open_minutes(minutes, by)
    if stored.entries.filter(key=key).exists():
        raise Refused(_("This entry is back already."))
    event = last_deletion(stored, key)
    if event is None:
        raise Entry.DoesNotExist
    entry = _revived(Entry, event)
    entry.minutes = stored
    entry.version = _version_before(event)
    if after is not None:
        entry.position = make_room(stored, after)
    relations = {
        "speakers": _still(Attendance, event, "speakers"),
        "event_changes": _still(EventChange, event, "event_changes"),
    }
    if entry.kind == EntryKind.STATEMENT:
        check_entry(Entry(minutes=stored, kind=entry.kind), stored, relations["speakers"])
    actions.create(entry, by=by, relations=relations, verb="restored")
    for other in _same_deletion(event):
        _bring_back(other, entry, by)
    narrow_documents(entry, by=by)
    propose_again(entry, by=by)
    return entry


# What belongs where


def _sent_before(minutes: Minutes, key: UUID) -> Entry | None:
    """What was made already under that key: its answer was lost, and it was asked for again."""
    twin = Entry.objects.filter(key=key).first()
    if twin is not None and twin.minutes_id != minutes.pk:
        raise Http404
    return twin


def _hold(entry: Entry, minutes: Minutes, expected: int | None) -> Entry:
    stored = actions.lock(entry)
    if stored.minutes_id != minutes.pk:
        raise Refused(_("This entry belongs to another meeting."))
    if expected is not None and stored.version != expected:
        raise EditConflict(stored)
    stored.minutes = minutes
    return stored


def _belongs(mention: Mention, entry: Entry) -> bool:
    """Whether the entry says the mention's words, in some language."""
    said = {code: getattr(mention, f"words_{code}") for code in CODES}
    return any(words and quotes(words, getattr(entry, f"text_{code}")) for code, words in said.items())


def _joined(first: str, second: str, code: str) -> str:
    """Two texts as one: texts of several paragraphs keep them apart, others go on in the same line."""
    if not first or not second:
        return first or second
    between = "\n" if "\n" in first or "\n" in second else "" if code == "ja" else " "
    return first + between + second


def _united(first: Entry, second: Entry, name: str) -> list[Any]:
    both = [*getattr(first, name).all(), *getattr(second, name).all()]
    return list({each.pk: each for each in both}.values())


def _check_promises(first: Entry, second: Entry, audience: str) -> None:
    promising = [each for each in (first, second) if each.mentions.filter(kind=MentionKind.MAKES).exists()]
    if second in promising and first.kind != EntryKind.AGREEMENT:
        raise Refused(
            _("This entry makes a commitment, which only an agreement does. Make the one before it an agreement first.")
        )
    if promising and audience == Audience.INTERNAL:
        raise Refused(
            _("One of the two is internal and the other makes a commitment: nobody agrees to what is internal.")
        )


def _move_mentions(source: Entry, target: Entry, by: User) -> None:
    for mention in source.mentions.order_by("pk"):
        same = target.mentions.filter(commitment=mention.commitment_id)
        if same.filter(kind__in=[mention.kind, MentionKind.MAKES]).exists():
            actions.delete(mention, by=by)  # the joined entry does this already
        else:
            mention.entry = target
            actions.change(mention, by=by)


def _move_sentences(source: Entry, target: Entry, by: User) -> None:
    if target.audience != Audience.PUBLIC:  # the communiqué is taken from public entries
        leave_sentences(source, by=by)
        leave_sentences(target, by=by)
        return
    for sentence in source.communique_sentences.order_by("pk"):
        sentence.entry = target
        actions.change(sentence, by=by)


# What the trail has kept


def _revived(model: type[Any], event: AuditEvent) -> Any:
    """The record as it was when it was deleted, under its old number."""
    record = model(pk=event.object_pk)
    for column in model._meta.concrete_fields:
        if column.name in event.changes:
            value = event.changes[column.name][0]
            if isinstance(column, models.ForeignKey):
                there = column.related_model._base_manager.filter(pk=value["id"]).exists()
                setattr(record, column.attname, value["id"] if there else None)
            else:
                setattr(record, column.attname, column.to_python(value))
    return record


def _still(model: type[Any], event: AuditEvent, name: str) -> list[Any]:
    keys = [each["id"] for each in event.changes.get(name, [[]])[0] or []]
    return list(model._base_manager.filter(pk__in=keys))


def _version_before(event: AuditEvent) -> int:
    """Each change left one event and raised the version by one."""
    events = AuditEvent.objects.filter(label=event.label, object_pk=event.object_pk)
    return max(1, events.exclude(verb__in=["deleted", "restored"]).count())


def _same_deletion(event: AuditEvent) -> list[AuditEvent]:
    """What else was written in the transaction in which the entry went: all its events carry one instant."""
    events = AuditEvent.objects.filter(root_label=event.root_label, root_pk=event.root_pk, at=event.at)
    return list(events.filter(actor=event.actor_id).exclude(pk=event.pk).order_by("pk"))


def _bring_back(event: AuditEvent, entry: Entry, by: User) -> None:
    was = event.changes.get("entry", [None, None])
    if not was[0] or was[0]["id"] != entry.pk:
        return
    if event.label == "meetings.mention" and event.verb == "deleted":
        mention = _revived(Mention, event)
        made = Mention.objects.filter(commitment=mention.commitment_id, kind=MentionKind.MAKES)
        if mention.commitment_id and not (mention.kind == MentionKind.MAKES and made.exists()):
            mention.entry = entry
            actions.create(mention, by=by, verb="restored")
        return
    left_alone: dict[str, Any] = {each._meta.label_lower: each for each in (Document, CommuniqueSentence)}
    model = left_alone.get(event.label)
    if model is None or (model is CommuniqueSentence and entry.audience != Audience.PUBLIC):
        return
    left = model._base_manager.filter(pk=event.object_pk, entry=None).first()
    if left is not None:
        left.entry = entry
        actions.change(left, by=by)

"""What is done to the files that belong to a meeting: attach, correct what is said of them, remove."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from directory.models import User
from meetings import workflow
from meetings.models import Document, DocumentKind, Entry, Meeting
from records import actions, audit
from records.access import Audience, Permission, permit
from records.actions import action
from records.uploads import Upload
from records.workflow import Refused

#: From the narrowest to the widest.
_WIDTHS = [Audience.INTERNAL, Audience.SHARED, Audience.PUBLIC]


@action
def attach_document(
    meeting: Meeting,
    upload: Upload,
    *,
    kind: DocumentKind | str,
    title: str,
    audience: Audience | str,
    entry: Entry | None = None,
    by: User | None,
) -> Document:
    """Store a checked file with the meeting, or with one of its entries."""
    # No paper prints a document, and the answer of the other side arrives when the minutes have left the desk.
    permit(by, Permission.MEETINGS_WRITE, meeting.committee)
    stored = actions.lock(meeting)
    if stored.state == "cancelled":
        raise Refused(_("This meeting was called off: nothing is attached to it."))
    document = Document(
        meeting=stored,
        entry=entry,
        kind=kind,
        title=title,
        audience=audience,
        name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        digest=upload.digest,
    )
    _check_place(document)
    if stored.documents.filter(digest=upload.digest, entry=entry).exists():
        raise Refused(_("The same file is attached here already."), field="upload")
    document.file.save(upload.name, upload.content, save=False)
    try:
        return actions.create(document, by=by, verb="attached")
    except Exception:
        document.file.delete(save=False)
        raise


@action
def change_document(document: Document, *, by: User | None, expected: int) -> Document:
    """Store a changed title, kind, audience or entry. The file itself stays: another file is another document."""
    _editable(document.meeting, by)
    _check_place(document)
    return actions.change(document, by=by, expected=expected)


@action
def remove_document(document: Document, *, by: User | None, expected: int | None = None) -> None:
    """Take a document off the meeting and delete its file, unless an answer of a side stands on it."""
    _editable(document.meeting, by)
    if document.approvals.exists():
        raise Refused(_("A side's answer to the minutes was recorded with this document, so it stays."))
    storage, name = document.file.storage, str(document.file.name)
    actions.delete(document, by=by, expected=expected)
    transaction.on_commit(partial(storage.delete, name))


@action
def note_document_taken(document: Document, *, by: User | None) -> None:
    """Write into the trail that somebody took the document with them."""
    facts = {"name": [None, document.name], "digest": [None, document.digest]}
    actions.note(audit.Event("downloaded", document, by, facts))


def narrow_documents(entry: Entry, *, by: User | None) -> None:
    """Keep an entry's documents from being read by more people than the entry itself; part of another action."""
    wider = _WIDTHS[_WIDTHS.index(Audience(entry.audience)) + 1 :]
    for document in entry.documents.filter(audience__in=wider).order_by("pk"):
        document.audience = entry.audience
        actions.change(document, by=by)


def leave_documents(entry: Entry, *, by: User | None) -> None:
    """Keep the documents of an entry that goes, with the meeting itself; part of another action."""
    for document in entry.documents.order_by("pk"):
        document.entry = None
        actions.change(document, by=by)


def _editable(meeting: Meeting, by: User | None) -> Meeting:
    permit(by, Permission.MEETINGS_WRITE, meeting.committee)
    stored = actions.lock(meeting)
    workflow.refuse_unless_editable(stored)
    return stored


def _check_place(document: Document) -> None:
    if document.entry is None:
        return
    entry = actions.lock(document.entry)  # as it is now: somebody may be narrowing it
    if entry.minutes.meeting_id != document.meeting_id:
        raise Refused(_("This entry belongs to another meeting."), field="entry")
    if _WIDTHS.index(Audience(document.audience)) > _WIDTHS.index(Audience(entry.audience)):
        raise Refused(
            _("The entry is %(audience)s: its documents are not for more people than it is itself.")
            % {"audience": entry.get_audience_display()},
            field="audience",
        )

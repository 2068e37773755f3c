"""Documents of a meeting: attach, correct, remove, take away."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from meetings import actions
from meetings.forms import DocumentForm
from meetings.models import Document, Entry, Meeting
from records.access import Permission, load, requires
from records.actions import EditConflict
from records.exports.responses import error_page
from records.uploads import accepts_files, served_as
from records.workflow import Refused

logger = logging.getLogger(__name__)

ANCHOR = "documents"


def documents_of(meeting: Meeting, user: Any, numbered: list[tuple[int, Entry]]) -> list[tuple[Document, int | None]]:
    """What is attached to the meeting, as far as ``user`` may read it, with the number of the entry it belongs to."""
    numbers = {entry.pk: number for number, entry in numbered}
    documents = Document.objects.visible_to(user).filter(meeting=meeting)
    return [(document, numbers.get(document.entry_id)) for document in documents]


@accepts_files
@requires(Permission.MEETINGS_WRITE)
def document_add(request: HttpRequest, reference: str) -> HttpResponse:
    meeting = _meeting(request, reference)
    is_sent = request.method == "POST"
    form = DocumentForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        instance=Document(meeting=meeting),
        user=request.user,
    )
    if is_sent and form.attempt(lambda: _attach(meeting, form, request.user), by=request.user):
        messages.success(request, _("The document has been attached."))
        return _back(meeting)
    return _form_page(request, meeting, form, _("Attach a document"), _("Attach"))


@requires(Permission.MEETINGS_WRITE)
def document_edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    meeting = _meeting(request, reference)
    document = _document(request, meeting, pk)
    form = DocumentForm(request.POST or None, instance=document, user=request.user)
    if request.method == "POST" and form.attempt(
        lambda: actions.change_document(form.instance, by=request.user, expected=form.expected_version),
        by=request.user,
    ):
        messages.success(request, _("The document has been saved."))
        return _back(meeting)
    return _form_page(request, meeting, form, _("Edit document"), _("Save"))


@requires(Permission.MEETINGS_WRITE)
def document_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Ask once, naming the document, then remove it."""
    meeting = _meeting(request, reference)
    document = _document(request, meeting, pk)
    status, refusal = 200, ""
    if request.method == "POST":
        try:
            actions.remove_document(document, by=request.user, expected=_version(request, document))
        except (Refused, EditConflict) as problem:
            status, refusal = 422, problem.messages[0] if isinstance(problem, Refused) else str(problem)
            document.refresh_from_db()
        else:
            messages.success(request, _("“%s” was removed. The history keeps what was known of it.") % document)
            return _back(meeting)
    context = {"meeting": meeting, "document": document, "anchor": ANCHOR, "refusal": refusal}
    return render(request, "meetings/document_remove.html", context, status=status)


@require_GET
def document_download(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """The file as it was attached, for whoever may read it; always downloaded, and written into the trail."""
    documents = Document.objects.select_related("meeting__committee")
    document = load(documents, request.user, meeting__reference=reference, pk=pk)
    try:
        content = document.file.open("rb")
    except OSError:
        logger.exception("The file of document %s cannot be read.", document.pk)
        return error_page(
            request, 503, _("The file cannot be read"), _("Nothing is wrong with the record. Tell the administrator.")
        )
    actions.note_document_taken(document, by=request.user)
    return FileResponse(
        content,
        as_attachment=True,
        filename=document.name,
        content_type=served_as(document.media_type),
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store, private"},
    )


def _attach(meeting: Meeting, form: DocumentForm, by: Any) -> Document:
    facts = {name: form.cleaned_data[name] for name in ("upload", "kind", "title", "audience", "entry")}
    return actions.attach_document(meeting, by=by, **facts)


def _meeting(request: HttpRequest, reference: str) -> Meeting:
    meetings = Meeting.objects.with_details().select_related("minutes")
    return load(meetings, request.user, Permission.MEETINGS_WRITE, reference=reference)


def _document(request: HttpRequest, meeting: Meeting, pk: int) -> Document:
    document = load(Document.objects.filter(meeting=meeting), request.user, pk=pk)
    document.meeting = meeting  # read already
    return document


def _back(meeting: Meeting) -> HttpResponse:
    return redirect(f"{meeting.get_absolute_url()}#{ANCHOR}")


def _form_page(request: HttpRequest, meeting: Meeting, form: DocumentForm, title: str, submit: str) -> HttpResponse:
    context = {"form": form, "meeting": meeting, "title": title, "submit": submit}
    return render(request, "meetings/part_form.html", context, status=form.http_status)


def _version(request: HttpRequest, document: Document) -> int:
    value = request.POST.get("version", "")
    return int(value) if value.isdecimal() and len(value) < 10 else document.version

"""Downloads: who may, what is asked for, note it in the trail, send it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from directory.models import Committee
from meetings.actions import note_communique_taken
from meetings.exports import communique as papers
from meetings.exports import tables
from meetings.exports.akomantoso import minutes_akn as minutes_for_archives
from meetings.exports.differences import differences_document
from meetings.exports.docx import agenda_docx as agenda_in_word
from meetings.exports.docx import minutes_docx as minutes_in_word
from meetings.exports.editions import (
    Languages,
    filename,
    note_download,
    note_downloads,
    permit_edition,
    widest_edition,
)
from meetings.exports.forms import CompareForm, ExportForm, LanguageForm
from meetings.exports.json import NotFrozen
from meetings.exports.json import minutes_json as minutes_for_machines
from meetings.exports.minutes import minutes_document
from meetings.filters import MeetingFilter
from meetings.models import Communique, Meeting, Minutes
from records import languages as record_languages
from records.access import Edition, Permission, load, requires
from records.exports.responses import AKN, CSV, DOCX, JSON, PDF, TEXT, download, error_page
from records.exports.typst import CompileError, Document

logger = logging.getLogger(__name__)

Make = Callable[[HttpRequest, Minutes, Edition, Languages], HttpResponseBase]


def of_one_meeting(make: Make) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """A download at a meeting's reference: its minutes, the edition and the languages that the address asks for.

    ``?language=en+ja&edition=shared``; both may be left out. 404, 403 or 400 where it may not or cannot be.
    """

    @require_GET
    @requires(Permission.MINUTES_EXPORT)
    @wraps(make)
    def view(request: HttpRequest, reference: str) -> HttpResponseBase:
        minutes, form = _minutes(request, reference), ExportForm(request.GET)
        if not form.is_valid():
            return _not_understood(request, form)
        edition, languages = _chosen(request, form, minutes.meeting.committee)
        return make(request, minutes, edition, languages)

    return view


@of_one_meeting
def minutes_pdf(request: HttpRequest, minutes: Minutes, edition: Edition, languages: Languages) -> HttpResponseBase:
    """As they are printed."""
    try:
        document = minutes_document(minutes, edition=edition, languages=languages, user=request.user)
    except CompileError:
        logger.exception("The minutes of %s could not be set.", minutes.meeting)
        return _not_set(request)
    note_download(minutes, edition=edition, languages=languages, format="pdf", by=request.user)
    response = download(document.pdf, filename(minutes.meeting.reference, edition, languages, "pdf"), PDF)
    _tell_of_substitutes(request, response, document)
    return response


@of_one_meeting
def minutes_csv(request: HttpRequest, minutes: Minutes, edition: Edition, languages: Languages) -> HttpResponseBase:
    """The same entries as a table."""
    note_download(minutes, edition=edition, languages=languages, format="csv", by=request.user)
    content = tables.minutes_csv(minutes, edition=edition, languages=languages, user=request.user)
    return download(content, filename(minutes.meeting.reference, edition, languages, "csv"), CSV)


@of_one_meeting
def minutes_docx(request: HttpRequest, minutes: Minutes, edition: Edition, languages: Languages) -> HttpResponseBase:
    """The same as the PDF, for colleagues who edit in Word."""
    content = minutes_in_word(minutes, edition=edition, languages=languages, user=request.user)
    note_download(minutes, edition=edition, languages=languages, format="docx", by=request.user)
    return download(content, filename(minutes.meeting.reference, edition, languages, "docx"), DOCX)


@of_one_meeting
def agenda_docx(request: HttpRequest, minutes: Minutes, edition: Edition, languages: Languages) -> HttpResponseBase:
    """When and where the meeting is, who comes and what for."""
    content = agenda_in_word(minutes, edition=edition, languages=languages, user=request.user)
    note_download(minutes, edition=edition, languages=languages, format="agenda docx", by=request.user)
    return download(content, filename(minutes.meeting.reference, edition, languages, "docx", paper="agenda"), DOCX)


@of_one_meeting
def minutes_json(request: HttpRequest, minutes: Minutes, edition: Edition, languages: Languages) -> HttpResponseBase:
    """The latest revision as machines read it, in all languages whichever is asked for: its hash covers them all."""
    try:
        content = minutes_for_machines(minutes, edition=edition, user=request.user)
    except NotFrozen:
        return _not_frozen(request)
    note_download(minutes, edition=edition, languages=record_languages.CODES, format="json", by=request.user)
    return download(content, filename(minutes.meeting.reference, edition, record_languages.CODES, "json"), JSON)


@of_one_meeting
def minutes_akn(request: HttpRequest, minutes: Minutes, edition: Edition, languages: Languages) -> HttpResponseBase:
    """As Akoma Ntoso, for archives. A file is one expression of the minutes, and so in one language."""
    if len(languages) > 1:
        told = _("language: an Akoma Ntoso file is in one language. Choose en, ja or ru.")
        return error_page(request, 400, _("This request cannot be understood"), told)
    content = minutes_for_archives(minutes, edition=edition, language=languages[0], user=request.user)
    note_download(minutes, edition=edition, languages=languages, format="akn", by=request.user)
    return download(content, filename(minutes.meeting.reference, edition, languages, "akn.xml"), AKN)


@require_GET
@requires(Permission.MINUTES_EXPORT)
def differences_pdf(request: HttpRequest, reference: str) -> HttpResponseBase:
    """What changed between two revisions, as the page at the same parameters shows it."""
    minutes = _minutes(request, reference)
    form = CompareForm(request.GET, minutes=minutes, user=request.user)
    if not form.is_valid():
        return _not_understood(request, form)
    old, new = form.revisions()
    edition, languages = form.cleaned_data["edition"], form.cleaned_data["language"]
    try:
        document = differences_document(old, new, edition=edition, languages=languages, user=request.user)
    except CompileError:
        logger.exception("The differences in %s could not be set.", minutes.meeting)
        return _not_set(request)
    paper = f"differences {old.number}-{new.number}"
    note_download(minutes, edition=edition, languages=languages, format=f"pdf, {paper}", by=request.user)
    response = download(document.pdf, filename(reference, edition, languages, "pdf", paper=paper), PDF)
    _tell_of_substitutes(request, response, document)
    return response


Take = Callable[[HttpRequest, Communique, Languages], HttpResponseBase]


def of_a_communique(take: Take) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """A download of a meeting's communiqué, in the languages that the address asks for: ``?language=en+ja``.

    A draft is not there (404) for whoever may not read it.
    """

    @require_GET
    @requires(Permission.MINUTES_EXPORT)
    @wraps(take)
    def view(request: HttpRequest, reference: str) -> HttpResponseBase:
        minutes, form = _minutes(request, reference), LanguageForm(request.GET)
        communique = Communique.objects.of(minutes.meeting, request.user)
        if communique is None:
            raise Http404
        if not form.is_valid():
            return _not_understood(request, form)
        return take(request, communique, form.cleaned_data["language"])

    return view


@of_a_communique
def communique_pdf(request: HttpRequest, communique: Communique, languages: Languages) -> HttpResponseBase:
    """As it is printed."""
    try:
        document = papers.communique_document(communique, languages=languages, user=request.user)
    except CompileError:
        logger.exception("The communiqué on %s could not be set.", communique.meeting)
        return _not_set(request)
    response = _communique_taken(request, communique, languages, "pdf", document.pdf, PDF)
    _tell_of_substitutes(request, response, document)
    return response


@of_a_communique
def communique_docx(request: HttpRequest, communique: Communique, languages: Languages) -> HttpResponseBase:
    """The same for Word."""
    content = papers.communique_docx(communique, languages=languages, user=request.user)
    return _communique_taken(request, communique, languages, "docx", content, DOCX)


@of_a_communique
def communique_txt(request: HttpRequest, communique: Communique, languages: Languages) -> HttpResponseBase:
    """Plain text, for the web."""
    content = papers.communique_text(communique, languages=languages, user=request.user)
    return _communique_taken(request, communique, languages, "txt", content, TEXT)


@of_a_communique
def communique_json(request: HttpRequest, communique: Communique, languages: Languages) -> HttpResponseBase:
    """For machines, in all languages whichever is asked for, as the minutes are."""
    content = papers.communique_json(communique, user=request.user)
    return _communique_taken(request, communique, record_languages.CODES, "json", content, JSON)


def _communique_taken(  # noqa: PLR0917 (a file and what is said of it)
    request: HttpRequest, communique: Communique, languages: Languages, suffix: str, content: bytes, kind: str
) -> HttpResponseBase:
    note_communique_taken(communique, languages=languages, format=suffix, by=request.user)  # type: ignore[arg-type]
    return download(content, papers.communique_filename(communique, languages, suffix), kind)


@require_GET
def meetings_csv(request: HttpRequest) -> HttpResponseBase:
    """The meetings list, filtered and ordered as the page at the same parameters."""
    listed = _listed(request)
    if not listed.is_valid():
        return _not_understood(request, listed.form)
    return download(tables.meetings_csv(listed.qs, language=record_languages.current()), f"{_('meetings')}.csv", CSV)


@require_GET
@requires(Permission.MINUTES_EXPORT)
def entries_csv_download(request: HttpRequest) -> HttpResponseBase:
    """The minutes of all meetings that the list shows at the same parameters, as one table."""
    listed, form = _listed(request), ExportForm(request.GET)
    if not listed.is_valid():
        return _not_understood(request, listed.form)
    if not form.is_valid():
        return _not_understood(request, form)
    edition, languages = _chosen(request, form)
    reach = request.user.reach(Permission.MINUTES_EXPORT)
    meetings = listed.qs if request.user.sees_all else listed.qs.filter(reach)
    taken = Minutes.objects.filter(meeting__in=meetings.order_by()).select_related("meeting").order_by("pk")
    note_downloads(taken, edition=edition, languages=languages, by=request.user)
    content = tables.entries_csv(meetings, edition=edition, languages=languages, user=request.user)
    return download(content, filename(_("meetings"), edition, languages, "csv"), CSV)


def _minutes(request: HttpRequest, reference: str) -> Minutes:
    minutes = Minutes.objects.select_related("meeting__committee__own_side", "meeting__committee__other_side")
    return load(minutes, request.user, Permission.MINUTES_EXPORT, meeting__reference=reference)


def _listed(request: HttpRequest) -> MeetingFilter:
    return MeetingFilter(request.GET, queryset=Meeting.objects.visible_to(request.user), user=request.user)


def _chosen(request: HttpRequest, form: ExportForm, committee: Committee | None = None) -> tuple[Edition, Languages]:
    """What the form asks for, if the person may have it."""
    edition = form.cleaned_data["edition"] or widest_edition(request.user, committee)
    permit_edition(request.user, edition, committee)
    return edition, form.cleaned_data["language"]


def _not_understood(request: HttpRequest, form: forms.Form) -> HttpResponseBase:
    """400, naming each parameter as it stands in the address and saying what it may be."""
    problems = [
        f"{name}: {problem}" for name, errors in form.errors.get_json_data().items() for problem in _texts(errors)
    ]
    return error_page(request, 400, _("This request cannot be understood"), " ".join(problems))


def _texts(errors: list[dict[str, str]]) -> list[str]:
    return [error["message"] for error in errors]


def _not_set(request: HttpRequest) -> HttpResponseBase:
    response = error_page(
        request,
        503,
        _("The PDF could not be made"),
        _("Nothing is lost. Try again in a minute; the same entries can be had as CSV. If it happens again, tell the "
          "administrator which meeting it was."),
    )  # fmt: skip
    response["Retry-After"] = "60"
    return response


def _not_frozen(request: HttpRequest) -> HttpResponseBase:
    return error_page(
        request,
        409,
        _("There is no revision yet"),
        _("Minutes can be had as JSON once they are circulated: then a revision is made that never changes. These are "
          "still a draft; they can be had as PDF, Word or CSV."),
    )  # fmt: skip


def _tell_of_substitutes(request: HttpRequest, response: HttpResponseBase, document: Document) -> None:
    """The file cannot say so itself: a header for programs, a message on the next page for people."""
    if not document.substituted:
        return
    numbers = ", ".join(f"U+{ord(character):04X}" for character in document.substituted)
    response["X-Substituted-Characters"] = numbers
    messages.warning(
        request,
        ngettext(
            "One character cannot be printed and is marked by its number in the PDF: %(numbers)s.",
            "Some characters cannot be printed and are marked by their numbers in the PDF: %(numbers)s.",
            len(document.substituted),
        )
        % {"numbers": numbers},
    )

"""Review links: made and revoked by a secretary; opened, read and answered by a delegate who has no log-in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from meetings import actions
from meetings.actions.agreeing import ACCEPTANCES
from meetings.actions.reviewing import (
    Closed,
    ExpiredKey,
    LinkState,
    UnknownKey,
    is_circulated,
    link_of,
    note_opened,
    note_taken_by_link,
    state_of,
)
from meetings.exports.editions import OPERATOR, filename
from meetings.exports.forms import ExportForm
from meetings.exports.minutes import minutes_document
from meetings.models import Approval, Meeting, ReviewLink, Revision, Verdict
from meetings.reading import passages, passages_compared
from meetings.review_forms import ReviewForm, ReviewLinkForm
from meetings.revisions import Content, agenda_of, content_of
from records import dates, languages
from records.access import Classification, Edition, Permission, load, requires
from records.exports.responses import PDF, download
from records.exports.typst import CompileError
from records.workflow import Refused

logger = logging.getLogger(__name__)

ByLink = Callable[[HttpRequest, ReviewLink, str], HttpResponseBase]

_SHARED = Edition.SHARED


# The secretary


@requires(Permission.MINUTES_CIRCULATE)
def reviewlink_add(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Make a link. Its address is shown in the answer to the form and nowhere afterwards: only its hash is kept."""
    revision = _revision(request, reference, number)
    side = revision.governing_committee.other_side
    form = ReviewLinkForm(
        request.POST or None,
        instance=ReviewLink(revision=revision, side=side),
        initial={"language": side.language},
        user=request.user,
    )
    made: list[tuple[ReviewLink, str]] = []
    if request.method == "POST" and form.attempt(lambda: made.append(_make(form, request.user)), by=request.user):
        if made:
            return _shown_once(request, revision, *made[0])
        messages.warning(
            request, _("This link was made already, and its address was shown then. If it was lost, revoke it.")
        )
        return redirect("meetings:revision-detail", reference, number)
    meeting = revision.minutes.meeting
    context = {
        "form": form,
        "meeting": meeting,
        "revision": revision,
        "side": side,
        "is_classified": meeting.classification > Classification.OPEN,
    }
    return render(request, "meetings/reviewlink_form.html", context, status=form.http_status)


def _make(form: ReviewLinkForm, by: Any) -> tuple[ReviewLink, str]:
    return actions.make_review_link(form.instance, days=form.cleaned_data["days"], by=by)


def _shown_once(request: HttpRequest, revision: Revision, link: ReviewLink, key: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("review:page-detail", args=[key]))
    context = {
        "meeting": revision.minutes.meeting,
        "revision": revision,
        "link": link,
        "address": address,
        "note": _covering_note(link, address),
    }
    return render(request, "meetings/reviewlink_made.html", context, status=201)


def _covering_note(link: ReviewLink, address: str) -> str:
    """What is written to the delegate, in their language."""
    meeting = link.revision.minutes.meeting
    until = dates.clock(link.expires_at, None, link.side.time_zone)
    with translation.override(link.language):
        context = {
            "link": link,
            "address": address,
            "committee": languages.pick(meeting.committee, "name"),
            "heading": meeting.heading(),
            "meeting": meeting,
            "until": f"{dates.written(until.day)}, {until.time} {until.zone}",
        }
        return render_to_string("review/note.txt", context).strip()


@requires(Permission.MINUTES_CIRCULATE)
def reviewlink_revoke(request: HttpRequest, reference: str, number: int, pk: int) -> HttpResponse:
    """Ask once, then make the link open nothing any more."""
    revision = _revision(request, reference, number)
    link = load(ReviewLink, request.user, Permission.MINUTES_CIRCULATE, pk=pk, revision=revision)
    if request.method == "POST":
        try:
            actions.revoke_review_link(link, by=request.user)
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The link has been revoked: it opens nothing any more."))
        return redirect("meetings:revision-detail", reference, number)
    context = {"meeting": revision.minutes.meeting, "revision": revision, "link": link}
    return render(request, "meetings/reviewlink_revoke.html", context)


def links_of(revision: Revision, user: Any, *, is_open: bool, approvals: list[Approval]) -> dict[str, Any]:
    """What the revision's page shows of its links: each with its state, and whether another may be made.

    ``is_open``: it is the text that is circulated; ``approvals``: what was said of it.
    """
    links = list(ReviewLink.objects.visible_to(user).filter(revision=revision).select_related("side", "approval"))
    now = timezone.now()
    committee = revision.governing_committee
    may_make = user.can(Permission.MINUTES_CIRCULATE, committee)
    has_accepted = any(each.side_id == committee.other_side_id and each.verdict in ACCEPTANCES for each in approvals)
    return {
        "side": committee.other_side,
        "links": [(link, state_of(link, at=now, circulated=is_open)) for link in links],
        "may_make": may_make and is_open and not has_accepted,
        "may_revoke": may_make,
    }


def _has_accepted(revision: Revision) -> bool:
    other = revision.governing_committee.other_side_id
    return revision.approvals.filter(side=other, verdict__in=ACCEPTANCES).exists()


def _revision(request: HttpRequest, reference: str, number: int) -> Revision:
    meetings = Meeting.objects.with_details().select_related("minutes")
    meeting = load(meetings, request.user, Permission.MINUTES_CIRCULATE, reference=reference)
    revision = Revision.objects.filter(minutes=meeting.minutes, number=number).first()
    if revision is None:
        raise Http404
    revision.minutes = meeting.minutes
    revision.minutes.meeting = meeting
    return revision


# The delegate


def by_link(view: ByLink) -> Callable[..., HttpResponseBase]:
    """Open the link of the key in the address, and answer in its language and on its side's clock.

    The referrer policy stays ``same-origin``: with ``no-referrer`` browsers send forms with ``Origin: null``, which is
    refused as a forgery. No page of a link leads to another house, so no address is told to anybody.
    """

    @wraps(view)
    def opened(request: HttpRequest, key: str) -> HttpResponseBase:
        try:
            link = link_of(key)
        except UnknownKey:
            return _headed(_closed(request, "unknown", 404))
        except ExpiredKey:
            return _headed(_closed(request, LinkState.EXPIRED))
        with translation.override(link.language), timezone.override(link.side.time_zone):
            response = view(request, link, key)
            response.headers["Content-Language"] = link.language
            return _headed(response)

    return login_not_required(opened)


def _headed(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _closed(request: HttpRequest, state: str, status: int = 410, **more: Any) -> HttpResponse:
    """Says why the link opens nothing, and names neither the meeting nor anybody."""
    return render(request, "review/closed.html", {"state": str(state), **more}, status=status)


def _state(link: ReviewLink) -> LinkState:
    return state_of(link, at=timezone.now(), circulated=is_circulated(link.revision))


@by_link
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, link: ReviewLink, key: str) -> HttpResponseBase:
    """The revision in the shared edition, with the form for the answer; and the answer."""
    state = _state(link)
    if not state.is_open:
        return _too_late(request, link, state, key)
    entries = passages(content_of(link.revision), _SHARED)
    form = ReviewForm(request.POST or None, entries=entries)
    if request.method == "GET":
        note_opened(link, by=_staff(request))
        return _page(request, link, key, form, 200)
    if _staff(request) is None and form.is_valid():
        try:
            actions.answer_by_link(
                link, Verdict(form.cleaned_data["verdict"]), text=form.cleaned_data["text"], comments=form.comments()
            )
        except Closed as closed:
            return _too_late(request, link, closed.state, key)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal)
        else:
            return redirect("review:page-receipt", key)
    return _page(request, link, key, form, 422)


def _too_late(request: HttpRequest, link: ReviewLink, state: LinkState, key: str) -> HttpResponse:
    """Sent twice, the first answer counts. Otherwise what was written is shown once more: it can be said elsewhere."""
    if state == LinkState.ANSWERED and request.method == "POST":
        return redirect("review:page-receipt", key)
    texts = (request.POST[name] for name in request.POST if name == "text" or name.startswith("comment-"))
    typed = [text for text in texts if text.strip()]
    return _closed(request, state, receipt=_receipt_address(link, state, key), typed=typed)


def _page(request: HttpRequest, link: ReviewLink, key: str, form: ReviewForm, status: int) -> HttpResponse:
    revision = link.revision
    content = content_of(revision)
    entries = passages(content, _SHARED)
    context = {
        "link": link,
        "key": key,
        "revision": revision,
        "meeting": revision.minutes.meeting,
        "head": _head(content),
        "commented": [(entry, form.remarks[f"comment-{entry.key}"]) for entry in entries],
        "form": form,
        "staff": _staff(request),
        "has_accepted": _has_accepted(revision),
        "has_earlier": _earlier(revision) is not None,
        "export_languages": [(code, languages.NAMES[code]) for code in languages.CODES],
    }
    return render(request, "review/page.html", context, status=status)


@by_link
@require_GET
def review_changes(request: HttpRequest, link: ReviewLink, key: str) -> HttpResponseBase:
    """What changed since the text that was circulated before."""
    state, earlier = _state(link), _earlier(link.revision)
    if not state.is_open:
        return _closed(request, state, receipt=_receipt_address(link, state, key))
    if earlier is None:
        return _closed(request, "unknown", 404)
    note_opened(link, by=_staff(request))
    context = {
        "link": link,
        "key": key,
        "old": earlier,
        "revision": link.revision,
        "meeting": link.revision.minutes.meeting,
        "changes": passages_compared(content_of(earlier), content_of(link.revision), _SHARED),
    }
    return render(request, "review/changes.html", context)


@by_link
@require_GET
def review_pdf(request: HttpRequest, link: ReviewLink, key: str) -> HttpResponseBase:
    """The same edition on paper. While a revision is circulated, nothing that it prints can change."""
    state, form = _state(link), ExportForm(request.GET)
    if not state.is_open:
        return _closed(request, state, receipt=_receipt_address(link, state, key))
    if not form.is_valid():
        return _closed(request, "unknown", 400)
    meeting, spoken = link.revision.minutes.meeting, form.cleaned_data["language"]
    try:
        document = minutes_document(link.revision.minutes, edition=_SHARED, languages=spoken, user=OPERATOR)
    except CompileError:
        logger.exception("The minutes of %s could not be set.", meeting.reference)
        return _closed(request, "unset", 503)
    note_taken_by_link(link, languages=spoken, by=_staff(request))
    return download(document.pdf, filename(meeting.reference, _SHARED, spoken, "pdf"), PDF)


@by_link
@require_GET
def review_receipt(request: HttpRequest, link: ReviewLink, key: str) -> HttpResponseBase:
    """What the delegate said, of which text: for their own files, as long as the link would have been valid."""
    state = _state(link)
    if state != LinkState.ANSWERED or link.expires_at <= timezone.now():
        return _closed(request, state)
    content = content_of(link.revision)
    numbers = {entry.key: entry.number for entry in passages(content, _SHARED)}
    comments = [(numbers.get(each.entry_key), each.text) for each in link.approval.comments.all()]
    context = {
        "link": link,
        "approval": link.approval,
        "comments": sorted(comments, key=lambda comment: comment[0] or 0),
        "revision": link.revision,
        "meeting": link.revision.minutes.meeting,
    }
    return render(request, "review/receipt.html", context)


def _receipt_address(link: ReviewLink, state: LinkState, key: str) -> str:
    if state != LinkState.ANSWERED or link.expires_at <= timezone.now():
        return ""
    return reverse("review:page-receipt", args=[key])


def _staff(request: HttpRequest) -> Any:
    """Who is logged in here: they see what the delegate will see, and answer on the revision's own page."""
    return request.user if request.user.is_authenticated else None


def _earlier(revision: Revision) -> Revision | None:
    """The text that was circulated before: what it held for both sides, both sides have seen."""
    return Revision.objects.filter(minutes=revision.minutes, number__lt=revision.number).order_by("-number").first()


def _head(content: Content) -> dict[str, Any]:
    """What the revision prints before its entries: who was there, the agenda, which languages count."""
    return {
        "people": [
            {"side": side, "people": [_person(each) for each in content["attendance"] if each["side"] == side]}
            for side in dict.fromkeys(person["side"] for person in content["attendance"])
        ],
        "agenda": [_pick(item["title"]) for item in agenda_of(content, _SHARED)],
        "authentic": [languages.NAMES[code] for code in languages.CODES if content["standing"][code] == "authentic"],
        "working": [languages.NAMES[code] for code in languages.CODES if content["standing"][code] == "working"],
    }


def _person(attendance: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": _pick(attendance["name"]),
        "office": _pick(attendance["office"]),
        "apologies": attendance["apologies"],
    }


def _pick(texts: dict[str, str]) -> str:
    return next((texts[code] for code in languages.FALLBACKS[languages.current()] if code in texts), "")

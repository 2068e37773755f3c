"""Circulating minutes, what each side says of a revision, differences between two, sealing, verifying."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from directory.models import Side, User
from meetings import actions, standing, workflow
from meetings.actions.agreeing import ACCEPTANCES
from meetings.checking import Minuted, counted, findings
from meetings.exports.editions import filename, note_download, widest_edition
from meetings.exports.forms import CompareForm
from meetings.exports.sealing import print_copies
from meetings.forms import AnswerForm, MoveForm, VerifyForm
from meetings.models import Approval, Meeting, MeetingState, Minutes, Revision, SealedCopy
from meetings.reading import Passage, facts_compared, passages, passages_compared
from meetings.revisions import content_of
from meetings.verification import verify_file
from meetings.views.reminding import reminders_of
from meetings.views.reviewing import links_of
from records.access import Edition, Permission, load, permit, requires
from records.exports.responses import PDF, download
from records.uploads import accepts_files
from records.workflow import Move, Refused


def _meeting(request: HttpRequest, reference: str, permission: Permission | None = None) -> Meeting:
    meetings = Meeting.objects.with_details().select_related("minutes")
    meeting = load(meetings, request.user, permission, reference=reference)
    meeting.minutes.meeting = meeting
    return meeting


def _revision(meeting: Meeting, number: int) -> Revision:
    """A revision of a meeting that the person may see: in which edition they read it is decided there."""
    revisions = Revision.objects.select_related("corrects", "made_by")
    revision = revisions.filter(minutes=meeting.minutes, number=number).first()
    if revision is None:
        raise Http404
    revision.minutes = meeting.minutes
    return revision


@requires(Permission.MINUTES_CIRCULATE)
def minutes_move(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once, then circulate, take back, seal or open a corrigendum."""
    meeting = _meeting(request, reference, Permission.MINUTES_CIRCULATE)
    minutes = meeting.minutes
    form = MoveForm(request.POST or None, initial={"target": request.GET.get("target", "")})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _make_move(minutes, form.cleaned_data["target"], form.cleaned_data["reason"], request.user)
            except Refused as refusal:
                form.add_error(refusal.field, refusal)
            else:
                minutes.refresh_from_db()
                messages.success(request, _("The minutes are now %s.") % minutes.get_state_display())
                return redirect(minutes)
    move = next((m for m in minutes_moves(minutes, request.user) if m.target == form["target"].value()), None)
    if move is None:
        messages.error(request, _("This move is not possible from the present state of the minutes."))
        return redirect(minutes)
    context = {"form": form, "meeting": meeting, "move": move, "missing": workflow.missing_languages(minutes)}
    if move.target == "circulated":
        context["check"] = counted(findings(Minuted.read(meeting, request.user)))
    return render(request, "meetings/minutes_move.html", context, status=status)


def _make_move(minutes: Minutes, target: str, reason: str, by: Any) -> None:
    if target == "circulated":
        actions.circulate(minutes, by=by)
    elif target == "sealed":
        actions.seal(minutes, by=by, print_copies=print_copies)
    elif target == "draft" and minutes.state == "circulated":
        actions.take_back(minutes, by=by, reason=reason)
    elif target == "draft" and minutes.state == "sealed":
        actions.open_corrigendum(minutes, by=by, reason=reason)
    else:
        raise Refused(_("Minutes are agreed by both sides' answers, and in no other way."))


def minutes_moves(minutes: Minutes, user: Any) -> list[Move]:
    """The moves that have a button: agreeing is done by answers. Minutes go on their way after the meeting was held."""
    if minutes.meeting.state != MeetingState.HELD:
        return []
    return [move for move in workflow.MINUTES.open_to(minutes, user) if move.target != "agreed"]


def revision_detail(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    meeting = _meeting(request, reference)
    return render(request, "meetings/revision_detail.html", _shown(request, meeting, _revision(meeting, number)))


def revision_answer(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """What a side says to a revision: its approver, or a secretary with the other side's letter."""
    meeting = _meeting(request, reference)
    revision = _revision(meeting, number)
    sides = sides_to_answer(request.user, meeting)
    if not sides:
        _refuse(request.user, meeting)
    entries = passages(content_of(revision), widest_edition(request.user, meeting.committee))
    form = AnswerForm(request.POST, sides=sides, meeting=meeting, user=request.user, entries=entries)
    status = 422
    if form.is_valid():
        try:
            actions.answer(revision, by=request.user, comments=form.comments(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal)
        else:
            messages.success(request, _("The answer has been recorded."))
            return redirect("meetings:revision-detail", reference, number)
    context = _shown(request, meeting, revision) | {"form": form, "commented": _commented(entries, form)}
    return render(request, "meetings/revision_detail.html", context, status=status)


def _refuse(user: Any, meeting: Meeting) -> None:
    permit(user, Permission.MINUTES_APPROVE, meeting.committee)
    permit(user, Permission.MINUTES_CIRCULATE, meeting.committee)


def revision_compare(request: HttpRequest, reference: str) -> HttpResponse:
    """What changed from one revision to another, passage by passage, in an edition that the person may read."""
    meeting = _meeting(request, reference)
    form = CompareForm(request.GET, minutes=meeting.minutes, user=request.user)
    may_export = request.user.can(Permission.MINUTES_EXPORT, meeting.committee)
    context: dict[str, Any] = {"meeting": meeting, "form": form, "may_export": may_export}
    if not form.is_valid():
        return render(request, "meetings/revision_compare.html", context, status=422)
    old, new = (content_of(revision) for revision in form.revisions())
    edition = form.cleaned_data["edition"]
    context |= {
        "changes": passages_compared(old, new, edition, form.cleaned_data["language"]),
        "facts": facts_compared(old, new, edition),
    }
    return render(request, "meetings/revision_compare.html", context)


@accepts_files
def minutes_verify(request: HttpRequest) -> HttpResponse:
    """Says of a PDF or JSON which minutes it is, whether unaltered, and whether something newer was sealed."""
    form = VerifyForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    status = 200
    if request.method == "POST":
        if form.is_valid():
            found = verify_file(form.cleaned_data["file"].read())
            context["found"] = found
            readable = Meeting.objects.visible_to(request.user)
            if found.revision is not None:
                context["may_read"] = readable.filter(minutes=found.revision.minutes_id).exists()
        else:
            status = 422
    return render(request, "meetings/verify.html", context, status=status)


def _shown(request: HttpRequest, meeting: Meeting, revision: Revision) -> dict[str, Any]:
    edition = widest_edition(request.user, meeting.committee)
    approvals = list(
        Approval.objects.visible_to(request.user)
        .filter(revision=revision)
        .select_related("side", "given_by", "document")
        .prefetch_related("comments")
    )
    entries = passages(content_of(revision), edition)
    numbers = {entry.key: entry.number for entry in entries}
    latest = meeting.minutes.revisions.order_by("-number").first()
    is_open = revision == latest and meeting.minutes.state == "circulated"
    sides = sides_to_answer(request.user, meeting) if is_open else []
    form = AnswerForm(sides=sides, meeting=meeting, user=request.user, entries=entries) if sides else None
    reminders = reminders_of(revision, request.user) if is_open else {}
    return {
        "meeting": meeting,
        "revision": revision,
        "latest": latest,
        "edition": edition,
        "entries": entries,
        "commented": _commented(entries, form),
        "sides": [
            {
                "side": side,
                "approvals": [
                    {"approval": each, "comments": [(numbers.get(c.entry_key), c.text) for c in each.comments.all()]}
                    for each in approvals
                    if each.side_id == side.pk
                ],
                "accepted": any(each.verdict in ACCEPTANCES for each in approvals if each.side_id == side.pk),
                "reminder": reminders.get(side.pk),
            }
            for side in meeting.committee.sides
        ],
        "form": form,
        "copies": SealedCopy.objects.visible_to(request.user).filter(revision=revision),
        "is_void": not ((revision == latest and meeting.minutes.state != "draft") or revision.copies.exists()),
        "has_earlier": revision.number > 1,
        "review": links_of(revision, request.user, is_open=is_open, approvals=approvals),
    }


def _commented(entries: list[Passage], form: AnswerForm | None) -> list[tuple[Passage, Any]]:
    """Each entry with the field for a comment on it, where the person may answer."""
    return [(entry, form.remarks[f"comment-{entry.key}"] if form else None) for entry in entries]


def revisions_in_short(meeting: Meeting) -> list[dict[str, Any]]:
    """The revisions, the latest first, with what each side said last; and whose turn it is on the latest."""
    copies = SealedCopy.objects.filter(revision=OuterRef("pk"))
    revisions = list(
        meeting.minutes.revisions.order_by("-number")
        .defer("content")
        .annotate(is_sealed=Exists(copies))
        .prefetch_related(Prefetch("approvals", Approval.objects.select_related("given_by")))
    )
    shown = []
    for place, revision in enumerate(revisions):
        answers = {approval.side_id: approval for approval in revision.approvals.all()}
        counts = revision.is_sealed or (place == 0 and meeting.minutes.state != "draft")
        shown.append(
            {
                "revision": revision,
                "counts": counts,
                "has_answers": bool(answers),
                "sides": [{"side": side, "approval": answers.get(side.pk)} for side in meeting.committee.sides],
                "waits": _waits(meeting, revision) if place == 0 else None,
            }
        )
    return shown


def _waits(meeting: Meeting, latest: Revision) -> standing.Waits:
    answers = [(approval.side_id, approval.verdict) for approval in latest.approvals.all()]
    said = standing.said_by_both(meeting.committee, answers)
    return standing.waits(meeting.state, meeting.minutes.state, meeting.committee, *said)


@requires(Permission.MINUTES_EXPORT)
def sealed_copy(request: HttpRequest, reference: str, number: int, pk: int) -> HttpResponseBase:
    """One of the final papers, exactly as it was sealed."""
    meeting = _meeting(request, reference, Permission.MINUTES_EXPORT)
    copies = SealedCopy.objects.visible_to(request.user).filter(revision__minutes=meeting.minutes)
    copy = copies.filter(revision__number=number, pk=pk).first()
    if copy is None:
        raise Http404
    languages = tuple(copy.languages.split("+"))
    edition = Edition(copy.edition)
    note_download(meeting.minutes, edition=edition, languages=languages, format="pdf, sealed", by=request.user)
    with copy.file.open("rb") as file:
        return download(file.read(), filename(reference, edition, languages, "pdf"), PDF)


def sides_to_answer(user: User, meeting: Meeting) -> list[Side]:
    """The sides in whose name the person may record an answer."""
    own, other = meeting.committee.sides
    sides = [side for side in (own, other) if user.speaks_for(side, meeting.committee)]
    if other not in sides and user.can(Permission.MINUTES_CIRCULATE, meeting.committee):
        sides.append(other)
    return sides

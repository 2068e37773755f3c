"""The communiqué on a meeting: its page, its sentences, the report beside the minutes, its clearance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from meetings import actions
from meetings.communique_forms import ClearForm, Numbered, SentenceForm, SplitForm, WithdrawForm
from meetings.communique_report import fingerprint, report_on
from meetings.exports.forms import export_languages
from meetings.forms import OrderForm
from meetings.models import Communique, CommuniqueSentence, Entry, Meeting, MinutesState
from records.access import Permission, load, permit, requires
from records.actions import EditConflict
from records.workflow import Refused


def communique_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The text as far as the person may read it; a draft is the own side's, and to everybody else it is not there."""
    return _page(request, _meeting(request, reference))


def communique_report(request: HttpRequest, reference: str) -> HttpResponse:
    """What the communiqué says that the minutes do not, and the reverse: for the own side."""
    meeting = _meeting(request, reference)
    permit(request.user, Permission.INTERNAL_READ, meeting.committee)
    return render(request, "meetings/communique_report.html", _context(request, meeting))


@requires(Permission.MINUTES_WRITE)
def communique_draft(request: HttpRequest, reference: str) -> HttpResponse:
    """Make one from the public entries; answers only to POST."""
    meeting = _meeting(request, reference, Permission.MINUTES_WRITE)
    communique = Communique(meeting=meeting)
    try:
        actions.draft_communique(communique, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("The communiqué has been drafted. It is the own side's alone until it is cleared."))
    return redirect(communique)


@requires(Permission.MINUTES_WRITE)
def communique_discard(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once, then delete the draft."""
    communique = _communique(request, reference, Permission.MINUTES_WRITE)

    def act(expected: int) -> None:
        actions.discard_communique(communique, by=request.user, expected=expected)
        messages.success(request, _("The draft of the communiqué was deleted. The history keeps its words."))

    return _remove(request, communique, communique, act)


@requires(Permission.MINUTES_WRITE)
def sentence_add(request: HttpRequest, reference: str) -> HttpResponse:
    communique = _communique(request, reference, Permission.MINUTES_WRITE)
    form = SentenceForm(
        request.POST or None,
        instance=CommuniqueSentence(communique=communique),
        numbered=_numbered(request.user, communique.meeting),
        user=request.user,
    )
    return _edit(request, form, lambda: actions.add_sentence(form.instance, by=request.user), _("Add a sentence"))


@requires(Permission.MINUTES_WRITE)
def sentence_edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    sentence = _sentence(request, reference, pk)
    numbered = _numbered(request.user, sentence.communique.meeting)
    form = SentenceForm(request.POST or None, instance=sentence, numbered=numbered, user=request.user)
    return _edit(
        request,
        form,
        lambda: actions.change_sentence(form.instance, by=request.user, expected=form.expected_version),
        _("Edit the sentence"),
    )


@requires(Permission.MINUTES_WRITE)
def sentence_split(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    sentence = _sentence(request, reference, pk)
    form = SplitForm(request.POST or None, instance=sentence, user=request.user)
    return _edit(
        request,
        form,
        lambda: actions.split_sentence(form.instance, form.second(), by=request.user, expected=form.expected_version),
        _("Split the sentence"),
        hint=_("Each text is cut where its first sentence ends. Move the words to where they belong."),
    )


@requires(Permission.MINUTES_WRITE)
def sentence_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Ask once, naming the sentence, then take it out."""
    sentence = _sentence(request, reference, pk)
    name = str(sentence)

    def act(expected: int) -> None:
        actions.remove_sentence(sentence, by=request.user, expected=expected)
        messages.success(request, _("“%s” was taken out. The history keeps its words.") % name)

    return _remove(request, sentence.communique, sentence, act)


@requires(Permission.MINUTES_WRITE)
def sentence_order(request: HttpRequest, reference: str) -> HttpResponse:
    """Put the sentences into another order; answers only to POST."""
    communique = _communique(request, reference, Permission.MINUTES_WRITE)
    sentences = _sentences(request.user, communique)
    form = OrderForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This order cannot be understood. Nothing was moved."))
    else:
        try:
            actions.reorder(sentences, form.keys([each.pk for each in sentences]), by=request.user)
        except Refused as refusal:
            messages.error(request, refusal.messages[0])
    return redirect(f"{communique.get_absolute_url()}#text")


def communique_clear(request: HttpRequest, reference: str) -> HttpResponse:
    """Show once more what is about to be public, then clear exactly that."""
    communique = _communique(request, reference)
    meeting = communique.meeting
    if not actions.may_clear(request.user, meeting.committee):
        permit(request.user, Permission.MINUTES_APPROVE, meeting.committee)
        raise PermissionDenied(_("Only an approver of the own side clears what it publishes."))
    form = ClearForm(request.POST or None)
    status, refusal = 200, ""
    if request.method == "POST":
        status, refusal = 422, _("This request cannot be understood. Nothing was cleared.")
        if form.is_valid():
            try:
                actions.clear(communique, by=request.user, seen=form.cleaned_data["seen"])  # type: ignore[arg-type]
            except Refused as problem:
                status = 409 if isinstance(problem, actions.ChangedSince) else 422
                refusal = problem.messages[0]
            else:
                messages.success(request, _("The communiqué is cleared. Whoever may read the meeting may read it now."))
                return redirect(communique)
    context = _context(request, meeting) | {"refusal": refusal}
    return render(request, "meetings/communique_clear.html", context, status=status)


def communique_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for the reason, then make it a draft again."""
    communique = _communique(request, reference)
    if not actions.may_withdraw(request.user, communique.meeting.committee):
        permit(request.user, Permission.MINUTES_CIRCULATE, communique.meeting.committee)
    form = WithdrawForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.withdraw_clearance(communique, by=request.user, reason=form.cleaned_data["reason"])
            except Refused as refusal:
                form.add_error(refusal.field, refusal)
            else:
                messages.success(request, _("The clearance is withdrawn. The communiqué is a draft again."))
                return redirect(communique)
    context = {"meeting": communique.meeting, "communique": communique, "form": form}
    return render(request, "meetings/communique_withdraw.html", context, status=status)


# What they have in common


def _meeting(request: HttpRequest, reference: str, permission: Permission | None = None) -> Meeting:
    meetings = Meeting.objects.with_details().select_related("minutes")
    meeting: Meeting = load(meetings, request.user, permission, reference=reference)
    meeting.minutes.meeting = meeting
    return meeting


def _communique(request: HttpRequest, reference: str, permission: Permission | None = None) -> Communique:
    meeting = _meeting(request, reference, permission)
    communique = Communique.objects.of(meeting, request.user)
    if communique is None:
        raise Http404
    return communique


def _sentence(request: HttpRequest, reference: str, pk: int) -> CommuniqueSentence:
    communique = _communique(request, reference, Permission.MINUTES_WRITE)
    sentence: CommuniqueSentence = load(
        CommuniqueSentence.objects.filter(communique=communique).select_related("entry"), request.user, pk=pk
    )
    sentence.communique = communique
    return sentence


def _sentences(user: Any, communique: Communique) -> list[CommuniqueSentence]:
    found = CommuniqueSentence.objects.visible_to(user).filter(communique=communique).select_related("entry")
    sentences = list(found.order_by("position", "pk"))
    for sentence in sentences:
        sentence.communique = communique
    return sentences


def _numbered(user: Any, meeting: Meeting) -> Numbered:
    """The entries that the person sees, with the numbers that the meeting's page gives them."""
    entries = Entry.objects.visible_to(user).filter(minutes=meeting.minutes)
    return list(enumerate(entries.order_by("position", "pk"), start=1))


def _context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """Everything the pages show. To those who read no draft a link that is not public is none: they learn nothing."""
    user = request.user
    communique = Communique.objects.of(meeting, user)
    sentences = _sentences(user, communique) if communique else []
    is_own = user.can(Permission.INTERNAL_READ, meeting.committee)
    may_write = user.can(Permission.MINUTES_WRITE, meeting.committee) and meeting.state != "cancelled"
    is_draft = communique is not None and not communique.is_cleared
    return {
        "meeting": meeting,
        "communique": communique,
        "page_url": f"{meeting.get_absolute_url()}communique/",
        "report": report_on(sentences, _numbered(user, meeting)),
        "seen": fingerprint(sentences),
        "is_own": is_own,
        "languages": export_languages(),
        "is_draft": is_draft,
        "is_agreed": meeting.minutes.state in (MinutesState.AGREED, MinutesState.SEALED),
        "may_draft": may_write and not sentences and (communique is None or is_draft),
        "may_edit": may_write and is_draft,
        "may_clear": is_draft and actions.may_clear(user, meeting.committee),
        "may_withdraw": bool(communique) and not is_draft and actions.may_withdraw(user, meeting.committee),
        "may_export": user.can(Permission.MINUTES_EXPORT, meeting.committee),
    }


def _page(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    return render(request, "meetings/communique_detail.html", _context(request, meeting))


def _edit(request: HttpRequest, form: Any, act: Callable[[], Any], title: str, *, hint: str = "") -> HttpResponse:
    communique = form.instance.communique
    if request.method == "POST" and form.attempt(act, by=request.user):
        messages.success(request, _("The communiqué has been saved."))
        return redirect(
            f"{communique.get_absolute_url()}#{f'sentence-{form.instance.pk}' if form.instance.pk else 'text'}"
        )
    context = {"form": form, "meeting": communique.meeting, "communique": communique, "title": title, "hint": hint}
    return render(request, "meetings/communique_form.html", context, status=form.http_status)


def _remove(request: HttpRequest, communique: Communique, thing: Any, act: Callable[[int], None]) -> HttpResponse:
    status, refusal = 200, ""
    if request.method == "POST":
        sent = request.POST.get("version", "")
        try:
            act(int(sent) if sent.isdecimal() and len(sent) < 10 else thing.version)
        except (Refused, EditConflict) as problem:
            status, refusal = 422, problem.messages[0] if isinstance(problem, Refused) else str(problem)
            thing.refresh_from_db()
        except ObjectDoesNotExist:
            messages.info(request, _("Somebody else had removed it already."))
            return redirect(communique)
        else:
            return redirect(communique)
    context = {"meeting": communique.meeting, "communique": communique, "thing": thing, "refusal": refusal}
    return render(request, "meetings/communique_remove.html", context, status=status)

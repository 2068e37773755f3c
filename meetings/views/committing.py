"""From an entry of draft minutes to what it does to commitments: makes one, or speaks of one that there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.actions import committee_family, committees_above
from agreements.models import Commitment, CommitmentState, PlanItem
from agreements.timing import in_parallel
from meetings import workflow
from meetings.actions import committing
from meetings.commitment_drafts import commitments_of, passages, propose
from meetings.commitment_forms import CommitmentForm, MentionForm, SearchForm, SelectionForm
from meetings.models import Entry, EntryKind, Meeting, Mention, MentionKind
from records.access import Audience, Permission, load, requires
from records.actions import EditConflict
from records.languages import CODES, columns
from records.workflow import Refused

_SHOWN = 20


@dataclass(frozen=True)
class Place:
    """An entry among the others of its draft, as the person sees them, and the words that were marked in it."""

    meeting: Meeting
    entry: Entry
    number: int
    earlier: list[Entry]
    words: dict[str, str]
    is_readable: bool
    back: str

    @property
    def context(self) -> dict[str, Any]:
        return {
            "meeting": self.meeting,
            "entry": self.entry,
            "number": self.number,
            "back": self.back,
            "is_readable": self.is_readable,
        }


@requires(Permission.MINUTES_WRITE)
def commitment_make(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """The form opens filled in from the words of an agreement; one click proposes the commitment."""
    place = _place(request, reference, pk)
    if not place.meeting.minutes.is_draft:
        return _not_now(request, place.meeting)
    if why_not := _why_not(place.entry):
        context = {**place.context, "why_not": why_not}
        return render(
            request, "meetings/commitment_form.html", context, status=422 if request.method == "POST" else 200
        )
    form = _proposed(request, place)
    if request.method == "POST" and form.attempt(lambda: _make(form, place.entry, request.user), by=request.user):
        made = form.instance.reference or _("The commitment")
        messages.success(request, _("%s has been proposed. Both sides agree to it with these minutes.") % made)
        return redirect(place.back)
    return render(request, "meetings/commitment_form.html", {**place.context, "form": form}, status=form.http_status)


@requires(Permission.MINUTES_WRITE)
def mention_add(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Find a commitment, choose what the entry does to it, confirm."""
    place = _place(request, reference, pk)
    if not place.meeting.minutes.is_draft:
        return _not_now(request, place.meeting)
    search = SearchForm(request.GET)
    readable = _commitments(request.user, place.meeting)
    context = {**place.context, "search": search, "words": place.words}
    form = None
    status = 200 if search.is_valid() else 422
    if chosen := request.GET.get("commitment"):
        mention = Mention(entry=place.entry, commitment=load(readable, request.user, reference=chosen))
        initial = {f"words_{code}": text for code, text in _words(place).items()}
        initial["kind"] = _likely(place.entry)
        form = MentionForm(request.POST or None, instance=mention, initial=initial, user=request.user)
        if request.method == "POST" and form.attempt(
            lambda: committing.add_mention(mention, by=request.user), by=request.user
        ):
            messages.success(request, _("The entry now says so of %s.") % mention.commitment)
            return redirect(place.back)
        context["commitment"] = mention.commitment
        status = form.http_status
    elif request.method == "POST":
        messages.error(request, _("Choose a commitment first."))
        status = 422
    if form is None:
        context |= _found(readable, request.user, search, place.entry)
    return render(request, "meetings/mention_form.html", {**context, "form": form}, status=status)


@requires(Permission.MINUTES_WRITE)
def mention_edit(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Change what an entry does to a commitment; where it makes the commitment, the commitment itself."""
    mention, place = _mention(request, reference, pk)
    if not place.meeting.minutes.is_draft:
        return _not_now(request, place.meeting)
    is_made_here = mention.kind == MentionKind.MAKES
    form: Any = _stored(request, mention, place) if is_made_here else _mentioned(request, mention)
    if request.method == "POST" and form.attempt(lambda: _change(form, mention, request.user), by=request.user):
        messages.success(request, _("What the entry does to %s has been saved.") % mention.commitment)
        return redirect(place.back)
    context = {**place.context, "form": form, "mention": mention, "commitment": mention.commitment}
    template = "meetings/commitment_form.html" if is_made_here else "meetings/mention_form.html"
    return render(request, template, context, status=form.http_status)


@requires(Permission.MINUTES_WRITE)
def mention_remove(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Ask once, saying what becomes of the commitment, then take the mention off its entry."""
    mention, place = _mention(request, reference, pk)
    status, refusal = 200, ""
    if request.method == "POST":
        try:
            committing.remove_mention(mention, by=request.user, expected=_version(request, mention))
        except (Refused, EditConflict) as problem:
            status, refusal = 422, problem.messages[0] if isinstance(problem, Refused) else str(problem)
            mention.refresh_from_db()
        except ObjectDoesNotExist:
            messages.info(request, _("Somebody else had removed it already."))
            return redirect(place.back)
        else:
            messages.success(
                request, _("The entry no longer does this to %s. The history keeps it.") % mention.commitment
            )
            return redirect(place.back)
    is_dropped = mention.kind == MentionKind.MAKES and mention.commitment.state == CommitmentState.PROPOSED
    context = {**place.context, "mention": mention, "refusal": refusal, "is_dropped": is_dropped}
    return render(request, "meetings/mention_remove.html", context, status=status)


def _place(request: HttpRequest, reference: str, pk: int) -> Place:
    user: Any = request.user
    meetings = Meeting.objects.with_details().select_related("minutes", "committee__parent")
    meeting = load(meetings, user, Permission.MINUTES_WRITE, reference=reference)
    meeting.minutes.meeting = meeting
    entries = list(
        Entry.objects.visible_to(user)
        .filter(minutes=meeting.minutes)
        .select_related("agenda_item")
        .prefetch_related(Prefetch("mentions", Mention.objects.with_readable_commitments(user)))
    )
    number = next((number for number, each in enumerate(entries, start=1) if each.pk == pk), None)
    if number is None:
        raise Http404
    entry = entries[number - 1]
    entry.minutes = meeting.minutes
    words, is_readable = SelectionForm.read(request.GET)
    back = f"{meeting.get_absolute_url()}#entry-{entry.pk}"
    if request.GET.get("back") == "desk":
        back = f"{reverse('meetings:minutes-desk', args=[reference])}#entry-{entry.key}"
    return Place(meeting, entry, number, entries[: number - 1], words, is_readable, back)


def _mention(request: HttpRequest, reference: str, pk: int) -> tuple[Mention, Place]:
    meeting = load(Meeting.objects.with_details(), request.user, Permission.MINUTES_WRITE, reference=reference)
    mentions = Mention.objects.with_readable_commitments(request.user).filter(entry__minutes__meeting=meeting)
    mention = load(mentions, request.user, pk=pk)
    place = _place(request, reference, mention.entry_id)
    mention.entry = place.entry
    return mention, place


def _not_now(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The minutes have left the desk: say so on the meeting's page."""
    try:
        workflow.refuse_unless_draft(meeting.minutes)
    except Refused as refusal:
        messages.error(request, refusal.messages[0])
    return redirect(meeting.minutes)


def _why_not(entry: Entry) -> str:
    """Why this entry makes no commitment, in words; empty when it may."""
    if entry.kind != EntryKind.AGREEMENT:
        return _(
            "This entry is a %(kind)s. Only an agreement makes a commitment, and the last verb decides: “stated that "
            "the leaders agree” is a statement, “agreed to hold” an agreement."
        ) % {"kind": entry.get_kind_display()}
    if entry.audience == Audience.INTERNAL:
        return _("This entry is internal: nobody can agree to what the other side does not read.")
    return ""


def _proposed(request: HttpRequest, place: Place) -> CommitmentForm:
    meeting = place.meeting
    plan_items = _plan_items(request.user, meeting)
    proposal = propose(
        place.entry,
        place.words,
        spoken_on=meeting.date,
        plan_items=plan_items,
        sides=meeting.committee.sides,
        earlier=place.earlier,
    )
    return CommitmentForm.proposing(
        proposal,
        place.entry,
        data=request.POST or None,
        user=request.user,
        plan_items=plan_items,
        couplable=_couplable(place),
    )


def _stored(request: HttpRequest, mention: Mention, place: Place) -> CommitmentForm:
    texts = passages(place.entry, {code: getattr(mention, f"words_{code}") for code in CODES})
    return CommitmentForm.changing(
        mention,
        place.entry,
        data=request.POST or None,
        user=request.user,
        plan_items=_plan_items(request.user, place.meeting),
        couplable=[each for each in _couplable(place) if each.pk != mention.commitment_id],
        timings=in_parallel(texts, spoken_on=place.meeting.date),
    )


def _mentioned(request: HttpRequest, mention: Mention) -> MentionForm:
    return MentionForm(request.POST or None, instance=mention, user=request.user)


def _make(form: CommitmentForm, entry: Entry, by: Any) -> Mention:
    return committing.make_commitment(form.instance, entry, by=by, words=form.words, responsible=form.responsible)


def _change(form: Any, mention: Mention, by: Any) -> Mention:
    if not isinstance(form, CommitmentForm):
        return committing.change_mention(mention, by=by, expected=form.expected_version)
    return committing.change_made_commitment(
        mention,
        by=by,
        expected=form.cleaned_data["mention_version"],
        commitment=form.instance,
        expected_commitment=form.expected_version or 0,
        words=form.words,
        responsible=form.responsible,
    )


def _plan_items(user: Any, meeting: Meeting) -> list[PlanItem]:
    items = PlanItem.objects.visible_to(user).filter(plan__committee__in=committees_above(meeting.committee))
    return list(items.select_related("plan__committee"))


def _couplable(place: Place) -> list[Commitment]:
    """What this committee's commitments the entries before have spoken of: an occasion may be one of them."""
    return [each for each in commitments_of(place.earlier) if each.committee_id == place.meeting.committee_id]


def _commitments(user: Any, meeting: Meeting) -> QuerySet[Commitment]:
    """Those of the committee's family that the person may read and that were not dropped."""
    family = committee_family(meeting.committee)
    return Commitment.objects.visible_to(user).filter(committee__in=family).exclude(state=CommitmentState.DROPPED)


def _found(readable: QuerySet[Commitment], user: Any, search: SearchForm, entry: Entry) -> dict[str, Any]:
    """Those that the search finds; without one, the one that the agenda item concerns and then the latest."""
    found = readable
    for word in (search.cleaned_data.get("q", "") if search.is_valid() else "").split():
        condition = Q(reference__icontains=word)
        for column in (*columns("text"), *columns("timing_phrase")):
            condition |= Q(**{f"{column}__icontains": word})
        found = found.filter(condition)
    told = Mention.objects.visible_to(user).select_related("entry__minutes__meeting")
    latest = Prefetch("mentions", told.order_by("-entry__minutes__meeting__date", "-pk"), to_attr="told")
    shown = list(found.order_by("-reference", "-pk").prefetch_related(latest)[: _SHOWN + 1])
    concerned = entry.agenda_item.commitment_id if entry.agenda_item else None
    shown.sort(key=lambda commitment: commitment.pk != concerned)
    return {"results": shown[:_SHOWN], "has_more": len(shown) > _SHOWN}


def _words(place: Place) -> dict[str, str]:
    around = passages(place.entry, place.words)
    return {code: place.words.get(code) or text for code, text in around.items()}


def _likely(entry: Entry) -> MentionKind:
    return MentionKind.FULFILS if entry.kind == EntryKind.INFORMATION else MentionKind.REAFFIRMS


def _version(request: HttpRequest, mention: Mention) -> int:
    value = request.POST.get("version", "")
    return int(value) if value.isdecimal() and len(value) < 10 else mention.version

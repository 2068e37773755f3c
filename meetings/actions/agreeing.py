"""How two governments come to one text: circulate, answer, take back, seal, correct."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.models import Commitment, CommitmentState
from directory.models import Side, User
from meetings import mailing, workflow
from meetings.models import (
    Approval,
    ApprovalComment,
    Document,
    Minutes,
    MinutesState,
    ReviewLink,
    Revision,
    SealedCopy,
    Verdict,
)
from meetings.revisions import canonical, content_of, digest_of, freeze, same_words
from records import actions, audit
from records.access import Edition, Permission, permit
from records.actions import action
from records.models import AuditEvent
from records.workflow import Refused

_OPENED = "opened for a corrigendum"
ACCEPTANCES = (Verdict.ACCEPTED, Verdict.RESERVED)


class PrintedCopy(NamedTuple):
    """One edition of a revision as it is sealed."""

    edition: Edition
    languages: str  # "en", "ja+ru"
    pdf: bytes


@action
def circulate(minutes: Minutes, *, by: User | None) -> Revision:
    """Freeze the minutes as they are and send them on their way to both sides' approval.

    The revision of a corrigendum carries the reason for which it was opened: both sides read it.
    """
    reason = ""
    permit(by, Permission.MINUTES_CIRCULATE, minutes.meeting.committee)
    stored = actions.lock(minutes)
    workflow.MINUTES.move(stored, MinutesState.CIRCULATED)
    last = stored.revisions.order_by("-number").first()
    corrected = last if last is not None and last.copies.exists() else (last.corrects if last else None)
    if corrected is not None:
        reason = _reason_of_corrigendum(stored)
    number = last.number + 1 if last else 1
    content = freeze(stored, number=number, corrects=corrected.digest if corrected else None)
    revision = Revision.objects.create(
        minutes=stored,
        number=number,
        content=canonical(content),
        digest=digest_of(content),
        made_at=timezone.now(),
        made_by=by,
        reason=reason,
        corrects=corrected,
    )
    _enter(stored, MinutesState.CIRCULATED, "circulated", by=by, reason=reason, revision=revision)
    mailing.tell_of_circulation(revision)
    return revision


@action
def take_back(minutes: Minutes, *, by: User | None, reason: str) -> Minutes:
    """Bring circulated minutes back to the desk. What was said of the revision stays with it, and counts no more."""
    permit(by, Permission.MINUTES_CIRCULATE, minutes.meeting.committee)
    stored = actions.lock(minutes)
    if stored.state != MinutesState.CIRCULATED:
        raise Refused(_("Only circulated minutes are taken back."))
    workflow.MINUTES.move(stored, MinutesState.DRAFT, reason=reason)
    return _enter(stored, MinutesState.DRAFT, "taken back", by=by, reason=reason)


@action
def answer(
    revision: Revision,
    side: Side,
    verdict: Verdict,
    *,
    by: User | None,
    text: str = "",
    comments: Mapping[str, str] | None = None,
    spoken_by: str = "",
    document: Document | None = None,
    link: ReviewLink | None = None,
) -> Approval:
    """Record what ``side`` says to exactly this revision; when both sides accept it, the minutes are agreed.

    An approver answers for their own side. For the other side a secretary records the answer with the note verbale or
    letter that gave it (``document``), or its delegate gives it by a review link. ``comments`` are texts by the
    entries' keys in the revision.
    """
    minutes = actions.lock(revision.minutes)
    committee = minutes.meeting.committee
    if side not in committee.sides:
        raise Refused(_("This side has no part in the committee."))
    _check_speaker(side, by, document, link, minutes)
    if minutes.state != MinutesState.CIRCULATED or revision.pk != _latest(minutes).pk:
        raise Refused(_("This revision is no longer the one that is circulated. Nothing was recorded; look again."))
    accepts = verdict in ACCEPTANCES
    if accepts and revision.approvals.filter(side=side, verdict__in=ACCEPTANCES).exists():
        raise Refused(_("%(side)s has accepted this revision already.") % {"side": side})
    last = revision.approvals.filter(side=side).order_by("-pk").first()
    if last is not None and (last.verdict, last.text) == (str(verdict), text):
        raise Refused(_("The same answer has been recorded already."))
    if verdict != Verdict.ACCEPTED and not text.strip():
        raise Refused(_("Say what the reservation or the comments are."), field="text")
    if accepts:
        workflow.MINUTES.move(minutes, MinutesState.AGREED)  # refused while an authentic text is missing
    approval = Approval.objects.create(
        revision=revision,
        side=side,
        verdict=verdict,
        text=text,
        given_at=timezone.now(),
        given_by=by,
        spoken_by=spoken_by,
        document=document,
        link=link,
    )
    ApprovalComment.objects.bulk_create(
        [ApprovalComment(approval=approval, entry_key=key, text=said) for key, said in (comments or {}).items() if said]
    )
    facts = {
        "side": [None, str(side)],
        "verdict": [None, str(verdict)],
        "revision": [None, f"{revision.number} ({revision.digest[:12]})"],
    }
    actions.note(audit.Event("answered", minutes, by, facts, text))
    mailing.tell_of_answer(approval, by=by)
    if accepts and accepted_by(revision) == {each.pk for each in committee.sides}:
        _agree(minutes, revision, by)
    return approval


@action
def seal(minutes: Minutes, *, by: User | None, print_copies: Callable[[Revision], Iterable[PrintedCopy]]) -> Minutes:
    """Make the agreed revision final: its papers are printed, stored and never change again."""
    permit(by, Permission.MINUTES_CIRCULATE, minutes.meeting.committee)
    stored = actions.lock(minutes)
    workflow.MINUTES.move(stored, MinutesState.SEALED)
    revision = _latest(stored)
    if not same_words(content_of(revision), freeze(stored, number=revision.number)):
        raise Refused(
            _(
                "A name that these minutes print was changed after both sides had agreed: of the committee, a side or "
                "a person. Change it back, seal the minutes, and change it then."
            )
        )
    # The papers say what they are: they are printed of sealed minutes.
    _enter(stored, MinutesState.SEALED, "sealed", by=by, revision=revision)
    for copy in print_copies(revision):
        SealedCopy.objects.create(
            revision=revision,
            edition=copy.edition,
            languages=copy.languages,
            file=ContentFile(copy.pdf, name="minutes.pdf"),
            digest=hashlib.sha256(copy.pdf).hexdigest(),
            sealed_at=timezone.now(),
        )
    revision.minutes = stored
    mailing.tell_of_standing(revision, by=by)
    return stored


@action
def open_corrigendum(minutes: Minutes, *, by: User | None, reason: str) -> Minutes:
    """Bring sealed minutes back to the desk to correct them. The sealed version stays as it is."""
    permit(by, Permission.MINUTES_CIRCULATE, minutes.meeting.committee)
    stored = actions.lock(minutes)
    if stored.state != MinutesState.SEALED:
        raise Refused(_("A corrigendum corrects sealed minutes."))
    if stored.meeting.state == "closed":
        raise Refused(_("The meeting is closed: reopen it first."))
    workflow.MINUTES.move(stored, MinutesState.DRAFT, reason=reason)
    return _enter(stored, MinutesState.DRAFT, _OPENED, by=by, reason=reason)


def accepted_by(revision: Revision) -> set[int]:
    """The primary keys of the sides that accept this revision, with or without a reservation."""
    return set(revision.approvals.filter(verdict__in=ACCEPTANCES).values_list("side", flat=True))


def _check_speaker(
    side: Side, by: User | None, document: Document | None, link: ReviewLink | None, minutes: Minutes
) -> None:
    committee = minutes.meeting.committee
    if link is not None:
        if link.side_id != side.pk or link.revision.minutes_id != minutes.pk:
            raise Refused(_("This link was not made for this answer."))
        return
    if by is not None and by.speaks_for(side, committee):
        return
    permit(by, Permission.MINUTES_CIRCULATE, committee)
    if side.pk == committee.own_side_id:
        raise Refused(_("Only an approver of the own side answers for it."))
    if document is None or document.meeting_id != minutes.meeting_id:
        raise Refused(_("Attach the note verbale or letter in which the other side says so."), field="document")


def _agree(minutes: Minutes, revision: Revision, by: User | None) -> None:
    _enter(minutes, MinutesState.AGREED, "agreed", by=by, revision=revision)
    revision.minutes = minutes
    mailing.tell_of_standing(revision, by=by)
    made = Commitment.objects.filter(
        mentions__entry__minutes=minutes,
        mentions__entry__audience__in=Edition.SHARED.audiences,
        mentions__kind="makes",
        state=CommitmentState.PROPOSED,
    ).distinct()
    for commitment in made.order_by("pk"):
        commitment.state = CommitmentState.AGREED
        actions.change(commitment, by=by, verb="moved")


def _reason_of_corrigendum(minutes: Minutes) -> str:
    opened = AuditEvent.objects.filter(label=Minutes._meta.label_lower, object_pk=minutes.pk, verb=_OPENED)
    event = opened.order_by("-pk").first()
    return event.reason if event else _("Corrigendum")


def _latest(minutes: Minutes) -> Revision:
    revision = minutes.revisions.order_by("-number").first()
    if revision is None:
        raise Refused(_("These minutes have not been circulated."))
    return revision


def _enter(
    minutes: Minutes,
    state: MinutesState,
    verb: str,
    *,
    by: User | None,
    reason: str = "",
    revision: Revision | None = None,
) -> Minutes:
    """Put the minutes, whose move was looked up, into ``state``."""
    minutes.state = state
    if revision is not None:
        reason = _("Revision %(number)s, %(digest)s. %(reason)s") % {
            "number": revision.number,
            "digest": revision.digest,
            "reason": reason,
        }
    return actions.change(minutes, by=by, verb=verb, reason=reason.strip())

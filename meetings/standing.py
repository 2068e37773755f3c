"""Whose turn it is: the one answer for the meeting's page, the list of meetings, the desk and the reminders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models import Committee, Side
from meetings.models import Approval, Meeting, MeetingState, Minutes, MinutesState, Revision, Verdict
from meetings.models.meetings import MeetingQuerySet
from records.access import Permission

ACCEPTED, RETURNED = "accepted", "returned"
_ACCEPTANCES = (Verdict.ACCEPTED, Verdict.RESERVED)


class Step(models.TextChoices):
    """What has to be done for the minutes to go on."""

    WRITE = "write", gettext_lazy("to be written and circulated")
    ACCEPT = "accept", gettext_lazy("to be accepted or returned")
    AMEND = "amend", gettext_lazy("returned with comments: to be amended and circulated again")
    SEAL = "seal", gettext_lazy("agreed by both sides: to be sealed")
    DONE = "done", gettext_lazy("nothing is left to do")


class Turn(models.TextChoices):
    """Whose turn it is, as a person sees it: their own side's or the other's."""

    US = "us", gettext_lazy("waits for us")
    THEM = "them", gettext_lazy("waits for the other side")
    DRAFT = "draft", gettext_lazy("in draft")


@dataclass(frozen=True)
class Waits:
    """For which sides minutes wait, and for what."""

    step: Step
    sides: tuple[Side, ...] = ()

    @property
    def is_on_its_way(self) -> bool:
        """Whether the minutes have left the desk and are not final."""
        return self.step in (Step.ACCEPT, Step.AMEND, Step.SEAL)

    @property
    def names(self) -> str:
        return _(" and ").join(str(side) for side in self.sides)

    def __str__(self) -> str:
        if not self.is_on_its_way:
            return str(self.step.label)
        return {
            Step.AMEND: _("returned with comments: waits for %(sides)s"),
            Step.SEAL: _("agreed: waits for %(sides)s to seal it"),
        }.get(self.step, _("waits for %(sides)s")) % {"sides": self.names}


def waits_for(minutes: Minutes) -> Waits:
    """Whose turn it is with these minutes, by what was said of the latest revision. One query, none for a draft."""
    meeting = minutes.meeting
    if minutes.state != MinutesState.CIRCULATED:
        return waits(meeting.state, minutes.state, meeting.committee)
    latest = Revision.objects.filter(minutes=minutes).order_by("-number").values("pk")[:1]
    answers = list(Approval.objects.filter(revision=Subquery(latest)).values_list("side", "verdict"))
    return waits(meeting.state, minutes.state, meeting.committee, *said_by_both(meeting.committee, answers))


def said_by_both(committee: Committee, answers: list[tuple[int, str]]) -> tuple[str, str]:
    """What the own and the other side say of a revision, from (side's primary key, verdict): see ``waits``."""

    def said(side: int) -> str:
        verdicts = {verdict for of, verdict in answers if of == side}
        return ACCEPTED if verdicts & set(_ACCEPTANCES) else RETURNED if verdicts else ""

    return said(committee.own_side_id), said(committee.other_side_id)


def waits(meeting_state: str, minutes_state: str, committee: Committee, own: str = "", other: str = "") -> Waits:
    """The rule itself. ``own`` and ``other``: ``"accepted"``, ``"returned"`` or nothing yet, of the latest revision.

    A text that one side has returned is the desk's to amend: nobody need read on what will change.
    """
    desk = (committee.own_side,)
    if minutes_state == MinutesState.DRAFT:
        return Waits(Step.WRITE, desk) if meeting_state == MeetingState.HELD else Waits(Step.DONE)
    if minutes_state == MinutesState.AGREED:
        return Waits(Step.SEAL, desk)
    if minutes_state != MinutesState.CIRCULATED:
        return Waits(Step.DONE)
    if RETURNED in (own, other):
        return Waits(Step.AMEND, desk)
    said = zip(committee.sides, (own, other), strict=True)
    return Waits(Step.ACCEPT, tuple(side for side, answer in said if not answer))


def with_turn(meetings: MeetingQuerySet) -> MeetingQuerySet:
    """``meetings``, each with what both sides say of the latest revision, in the same query: for ``waits_of_row``."""
    latest = Revision.objects.filter(minutes__meeting=OuterRef("pk")).order_by("-number")
    return meetings.annotate(latest_revision=Subquery(latest.values("pk")[:1])).annotate(
        minutes_state=F("minutes__state"),
        own_said=_said("committee__own_side"),
        other_said=_said("committee__other_side"),
    )


def waits_of_row(meeting: Meeting) -> Waits:
    """Whose turn it is with the minutes of a meeting that was read ``with_turn``. No query."""
    row = cast(Any, meeting)
    return waits(meeting.state, row.minutes_state, meeting.committee, row.own_said, row.other_said)


def turn_is(turn: str, user: Any) -> Q:
    """The condition on meetings ``with_turn`` that it is this turn for ``user``, who works for one of the sides.

    Drafts are the own side's affair: for people of the other side there is none.
    """
    theirs = Q(committee__in=_committees_seen_from_the_other_side(user))
    if turn == Turn.DRAFT:
        own = Q() if user.sees_all else user.reach(Permission.INTERNAL_READ)
        draft = Q(state=MeetingState.HELD, minutes__state=MinutesState.DRAFT)
        return draft & own if own is not None else Q(pk__in=[])
    ours, others = (_OWN_TURN, _OTHER_TURN) if turn == Turn.US else (_OTHER_TURN, _OWN_TURN)
    return (~theirs & ours) | (theirs & others)


_CIRCULATED = Q(minutes__state=MinutesState.CIRCULATED)
_OWN_TURN = Q(minutes__state=MinutesState.AGREED) | (_CIRCULATED & (~Q(own_said=ACCEPTED) | Q(other_said=RETURNED)))
_OTHER_TURN = _CIRCULATED & Q(other_said="") & ~Q(own_said=RETURNED)


def _said(side: str) -> Case:
    answers = Approval.objects.filter(revision=OuterRef("latest_revision"), side=OuterRef(side))
    return Case(
        When(Exists(answers.filter(verdict__in=_ACCEPTANCES)), then=Value(ACCEPTED)),
        When(Exists(answers), then=Value(RETURNED)),
        default=Value(""),
    )


def _committees_seen_from_the_other_side(user: Any) -> list[int]:
    if user.sees_all:
        return []
    return [grant.committee_id for grant in user.grants if grant.side_id != grant.committee.own_side_id]

"""The moves of a commitment: those of its table, and no others."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from agreements.actions import change_commitment, move_commitment, report_status
from agreements.models import Commitment, CommitmentState, StatusReport
from records.access import Role
from records.models import AuditEvent
from records.workflow import Refused
from tests.factories import make_commitment, make_committee, make_user

pytestmark = pytest.mark.django_db

TODAY = date(2021, 6, 1)
ENDINGS = {"fulfilled", "superseded", "lapsed"}
#: What the domain says, written out once more.
ALLOWED = {
    "proposed": {"dropped"},
    "agreed": {"under_way", "waiting"},
    "under_way": {"waiting", "partly_fulfilled", *ENDINGS},
    "waiting": {"under_way", "partly_fulfilled", *ENDINGS},
    "partly_fulfilled": ENDINGS,
    "fulfilled": {"under_way"},
    "superseded": set(),
    "lapsed": set(),
    "dropped": set(),
}
MOVES = list(product(CommitmentState.values, CommitmentState.values))
NEED_A_REASON = {("proposed", "dropped"), ("fulfilled", "under_way")} | {
    (source, ending) for source in ("under_way", "waiting", "partly_fulfilled") for ending in ("superseded", "lapsed")
}


def reported_fulfilled(state: str) -> Commitment:
    """A commitment of which the own side has reported, with evidence, that it is fulfilled."""
    commitment = make_commitment(state="under_way")
    side = commitment.committee.own_side
    facts: Any = {"status": "fulfilled", "evidence": "A photograph.", "reported_on": TODAY}
    report_status(StatusReport(commitment=commitment, side=side, **facts), by=None, on=TODAY)
    Commitment.objects.filter(pk=commitment.pk).update(state=state)
    commitment.refresh_from_db()
    return commitment


@pytest.mark.parametrize(("source", "target"), [each for each in MOVES if each[1] in ALLOWED[each[0]]])
def test_what_the_table_allows_is_done_and_written_down(source: str, target: str) -> None:
    commitment = reported_fulfilled(source)
    secretary = make_user("secretary", Role.SECRETARY, commitment.committee)
    moved = move_commitment(commitment, target, by=secretary, reason="So it was decided.")
    assert Commitment.objects.get(pk=commitment.pk).state == target == moved.state
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor, event.changes["state"]) == ("moved", secretary, [source, target])


@pytest.mark.parametrize(("source", "target"), [each for each in MOVES if each[1] not in ALLOWED[each[0]]])
def test_everything_else_is_refused(source: str, target: str) -> None:
    commitment = reported_fulfilled(source)
    with pytest.raises(Refused):
        move_commitment(commitment, target, by=None, reason="Because.")
    assert Commitment.objects.get(pk=commitment.pk).state == source


@pytest.mark.parametrize(("source", "target"), sorted(NEED_A_REASON))
def test_what_needs_a_reason_is_refused_without_one(source: str, target: str) -> None:
    commitment = reported_fulfilled(source)
    with pytest.raises(Refused) as refused:
        move_commitment(commitment, target, by=None, reason="  ")
    assert refused.value.field == "reason"


def test_nobody_agrees_to_a_commitment_by_hand() -> None:
    with pytest.raises(Refused, match="agreed with the minutes that make it"):
        move_commitment(make_commitment(), "agreed", by=None, reason="Please.")


def test_a_state_that_is_none_is_refused() -> None:
    with pytest.raises(Refused):
        move_commitment(make_commitment(), "forgotten", by=None)


def test_it_is_not_fulfilled_without_a_report() -> None:
    with pytest.raises(Refused, match="Neither side's latest report"):
        move_commitment(make_commitment(state="under_way"), "fulfilled", by=None)


def test_a_later_report_takes_the_word_back() -> None:
    commitment = reported_fulfilled("under_way")
    later = StatusReport(
        commitment=commitment, side=commitment.committee.own_side, status="under_way", reported_on=date(2021, 7, 1)
    )
    report_status(later, by=None, on=date(2021, 7, 1))
    with pytest.raises(Refused, match="Neither side's latest report"):
        move_commitment(commitment, "fulfilled", by=None)


def test_whoever_filed_the_report_cannot_confirm_it_and_somebody_else_can() -> None:
    commitment = make_commitment(state="under_way")
    filer, second = (make_user(name, Role.SECRETARY, commitment.committee) for name in ("filer", "second"))
    facts: Any = {"status": "fulfilled", "evidence": "A photograph.", "reported_on": TODAY}
    side = commitment.committee.own_side
    report_status(StatusReport(commitment=commitment, side=side, **facts), by=filer, on=TODAY)
    with pytest.raises(Refused, match="somebody else must confirm it"):
        move_commitment(commitment, "fulfilled", by=filer)
    assert move_commitment(commitment, "fulfilled", by=second).state == "fulfilled"


@pytest.mark.parametrize("role", [Role.READER, Role.APPROVER])
def test_only_who_edits_commitments_moves_them(role: Role) -> None:
    commitment = make_commitment(state="agreed")
    with pytest.raises(PermissionDenied):
        move_commitment(commitment, "under_way", by=make_user("mover", role, commitment.committee))


def test_the_other_side_moves_nothing() -> None:
    committee = make_committee()
    theirs = make_user("theirs", Role.SECRETARY, committee, side=committee.other_side)
    with pytest.raises(PermissionDenied):
        move_commitment(make_commitment(committee, state="agreed"), "under_way", by=theirs)


@pytest.mark.parametrize("reference", ["A/1", "../admin", "", "A 1", "-A"])
def test_a_reference_that_does_not_fit_into_an_address_is_refused(reference: str) -> None:
    commitment = make_commitment()
    commitment.reference = reference
    with pytest.raises(Refused) as refused:
        change_commitment(commitment, by=None, expected=commitment.version)
    assert refused.value.field == "reference"

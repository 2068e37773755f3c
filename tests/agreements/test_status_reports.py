"""What a side says of a commitment: who may say it, and what must hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from agreements.actions import change_status_report, remove_status_report, report_status
from agreements.models import Commitment, StatusReport
from directory.models import Side
from records.access import Role
from records.models import AuditEvent
from records.workflow import Refused
from tests.factories import make_commitment, make_committee, make_side, make_user

pytestmark = pytest.mark.django_db

TODAY = date(2021, 6, 1)


@pytest.fixture
def commitment() -> Commitment:
    return make_commitment(state="under_way")


def report(commitment: Commitment, side: Side | None = None, **facts: Any) -> StatusReport:
    facts = {"status": "under_way", "reported_on": TODAY, **facts}
    return StatusReport(commitment=commitment, side=side or commitment.committee.own_side, **facts)


def test_a_secretary_reports_for_the_own_side(commitment: Commitment) -> None:
    secretary = make_user("secretary", Role.SECRETARY, commitment.committee)
    filed = report_status(report(commitment), by=secretary, on=TODAY)
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor, event.object_pk) == ("created", secretary, filed.pk)
    assert (event.root_label, event.root_pk) == ("agreements.commitment", commitment.pk)


def test_an_approver_of_the_other_side_reports_for_it(commitment: Commitment) -> None:
    there = commitment.committee.other_side
    theirs = make_user("theirs", Role.APPROVER, commitment.committee, side=there)
    assert report_status(report(commitment, there), by=theirs, on=TODAY).side == there


@pytest.mark.parametrize(("serves", "says"), [("own_side", "other_side"), ("other_side", "own_side")])
def test_nobody_puts_words_into_the_other_sides_mouth(commitment: Commitment, serves: str, says: str) -> None:
    committee = commitment.committee
    somebody = make_user("somebody", Role.APPROVER, committee, side=getattr(committee, serves))
    with pytest.raises(Refused) as refused:
        report_status(report(commitment, getattr(committee, says)), by=somebody, on=TODAY)
    assert refused.value.field == "side"
    assert not StatusReport.objects.exists()


def test_a_reader_and_another_committees_secretary_report_nothing(commitment: Commitment) -> None:
    reader = make_user("reader", Role.READER, commitment.committee)
    outsider = make_user("outsider", Role.SECRETARY, make_committee("XX"))
    for somebody in (reader, outsider):
        with pytest.raises(PermissionDenied):
            report_status(report(commitment), by=somebody, on=TODAY)


def test_a_side_that_is_not_at_the_table_says_nothing(commitment: Commitment) -> None:
    with pytest.raises(Refused, match="no part in the committee"):
        report_status(report(commitment, make_side("FR")), by=None, on=TODAY)


@pytest.mark.parametrize("state", ["proposed", "dropped"])
def test_of_what_is_not_agreed_nothing_is_reported(state: str) -> None:
    with pytest.raises(Refused, match="nothing to report on yet"):
        report_status(report(make_commitment(state=state)), by=None, on=TODAY)


def test_nobody_reports_of_tomorrow(commitment: Commitment) -> None:
    with pytest.raises(Refused) as refused:
        report_status(report(commitment, reported_on=TODAY + timedelta(days=1)), by=None, on=TODAY)
    assert refused.value.field == "reported_on"


@pytest.mark.parametrize("evidence", ["", "  "])
def test_fulfilment_needs_evidence(commitment: Commitment, evidence: str) -> None:
    with pytest.raises(Refused) as refused:
        report_status(report(commitment, status="fulfilled", evidence=evidence), by=None, on=TODAY)
    assert refused.value.field == "evidence"


def test_a_report_changes_no_state(commitment: Commitment) -> None:
    report_status(report(commitment, status="fulfilled", evidence="A photograph."), by=None, on=TODAY)
    commitment.refresh_from_db()
    assert commitment.state == "under_way"


def test_two_reports_are_kept_beside_each_other_and_differ(commitment: Commitment) -> None:
    report_status(report(commitment, status="waiting"), by=None, on=TODAY)
    report_status(report(commitment, commitment.committee.other_side, status="under_way"), by=None, on=TODAY)
    told = Commitment.objects.with_standing(on=TODAY).get()
    assert (told.said_here, told.said_there, told.is_divergent) == ("waiting", "under_way", True)


def test_a_report_is_corrected_and_taken_back_by_its_own_side_alone(commitment: Commitment) -> None:
    there = commitment.committee.other_side
    theirs = report_status(report(commitment, there), by=None, on=TODAY)
    secretary = make_user("secretary", Role.SECRETARY, commitment.committee)
    theirs.status = "lapsed"
    with pytest.raises(Refused):
        change_status_report(theirs, by=secretary, expected=theirs.version, on=TODAY)
    with pytest.raises(Refused):
        remove_status_report(theirs, by=secretary)
    approver = make_user("approver", Role.APPROVER, commitment.committee, side=there)
    change_status_report(theirs, by=approver, expected=theirs.version, on=TODAY)
    remove_status_report(theirs, by=approver)
    assert not StatusReport.objects.exists()


def test_a_report_stays_with_its_side(commitment: Commitment) -> None:
    filed = report_status(report(commitment), by=None, on=TODAY)
    filed.side = commitment.committee.other_side
    with pytest.raises(Refused, match="stays with its commitment and its side"):
        change_status_report(filed, by=None, expected=filed.version, on=TODAY)

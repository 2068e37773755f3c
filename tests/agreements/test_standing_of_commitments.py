"""Which commitments are open, overdue, stale or told differently by the two sides, on a day that is passed in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agreements.models import Commitment, StatusReport
from agreements.models.commitments import CommitmentState
from records.actions import create
from tests.factories import make_commitment, make_committee, make_user

pytestmark = pytest.mark.django_db

DUE = date(2021, 12, 31)
DAY_AFTER = date(2022, 1, 1)


def make_report(commitment: Commitment, side: Any, status: str, day: date = date(2021, 6, 1)) -> StatusReport:
    evidence = "a note" if status == "fulfilled" else ""
    facts = {"reported_on": day, "status": status, "evidence": evidence, "text_en": "Said so."}
    return create(StatusReport(commitment=commitment, side=side, **facts), by=None)


def exact(**fields: Any) -> Commitment:
    return make_commitment(timing_kind="exact", due_on=DUE, timing_phrase_en="by the end of 2021", **fields)


def window(**fields: Any) -> Commitment:
    facts = {"window_starts_on": date(2021, 7, 1), "window_ends_on": DUE, "timing_phrase_en": "in the second half"}
    return make_commitment(timing_kind="window", **facts, **fields)


def undated(kind: str, **fields: Any) -> Commitment:
    return make_commitment(timing_kind=kind, timing_phrase_en="at a convenient time", review_on=DUE, **fields)


def test_what_has_not_ended_is_open() -> None:
    for state in CommitmentState:
        make_commitment(state=state)
    assert set(Commitment.objects.open().values_list("state", flat=True)) == {
        "proposed",
        "agreed",
        "under_way",
        "waiting",
        "partly_fulfilled",
    }


def test_a_date_and_a_window_go_overdue_on_the_day_after() -> None:
    late = {exact(), window()}
    assert set(Commitment.objects.overdue(on=DUE)) == set()
    assert set(Commitment.objects.overdue(on=DAY_AFTER)) == late


@pytest.mark.parametrize("kind", ["occasion", "condition", "open"])
def test_what_was_said_without_a_date_goes_stale_and_never_overdue(kind: str) -> None:
    commitment = undated(kind)
    assert list(Commitment.objects.stale(on=DUE)) == []
    assert list(Commitment.objects.stale(on=DAY_AFTER)) == [commitment]
    assert list(Commitment.objects.overdue(on=date(2199, 1, 1))) == []


def test_a_date_and_a_window_do_not_go_stale() -> None:
    exact()
    window(review_on=date(2021, 1, 1))
    assert list(Commitment.objects.stale(on=date(2199, 1, 1))) == []


@pytest.mark.parametrize("state", ["fulfilled", "superseded", "lapsed", "dropped"])
def test_what_has_ended_is_neither_overdue_nor_stale(state: str) -> None:
    exact(state=state)
    undated("open", state=state)
    assert list(Commitment.objects.overdue(on=DAY_AFTER) | Commitment.objects.stale(on=DAY_AFTER)) == []


def test_two_sides_that_report_differently_diverge() -> None:
    commitment, committee = make_commitment(), make_committee()
    make_report(commitment, committee.own_side, "waiting")
    assert list(Commitment.objects.divergent()) == []
    make_report(commitment, committee.other_side, "under_way")
    assert list(Commitment.objects.divergent()) == [commitment]


def test_only_the_latest_report_of_each_side_counts() -> None:
    commitment, committee = make_commitment(), make_committee()
    make_report(commitment, committee.own_side, "waiting", date(2021, 6, 1))
    make_report(commitment, committee.other_side, "under_way", date(2021, 7, 1))
    make_report(commitment, committee.own_side, "under_way", date(2021, 7, 1))
    assert list(Commitment.objects.divergent()) == []


def test_of_two_reports_on_one_day_the_later_one_counts() -> None:
    commitment, committee = make_commitment(), make_committee()
    make_report(commitment, committee.other_side, "fulfilled")
    make_report(commitment, committee.own_side, "waiting")
    make_report(commitment, committee.own_side, "fulfilled")
    assert list(Commitment.objects.divergent()) == []


def test_the_standing_comes_with_the_list_in_one_query(django_assert_num_queries: Any) -> None:
    committee, late, stale = make_committee(), exact(), undated("condition")
    make_report(stale, committee.own_side, "waiting", date(2021, 3, 1))
    make_report(stale, committee.other_side, "fulfilled", date(2021, 6, 1))
    with django_assert_num_queries(1):
        found = {
            each: (each.is_overdue, each.is_stale, each.is_divergent, each.last_reported_on)
            for each in Commitment.objects.with_standing(on=DAY_AFTER)
        }
    assert found == {late: (True, False, False, None), stale: (False, True, True, date(2021, 6, 1))}


def test_the_adjectives_go_with_what_a_person_may_read() -> None:
    hidden, seen = exact(classification=2), exact()
    reader = make_user("reader", "reader", clearance=0)
    assert list(Commitment.objects.visible_to(reader).overdue(on=DAY_AFTER)) == [seen]
    assert hidden in Commitment.objects.overdue(on=DAY_AFTER)

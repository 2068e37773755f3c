"""What is proposed for the next meeting, why, and how it is called: together with its agenda, or not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from agreements.models import StatusReport
from exchanges.models import Extension
from meetings.actions import call_next_meeting, fill_agenda
from meetings.agendas import Line, propose_agenda
from meetings.models import AgendaItem, Meeting
from meetings.proposals import last_meeting, last_minuted, propose, recent_meetings
from records.access import Classification, Role
from records.actions import create
from records.languages import columns
from records.workflow import Refused
from tests import factories as make

pytestmark = pytest.mark.django_db

TODAY = date(2021, 1, 11)  # a Monday, three weeks after the last meeting


@pytest.fixture
def secretary() -> Any:
    return make.make_user("secretary", Role.SECRETARY)


@pytest.fixture
def last(secretary: Any) -> Meeting:
    return make.make_meeting(state="held")


def proposal_after(last: Meeting, user: Any, on: date = TODAY) -> Any:
    return propose(last, recent_meetings(last.committee, user), on=on)


def lines_after(last: Meeting, user: Any, on: date = TODAY) -> list[Line]:
    recent = recent_meetings(last.committee, user)
    meeting = propose(last, recent, on=on).meeting
    return propose_agenda(meeting, last=last, minuted=last_minuted(last, recent), user=user, on=on)


def titles(lines: list[Line]) -> list[str]:
    return [line.item.title_en for line in lines]


def due(day: date, **fields: Any) -> Any:
    return make.make_commitment(timing_kind="exact", due_on=day, timing_phrase_en="by then", **fields)


def report(commitment: Any, side: Any, status: str, day: date) -> None:
    create(StatusReport(commitment=commitment, side=side, reported_on=day, status=status, text_en="So."), by=None)


# The facts


def test_the_next_meeting_is_like_the_last(last: Meeting, secretary: Any) -> None:
    proposal = proposal_after(last, secretary)
    meeting = proposal.meeting
    assert (meeting.committee, meeting.kind, meeting.format, meeting.ordinal) == (
        last.committee,
        "co_chairs",
        "video",
        None,
    )
    assert [clock.time for _side, clock in meeting.clocks] == ["15:00–15:50", "09:00–09:50"]
    assert proposal.initial["start_time"].hour == 15
    assert meeting.pk is None


def test_it_is_on_the_same_weekday_the_usual_interval_later(secretary: Any) -> None:
    for day in (date(2018, 12, 18), date(2019, 12, 18), date(2020, 12, 21)):
        last = make.make_meeting(None, day, state="closed")
    proposal = proposal_after(last, secretary)
    assert proposal.meeting.date == date(2021, 12, 20)  # a Monday as the last one, nearest to the same day of the year
    assert "about 12 months later as usual" in " ".join(proposal.reasons)


def test_it_is_never_sooner_than_in_four_weeks(secretary: Any) -> None:
    for day in (date(2019, 12, 18), date(2020, 12, 21)):
        last = make.make_meeting(None, day, state="closed")
    proposal = proposal_after(last, secretary, on=date(2026, 11, 25))
    assert proposal.meeting.date == date(2026, 12, 28)
    assert "The usual interval of about 12 months has passed." in proposal.reasons


def test_it_is_not_on_a_day_on_which_the_committee_meets_already(last: Meeting, secretary: Any) -> None:
    free = proposal_after(last, secretary).meeting.date
    make.make_meeting(None, free, kind="working_level")
    assert proposal_after(last, secretary).meeting.date == date.fromordinal(free.toordinal() + 7)


@pytest.mark.parametrize("precision", ["month", "season", "year"])
def test_a_last_day_that_is_not_known_is_no_hindrance(secretary: Any, precision: str) -> None:
    last = make.make_meeting(None, date(2020, 12, 1), date_precision=precision, state="closed")
    meeting = proposal_after(last, secretary).meeting
    assert (meeting.date >= date(2021, 2, 5), meeting.date_precision, meeting.starts_at) == (True, "day", None)


def test_the_hour_is_that_of_the_latest_meeting_of_which_it_is_known(secretary: Any) -> None:
    make.make_meeting(None, date(2019, 9, 5), state="closed", starts_at=datetime(2019, 9, 5, 1, 0, tzinfo=UTC))
    last = make.make_meeting(state="held", starts_at=None, ends_at=None)
    assert proposal_after(last, secretary).initial["start_time"].isoformat() == "10:00:00"


def test_sessions_are_counted_on(secretary: Any) -> None:
    last = make.make_meeting(None, date(2019, 12, 18), kind="session", ordinal=15, state="closed")
    assert proposal_after(last, secretary).meeting.ordinal == 16


def test_a_cancelled_session_leaves_its_number_free(secretary: Any) -> None:
    make.make_meeting(None, date(2019, 12, 18), kind="session", ordinal=15, state="closed")
    cancelled = make.make_meeting(None, date(2020, 12, 18), kind="session", ordinal=16, state="cancelled")
    assert proposal_after(cancelled, secretary).meeting.ordinal == 16


def test_in_person_the_sides_host_in_turn(secretary: Any) -> None:
    facts = {"kind": "session", "format": "in_person", "state": "closed"}
    make.make_meeting(None, date(2018, 12, 18), ordinal=14, place_en="Tokyo", place_ja="東京", **facts)
    last = make.make_meeting(None, date(2019, 12, 18), ordinal=15, place_en="Moscow", **facts)
    proposal = proposal_after(last, secretary)
    assert (proposal.meeting.place_en, proposal.meeting.place_ja) == ("Tokyo", "東京")
    assert "The sides host in turn, so the place is that of the meeting before the last." in proposal.reasons


def test_later_meetings_of_the_kind_are_named_first(last: Meeting, secretary: Any) -> None:
    make.make_meeting(None, date(2021, 3, 1), kind="working_level")
    called = make.make_meeting(None, date(2021, 2, 1))
    assert proposal_after(last, secretary).later == [called]


def test_meetings_that_may_not_be_read_teach_nothing(secretary: Any) -> None:
    make.make_meeting(None, date(2019, 12, 18), kind="session", ordinal=15, state="closed")
    make.make_meeting(None, date(2020, 12, 18), kind="session", ordinal=16, state="closed", classification=2)
    reader = make.make_user("open", Role.SECRETARY, clearance=Classification.OPEN)
    last = Meeting.objects.get(ordinal=15)
    proposal = proposal_after(last, reader)
    assert (proposal.meeting.ordinal, proposal.later) == (16, [])


# The agenda


def test_it_begins_with_the_approval_of_the_minutes_in_three_languages(last: Meeting, secretary: Any) -> None:
    first = lines_after(last, secretary)[0]
    assert first.item.title_en == "Approval of the minutes of the co-chairs' meeting of 21 December 2020"
    assert "2020年12月21日" in first.item.title_ja
    assert "21 декабря 2020" in first.item.title_ru
    assert first.is_on


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        ({"kind": "session", "ordinal": 15}, "Approval of the minutes: 15th session of 21 December 2020"),
        ({"kind": "session"}, "Approval of the minutes of the session of 21 December 2020"),
        ({"title_en": "Ceremony"}, "Approval of the minutes: Ceremony, 21 December 2020"),
        ({"date_precision": "month"}, "Approval of the minutes of the co-chairs' meeting of December 2020"),
    ],
)
def test_the_approval_names_the_meeting(secretary: Any, facts: dict[str, Any], title: str) -> None:
    last = make.make_meeting(state="held", **facts)
    assert titles(lines_after(last, secretary)) == [title]


@pytest.mark.parametrize(("state", "is_on"), [("circulated", True), ("agreed", False), ("sealed", False)])
def test_minutes_that_both_sides_have_agreed_to_are_not_approved_again(secretary: Any, state: str, is_on: bool) -> None:
    last = make.make_meeting(state="held", minutes={"state": state})
    (line,) = lines_after(last, secretary)
    assert (line.is_on, line.reasons) == (is_on, [] if is_on else ["both sides have agreed to them already"])


def test_after_a_cancelled_meeting_the_last_minutes_are_still_to_be_approved(last: Meeting, secretary: Any) -> None:
    cancelled = make.make_meeting(None, date(2021, 1, 5), state="cancelled")
    assert titles(lines_after(cancelled, secretary)) == [
        "Approval of the minutes of the co-chairs' meeting of 21 December 2020"
    ]


def test_commitments_come_with_the_most_pressing_first(last: Meeting, secretary: Any) -> None:
    committee = last.committee
    make.make_commitment(reference="JR-C-1", review_on=date(2030, 1, 1))
    differ = make.make_commitment(reference="JR-C-2", review_on=date(2030, 1, 1))
    make.make_commitment(reference="JR-C-3", review_on=date(2020, 6, 30))
    due(date(2020, 12, 1), reference="JR-C-4")
    due(date(2020, 6, 1), reference="JR-C-5")
    due(date(2020, 1, 1), reference="JR-C-6", state="fulfilled")
    report(differ, committee.own_side, "waiting", date(2020, 11, 1))
    report(differ, committee.other_side, "under_way", date(2020, 11, 1))
    lines = lines_after(last, secretary)[1:]
    assert [str(line.item.commitment) for line in lines] == ["JR-C-5", "JR-C-4", "JR-C-3", "JR-C-2", "JR-C-1"]


def test_each_says_why(last: Meeting, secretary: Any) -> None:
    committee = last.committee
    due(date(2020, 6, 1), reference="JR-C-1")
    due(date(2021, 1, 20), reference="JR-C-2")  # between today and the meeting
    stale = make.make_commitment(reference="JR-C-3", review_on=date(2020, 6, 30), timing_phrase_en="in due course")
    make.make_commitment(reference="JR-C-4", review_on=date(2020, 7, 1))
    report(stale, committee.own_side, "waiting", date(2020, 2, 1))
    report(stale, committee.other_side, "under_way", date(2020, 3, 1))
    assert [line.reasons for line in lines_after(last, secretary)[1:]] == [
        ["overdue since 1 June 2020", "“by then”"],
        ["due on 20 January 2021", "“by then”"],
        [
            "to be looked at again by 30 June 2020",
            "nothing since 1 March 2020",
            "the sides report differently",
            "“in due course”",
        ],
        ["to be looked at again by 1 July 2020", "no report yet"],
    ]


def test_a_commitment_s_line_says_it_in_the_languages_it_has(last: Meeting, secretary: Any) -> None:
    make.make_commitment(reference="JR-C-1", text_en="Hold a session. " * 40, text_ja="会合を開催する。", text_ru="")
    item = lines_after(last, secretary)[1].item
    assert item.title_en.startswith("JR-C-1: Hold a session. Hold")
    assert (len(item.title_en) <= 170, item.title_en[-1]) == (True, "…")
    assert (item.title_ja, item.title_ru) == ("JR-C-1: 会合を開催する。", "")


def test_the_plan_and_the_exchange_years_in_force_close_it(last: Meeting, secretary: Any) -> None:
    plan = make.make_plan()
    for title in ("Energy", "Health"):
        make.make_plan_item(plan, title_en=title)
    make.make_exchange_year(name_en="Past year", starts_on=date(2018, 1, 1), ends_on=date(2018, 12, 31))
    longer = make.make_exchange_year(name_en="Longer year", starts_on=date(2019, 1, 1), ends_on=date(2020, 12, 31))
    extension = Extension(exchange_year=longer, decided_on=date(2020, 12, 1), ends_on=date(2021, 12, 31))
    create(extension, by=None)
    lines = lines_after(last, secretary)[1:]
    assert titles(lines) == ["Plan item 1: Energy", "Plan item 2: Health", "Longer year"]
    assert lines[-1].reasons == ["until 31 December 2021"]


def test_a_sub_commission_works_on_its_committee_s_plan(secretary: Any) -> None:
    make.make_plan_item(title_en="Energy")
    sub = make.make_committee("JR-SC", kind="subcommission", parent=make.make_committee())
    make.make_assignment(secretary, Role.SECRETARY, sub)
    last = make.make_meeting(sub, kind="subcommission", state="held")
    assert "Plan item 1: Energy" in titles(lines_after(last, secretary))


def test_what_was_not_dealt_with_is_carried_over(last: Meeting, secretary: Any) -> None:
    dealt, left = make.make_agenda_item(last, title_en="Dealt with"), make.make_agenda_item(last, title_en="Left")
    make.make_entry(last, agenda_item=dealt)
    line = lines_after(last, secretary)[1]
    assert (line.item.title_en, line.item.carried_over_from, line.is_on) == ("Left", left, True)
    assert line.reasons == ["not dealt with last time"]
    assert "Dealt with" not in titles(lines_after(last, secretary))


def test_while_no_minutes_are_taken_nothing_is_carried_over_unasked(last: Meeting, secretary: Any) -> None:
    make.make_agenda_item(last, title_en="Left")
    line = lines_after(last, secretary)[1]
    assert (line.is_on, line.reasons) == (False, ["no minutes have been taken of the last meeting yet"])


def test_a_cancelled_meeting_leaves_its_whole_agenda(last: Meeting, secretary: Any) -> None:
    cancelled = make.make_meeting(None, date(2021, 1, 5), state="cancelled")
    proposed = lines_after(last, secretary)[0].item
    approval = make.make_agenda_item(cancelled, **{name: getattr(proposed, name) for name in columns("title")})
    make.make_agenda_item(cancelled, title_en="Energy")
    lines = lines_after(cancelled, secretary)
    assert [line.item.carried_over_from.title_en for line in lines] == [approval.title_en, "Energy"]
    assert all(line.is_on for line in lines)


def test_an_item_left_over_on_a_commitment_stands_in_its_place_once(last: Meeting, secretary: Any) -> None:
    commitment = make.make_commitment(review_on=date(2020, 6, 30))
    left = make.make_agenda_item(last, title_en="The next session", commitment=commitment)
    make.make_entry(last, agenda_item=make.make_agenda_item(last))
    _approval, line = lines_after(last, secretary)
    assert (line.item.title_en, line.item.commitment, line.item.carried_over_from) == (
        "The next session",
        commitment,
        left,
    )
    assert line.reasons[-1] == "not dealt with last time"


def test_only_what_the_person_may_read_is_proposed(last: Meeting) -> None:
    hidden = make.make_commitment(text_en="Hush-hush", classification=Classification.CONFIDENTIAL)
    make.make_agenda_item(last, title_en="Something", commitment=hidden)
    make.make_commitment(make.make_committee("XX"), text_en="Elsewhere")
    uncleared = make.make_user("uncleared", Role.SECRETARY, clearance=Classification.OPEN)
    approval, left = lines_after(last, uncleared)
    assert (left.item.title_en, left.item.commitment) == ("Something", None)
    assert "held more closely" not in " ".join([*approval.reasons, *left.reasons])


def test_what_is_held_more_closely_than_the_meeting_is_not_ticked(last: Meeting, secretary: Any) -> None:
    make.make_commitment(classification=Classification.RESTRICTED, review_on=date(2030, 1, 1))
    line = lines_after(last, secretary)[1]
    assert (line.is_on, line.reasons) == (False, ["restricted: held more closely than this meeting"])


def test_the_proposal_takes_as_many_queries_for_three_as_for_one(
    last: Meeting, secretary: Any, django_assert_max_num_queries: Any
) -> None:
    lines_after(last, secretary)  # the person's assignments and the committee's sides are read once
    counts = []
    for rows in (1, 2):
        for number in range(rows):
            make.make_agenda_item(last, plan_item=make.make_plan_item(), commitment=make.make_commitment())
            make.make_exchange_year(starts_on=date(2020, 1, 1), ends_on=date(2029, 1, 1))
            make.make_meeting(None, date(2019, 1, 1 + number + rows), state="closed")
        with django_assert_max_num_queries(8) as captured:
            lines_after(last, secretary)
        counts.append(len(captured))
    assert len(set(counts)) == 1


# Which meeting was the last


def test_the_last_meeting_of_a_draft_is_the_latest_of_its_kind(last: Meeting, secretary: Any) -> None:
    make.make_meeting(None, date(2021, 1, 4), kind="working_level", state="held")
    make.make_meeting(None, date(2021, 1, 5), state="scheduled")
    draft = make.make_meeting(None, date(2021, 2, 1))
    recent = recent_meetings(draft.committee, secretary)
    assert last_meeting(draft, recent) == last
    first_session = make.make_meeting(None, date(2021, 2, 2), kind="session")
    assert last_meeting(first_session, recent).kind == "working_level"  # type: ignore[union-attr]


# The verbs


def test_the_meeting_is_called_with_co_chairs_minutes_and_agenda(last: Meeting, secretary: Any) -> None:
    for side in last.committee.sides:
        office = make.make_office(side=side)
        make.make_seat(last.committee, side, office)
        make.make_tenure(make.make_person(side), office)
    proposal, lines = proposal_after(last, secretary), lines_after(last, secretary)
    meeting = call_next_meeting(proposal.meeting, [line.item for line in lines], by=secretary)
    assert (meeting.state, meeting.attendances.count(), meeting.minutes.state) == ("draft", 2, "draft")
    assert [item.title_en for item in meeting.agenda_items.all()] == titles(lines)


def test_an_agenda_that_is_refused_leaves_no_meeting(last: Meeting, secretary: Any) -> None:
    elsewhere = make.make_commitment(make.make_committee("XX"))
    proposal = proposal_after(last, secretary)
    with pytest.raises(Refused):
        call_next_meeting(proposal.meeting, [AgendaItem(title_en="x", commitment=elsewhere)], by=secretary)
    assert Meeting.objects.count() == 1


def test_an_agenda_quotes_nothing_that_is_held_more_closely_than_its_meeting(last: Meeting, secretary: Any) -> None:
    closely = make.make_commitment(classification=Classification.RESTRICTED)
    meeting = proposal_after(last, secretary).meeting
    with pytest.raises(Refused, match="held more closely"):
        call_next_meeting(meeting, [AgendaItem(title_en="x", commitment=closely)], by=secretary)
    meeting = proposal_after(last, secretary).meeting
    meeting.classification = Classification.RESTRICTED
    assert call_next_meeting(meeting, [AgendaItem(title_en="x", commitment=closely)], by=secretary).pk


def test_nothing_is_carried_over_from_another_committee(last: Meeting, secretary: Any) -> None:
    theirs = make.make_agenda_item(make.make_meeting(make.make_committee("XX")))
    meeting = proposal_after(last, secretary).meeting
    with pytest.raises(Refused):
        call_next_meeting(meeting, [AgendaItem(title_en="x", carried_over_from=theirs)], by=secretary)


def test_a_reader_calls_nothing(last: Meeting) -> None:
    reader = make.make_user("reader", Role.READER)
    with pytest.raises(PermissionDenied):
        call_next_meeting(proposal_after(last, reader).meeting, [], by=reader)
    with pytest.raises(PermissionDenied):
        fill_agenda(make.make_meeting(), [], by=reader)


def test_an_agenda_is_filled_once(secretary: Any) -> None:
    meeting = make.make_meeting()
    fill_agenda(meeting, [AgendaItem(title_en="First")], by=secretary)
    with pytest.raises(Refused):
        fill_agenda(meeting, [AgendaItem(title_en="Second")], by=secretary)
    assert [item.title_en for item in meeting.agenda_items.all()] == ["First"]


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_the_agenda_of_a_meeting_that_is_over_is_not_filled(secretary: Any, state: str) -> None:
    with pytest.raises(Refused):
        fill_agenda(make.make_meeting(state=state), [AgendaItem(title_en="x")], by=secretary)

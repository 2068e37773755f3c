"""The desk: what is ahead, what waits, what changed – of one's own committees and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from meetings.actions import answer_by_link, circulate
from meetings.actions.reviewing import note_opened
from records import actions
from secretariat import desk
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2021, 11, 20)


@pytest.fixture
def secretary() -> Any:
    return factories.make_user("kanda", "secretary", first_name="Yui", last_name="Kanda")


def make(day: date, state: str, **fields: Any) -> Any:
    return factories.make_meeting(date=day, state=state, **fields)


def test_the_meetings_ahead_come_nearest_first(secretary: Any) -> None:
    later, sooner = make(date(2021, 12, 1), "draft"), make(date(2021, 11, 22), "scheduled")
    today = make(TODAY, "scheduled")
    make(date(2021, 11, 19), "scheduled")
    make(date(2021, 12, 2), "cancelled")
    assert desk.next_meetings(secretary, on=TODAY) == [today, sooner, later]


def test_a_meeting_known_to_the_year_is_ahead_until_the_year_is_over(secretary: Any) -> None:
    session = make(date(2021, 1, 1), "draft", kind="session", date_precision="year", starts_at=None)
    assert desk.next_meetings(secretary, on=date(2021, 12, 31)) == [session]
    assert desk.next_meetings(secretary, on=date(2022, 1, 1)) == []


def test_what_waits_says_for_what(secretary: Any) -> None:
    make(date(2021, 3, 1), "scheduled")
    make(date(2021, 4, 1), "postponed")
    empty = make(date(2021, 5, 1), "held")
    draft = make(date(2021, 6, 1), "held")
    factories.make_entry(draft)
    make(date(2021, 7, 1), "held", minutes={"state": "circulated"})
    make(date(2021, 8, 1), "closed")
    make(date(2022, 4, 1), "postponed")
    assert empty.minutes.is_draft
    assert [
        (group.turn, [(item.meeting.date.month, str(item.what)) for item in group.items])
        for group in desk.waiting(secretary, on=TODAY)
    ] == [
        ("us", [(7, "Waits for Japan and Russia")]),
        ("", [(3, "Its day has passed. Was it held?"), (4, "Postponed, and the new date is still open.")]),
        ("draft", [(5, "Still empty."), (6, "To be finished and circulated.")]),
    ]


def test_recent_changes_are_told_by_sitting(secretary: Any) -> None:
    meeting = make(date(2021, 12, 1), "draft")
    for place in ("Tokyo", "Moscow"):
        meeting.place_en = place
        actions.change(meeting, by=secretary)
    assert [(change.meeting, change.text) for change in desk.recent_changes(secretary)] == [
        (meeting, "Yui Kanda made 2 changes"),
        (meeting, "The system made 2 changes"),
    ]


def test_a_single_change_is_told_in_full(secretary: Any) -> None:
    meeting = make(date(2021, 12, 1), "draft")
    factories.make_agenda_item(meeting, title_en="Opening")
    actions.change(_with(meeting, place_en="Tokyo"), by=secretary)
    assert desk.recent_changes(secretary)[0].text == "Yui Kanda changed meeting “JR-2021-12-01-CC”"


def test_looking_is_no_news_and_what_a_link_does_is_told_by_itself(secretary: Any) -> None:
    meeting = make(date(2021, 11, 1), "held")
    texts = {"text_ja": "双方", "text_ru": "Обе."}
    factories.make_entry(meeting, text_en="Both.", **texts)
    revision = circulate(meeting.minutes, by=secretary)
    link = factories.make_review_link(revision, delegate="A. Ivanov")
    for by in (secretary, None, None):
        note_opened(link, by=by)
    answer_by_link(link, "accepted")
    told = [change.text for change in desk.recent_changes(secretary)]
    assert told[0] == "An answer was given by review link “A. Ivanov (Russia)”"
    assert "Review link “A. Ivanov (Russia)” was opened" in told
    assert [text for text in told if "read again" in text or "looked" in text] == []


def _with(record: Any, **fields: Any) -> Any:
    for name, value in fields.items():
        setattr(record, name, value)
    return record


def test_people_of_the_other_side_read_no_internal_work(client_for: Any) -> None:
    meeting = make(date(2021, 11, 22), "scheduled")
    make(date(2021, 5, 1), "held")
    approver = factories.make_user("ru", "approver", side=meeting.committee.other_side)
    assert desk.next_meetings(approver, on=TODAY) == [meeting]
    assert desk.waiting(approver, on=TODAY) == []
    assert desk.recent_changes(approver) == []
    text = client_for(approver).get("/").text
    assert "What waits" not in text
    assert "Recent changes" not in text


@pytest.mark.parametrize("secret", [{"classification": 2}, {"committee": "XX"}])
def test_nothing_of_what_may_not_be_read_shows(client_for: Any, secret: dict[str, Any]) -> None:
    if "committee" in secret:
        secret = {"committee": factories.make_committee("XX")}
    factories.make_meeting(date=date(2090, 1, 1), state="scheduled", title_en="Hidden", **secret)
    factories.make_meeting(date=date(2020, 1, 1), state="held", title_en="Hidden", **secret)
    reader = factories.make_user("reader", "reader", clearance=1)
    response = client_for(reader).get("/")
    assert [response.context[name] for name in ("next_meetings", "waiting", "changes")] == [[], [], []]
    assert "Hidden" not in response.text


def test_commitments_are_counted_where_they_stand(secretary: Any) -> None:
    for state in ("fulfilled", "agreed", "agreed"):
        factories.make_commitment(state=state)
    factories.make_commitment(factories.make_committee("XX"), state="lapsed")
    assert desk.commitments_by_state(secretary) == [("agreed", "agreed", 2), ("fulfilled", "fulfilled", 1)]


def test_a_meeting_shows_both_clocks_and_both_days_where_they_differ(client_for: Any, secretary: Any) -> None:
    begin = datetime(2090, 1, 9, 20, 0, tzinfo=UTC)
    make(date(2090, 1, 10), "scheduled", starts_at=begin, ends_at=None)
    text = client_for(secretary).get("/").text
    assert '<span class="clock-day">10 Jan</span> <time datetime="2090-01-09T20:00:00+00:00">05:00</time>' in text
    assert '<span class="clock-day">9 Jan</span> <time datetime="2090-01-09T20:00:00+00:00">23:00</time>' in text


def test_only_who_may_call_a_meeting_is_offered_it(client_for: Any, secretary: Any) -> None:
    reader = factories.make_user("reader", "reader")
    assert "Call a meeting" in client_for(secretary).get("/").text
    assert "Call a meeting" not in client_for(reader).get("/").text


def test_who_serves_no_committee_yet_is_told_what_comes_next(client_for: Any) -> None:
    assert "You are not assigned to a committee yet" in client_for(factories.make_user("new")).get("/").text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_desk_takes_the_same_few_queries_however_full(
    client_for: Any, secretary: Any, rows: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(1, rows + 1):
        make(date(2090, 1, number), "scheduled")
        factories.make_entry(make(date(2020, 1, number), "held"))
        make(date(2020, 2, number), "held", minutes={"state": "circulated"})
        factories.make_commitment()
    client = client_for(secretary)
    with django_assert_max_num_queries(10):
        assert client.get("/").status_code == 200

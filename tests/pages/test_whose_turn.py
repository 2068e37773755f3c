"""Whose turn it is: said alike on the meeting's page, in the list with its filter, and on the desk."""

from __future__ import annotations

import csv
import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from meetings import actions
from meetings.models import Meeting, Revision, Verdict
from meetings.standing import Step, waits, waits_for, waits_of_row, with_turn
from records.access import Classification, Role
from secretariat import desk
from tests import factories as make

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 20)
LIST = "/meetings/"


@pytest.fixture
def house() -> SimpleNamespace:
    committee = make.make_committee()
    return SimpleNamespace(
        committee=committee,
        own=committee.own_side,
        other=committee.other_side,
        secretary=make.make_user("secretary", Role.SECRETARY, committee),
        approver=make.make_user("approver", Role.APPROVER, committee),
        delegate=make.make_user("delegate", Role.APPROVER, committee, side=committee.other_side),
    )


def held(house, day: int = 1, **fields: Any) -> Meeting:
    meeting = make.make_meeting(house.committee, date=date(2026, 10, day), state="held", **fields)
    make.make_entry(meeting, "discussion", "Both.", text_ja="双方", text_ru="Обе.")
    return meeting


def circulated(house, *said: tuple[str, Verdict], day: int = 1, **fields: Any) -> Meeting:
    """A meeting with circulated minutes, and what the sides said of them in this order."""
    meeting = held(house, day, **fields)
    revision = actions.circulate(meeting.minutes, by=house.secretary)
    for side, verdict in said:
        who = house.approver if side == "own" else house.delegate
        actions.answer(revision, getattr(house, side), verdict, by=who, text="Why.")
    return Meeting.objects.get(pk=meeting.pk)


CASES: list[tuple[list[tuple[str, Verdict]], Step, list[str], str]] = [
    ([], Step.ACCEPT, ["JP", "RU"], "waits for Japan and Russia"),
    ([("own", Verdict.ACCEPTED)], Step.ACCEPT, ["RU"], "waits for Russia"),
    ([("other", Verdict.RESERVED)], Step.ACCEPT, ["JP"], "waits for Japan"),
    ([("other", Verdict.RETURNED)], Step.AMEND, ["JP"], "returned with comments: waits for Japan"),
    ([("own", Verdict.RETURNED)], Step.AMEND, ["JP"], "returned with comments: waits for Japan"),
    (
        [("own", Verdict.ACCEPTED), ("other", Verdict.RETURNED)],
        Step.AMEND,
        ["JP"],
        "returned with comments: waits for Japan",
    ),
    ([("other", Verdict.RETURNED), ("other", Verdict.ACCEPTED)], Step.ACCEPT, ["JP"], "waits for Japan"),
    (
        [("own", Verdict.ACCEPTED), ("other", Verdict.ACCEPTED)],
        Step.SEAL,
        ["JP"],
        "agreed: waits for Japan to seal it",
    ),
]


@pytest.mark.parametrize(("said", "step", "sides", "words"), CASES)
def test_the_last_answers_decide_whose_turn_it_is(house, said, step, sides, words):
    meeting = circulated(house, *said)
    found = waits_for(meeting.minutes)
    assert (found.step, [side.code for side in found.sides], str(found)) == (step, sides, words)
    assert waits_of_row(with_turn(Meeting.objects.all()).get()) == found


@pytest.mark.parametrize(("said", "step", "sides", "words"), CASES)
def test_list_desk_and_page_say_the_same(house, client_for, said, step, sides, words):
    meeting = circulated(house, *said)
    ours = "JP" in sides
    client = client_for(house.secretary)
    row = client.get(LIST)
    assert words in row.text
    assert words in client.get(meeting.get_absolute_url()).text
    found = {turn: list(client.get(f"{LIST}?turn={turn}").context["page"].object_list) for turn in ("us", "them")}
    assert found == {"us": [meeting] if ours else [], "them": [meeting] if "RU" in sides else []}
    shown = {group.turn: [item.meeting for item in group.items] for group in desk.waiting(house.secretary, on=TODAY)}
    assert shown == {"us" if ours else "them": [meeting]}


def test_the_other_side_sees_its_own_turn_as_its_own(house, client_for):
    theirs = circulated(house, ("own", Verdict.ACCEPTED), day=1)
    ours = circulated(house, ("other", Verdict.ACCEPTED), day=2)
    both = circulated(house, day=3)
    client = client_for(house.delegate)
    found = {
        turn: {meeting.pk for meeting in client.get(f"{LIST}?turn={turn}").context["page"].object_list}
        for turn in ("us", "them")
    }
    assert found == {"us": {theirs.pk, both.pk}, "them": {ours.pk, both.pk}}
    page = client.get("/").text
    assert ("Minutes that wait for us" in page, theirs.reference in page) == (True, True)


def test_a_new_revision_begins_anew(house):
    meeting = circulated(house, ("own", Verdict.ACCEPTED))
    actions.take_back(meeting.minutes, by=house.secretary, reason="A word")
    meeting.minutes.refresh_from_db()
    assert waits_for(meeting.minutes).step == Step.WRITE
    actions.circulate(meeting.minutes, by=house.secretary)
    meeting.minutes.refresh_from_db()
    assert [side.code for side in waits_for(meeting.minutes).sides] == ["JP", "RU"]


@pytest.mark.parametrize("state", ["draft", "scheduled", "closed", "cancelled"])
def test_drafts_wait_only_after_the_meeting_was_held(house, state):
    assert waits(state, "draft", house.committee).step == Step.DONE


def test_drafts_are_the_own_side_s_affair(house, client_for):
    meeting = held(house)
    ours, theirs = (client_for(user).get(f"{LIST}?turn=draft") for user in (house.secretary, house.delegate))
    assert [list(page.context["page"].object_list) for page in (ours, theirs)] == [[meeting], []]
    assert desk.waiting(house.delegate, on=TODAY) == []


@pytest.mark.parametrize("turn", ["us", "them", "draft"])
def test_what_may_not_be_read_waits_for_nobody(house, client_for, turn):
    circulated(house, classification=Classification.CONFIDENTIAL)
    held(house, day=2, classification=Classification.CONFIDENTIAL)
    reader = make.make_user("reader", Role.READER, house.committee, clearance=Classification.OPEN)
    outsider = make.make_user("outsider", Role.SECRETARY, make.make_committee("BB"))
    for user in (reader, outsider):
        assert list(client_for(user).get(f"{LIST}?turn={turn}").context["page"].object_list) == []
        assert desk.waiting(user, on=TODAY) == []


def test_the_founder_sees_it_from_the_own_side(house, client_for):
    meeting = circulated(house, ("other", Verdict.ACCEPTED))
    founder = make.make_user("founder", is_superuser=True)
    assert list(client_for(founder).get(f"{LIST}?turn=us").context["page"].object_list) == [meeting]
    assert list(client_for(founder).get(f"{LIST}?turn=them").context["page"].object_list) == []


def test_a_turn_that_is_none_is_refused(house, client_for):
    assert client_for(house.secretary).get(f"{LIST}?turn=nobody").status_code == 422


def test_the_table_to_take_away_has_what_the_list_shows(house, client_for):
    circulated(house, ("own", Verdict.ACCEPTED), day=1)
    circulated(house, ("other", Verdict.ACCEPTED), day=2)
    answer = client_for(house.secretary).get(f"{reverse('meetings:meeting-export')}?turn=them")
    [row] = csv.DictReader(answer.getvalue().decode("utf-8-sig").splitlines())
    assert (row["Minutes"], row["Whose turn"]) == ("Circulated", "waits for Russia")


def test_an_acceptance_that_an_edit_made_void_is_still_shown_and_said_to_be_void(house, client_for):
    meeting = circulated(house, ("own", Verdict.ACCEPTED))
    actions.take_back(meeting.minutes, by=house.secretary, reason="The date was wrong")
    client = client_for(house.secretary)
    page = client.get(f"{meeting.get_absolute_url()}revisions/1/").text
    assert "approver" in page
    assert "counts no more" in page
    standing = client.get(meeting.get_absolute_url()).text
    assert "taken back: what was said of it is void" in standing
    assert re.search(r"accepted</span>\s*<span class=\"note\">approver, <time", standing)
    meeting.minutes.refresh_from_db()
    actions.circulate(meeting.minutes, by=house.secretary)
    assert "counts no more" in client.get(f"{meeting.get_absolute_url()}revisions/1/").text
    assert Revision.objects.count() == 2


def test_a_void_text_stays_void_after_the_next_one_was_agreed(house, client_for):
    meeting = circulated(house, ("own", Verdict.ACCEPTED))
    actions.take_back(meeting.minutes, by=house.secretary, reason="The date was wrong")
    meeting.minutes.refresh_from_db()
    second = actions.circulate(meeting.minutes, by=house.secretary)
    actions.answer(second, house.own, Verdict.ACCEPTED, by=house.approver)
    actions.answer(second, house.other, Verdict.ACCEPTED, by=house.delegate)
    client = client_for(house.secretary)
    pages = [client.get(f"{meeting.get_absolute_url()}revisions/{number}/").text for number in (1, 2)]
    assert ["counts no more" in page for page in pages] == [True, False]


@pytest.mark.parametrize("address", [LIST, f"{LIST}?turn=us", "/"])
def test_one_row_and_three_take_the_same_queries(house, client_for, address, django_assert_max_num_queries):
    counts = []
    client = client_for(house.secretary)
    for days in ([1], [2, 3]):
        for day in days:
            circulated(house, ("other", Verdict.RETURNED), day=day)
        with django_assert_max_num_queries(12) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1]

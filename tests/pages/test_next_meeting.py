"""From the last meeting's page to the next meeting with its agenda: two clicks, with and without JavaScript."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from meetings.models import Meeting
from records.access import Classification, Role
from tests import factories as make

pytestmark = pytest.mark.django_db

NEXT = "/meetings/JR-2020-12-21-CC/next/"


@pytest.fixture
def house(client_for: Any) -> SimpleNamespace:
    committee = make.make_committee()
    return SimpleNamespace(
        committee=committee,
        last=make.make_meeting(state="held"),
        secretary=client_for(make.make_user("secretary", Role.SECRETARY)),
        reader=client_for(make.make_user("reader", Role.READER)),
        theirs=client_for(make.make_user("theirs", Role.SECRETARY, committee, committee.other_side)),
        outsider=client_for(make.make_user("outsider", Role.SECRETARY, make.make_committee("XX"))),
    )


def text_of(response: Any) -> str:
    return response.content.decode()


def sent(page: Any) -> dict[str, Any]:
    """What a browser sends when the form is submitted as it stands."""
    form, agenda = page.context["form"], page.context["agenda"]
    facts = {bound.html_name: bound.value() for bound in form}
    facts["start_time"], facts["end_time"] = "15:00", "15:50"
    rows = agenda.rows()
    ticks = {"order": [line.key for line, _on in rows], "agenda": [line.key for line, is_on in rows if is_on]}
    return {name: value for name, value in {**facts, **ticks}.items() if value is not None}


def call(house: Any, **changes: Any) -> Any:
    return house.secretary.post(NEXT, {**sent(house.secretary.get(NEXT)), **changes})


def titles(meeting: Meeting) -> list[str]:
    return [item.title_en for item in meeting.agenda_items.all()]


def next_meeting() -> Meeting:
    return Meeting.objects.exclude(reference="JR-2020-12-21-CC").get()


def test_an_open_agenda_names_no_meeting_that_is_held_more_closely(house: Any) -> None:
    Meeting.objects.update(classification=Classification.RESTRICTED)
    make.make_agenda_item(house.last, title_en="A closely held matter")
    make.make_entry(house.last)
    for ticked in ("approval", "item"):
        facts = sent(house.secretary.get(NEXT))
        lines = [key for key in facts["agenda"] if key.startswith(ticked)]
        refused = call(house, agenda=lines, classification=0)
        assert (len(lines), refused.status_code, Meeting.objects.count()) == (1, 422, 1)
        assert "held more closely than this meeting" in text_of(refused)
    assert call(house, agenda=lines).status_code == 302


def test_an_agenda_filled_from_a_meeting_held_more_closely_leaves_it_out(house: Any) -> None:
    Meeting.objects.update(classification=Classification.RESTRICTED)
    meeting = make.make_meeting(house.committee, date(2027, 3, 1), state="draft")
    address = f"{meeting.get_absolute_url()}agenda/fill/"
    rows = house.secretary.get(address).context["agenda"].rows()
    assert [(line.key.partition("-")[0], is_on) for line, is_on in rows] == [("approval", False)]
    everything = [line.key for line, _on in rows]
    assert house.secretary.post(address, {"order": everything, "agenda": everything}).status_code == 422
    assert titles(meeting) == []


def test_two_clicks_call_the_next_meeting_with_its_agenda(house: Any) -> None:
    make.make_commitment(reference="JR-C-1", text_en="Hold a session.")
    make.make_plan_item(title_en="Energy")
    page = house.secretary.get(house.last.get_absolute_url())
    (address,) = re.findall(r'href="(\S+/next/)"', text_of(page))
    response = house.secretary.post(address, sent(house.secretary.get(address)))
    meeting = next_meeting()
    assert (response.status_code, response.url) == (302, meeting.get_absolute_url())
    assert titles(meeting) == [
        "Approval of the minutes of the co-chairs' meeting of 21 December 2020",
        "JR-C-1: Hold a session.",
        "Plan item 1: Energy",
    ]
    assert meeting.date >= timezone.localdate() + timedelta(weeks=4)
    assert [clock.time for _side, clock in meeting.clocks] == ["15:00–15:50", "09:00–09:50"]
    assert "called with 3 agenda items" in text_of(house.secretary.get(response.url))


def test_the_page_says_why(house: Any) -> None:
    make.make_commitment(review_on=date(2020, 6, 30), timing_phrase_en="in due course")
    page = text_of(house.secretary.get(NEXT))
    assert "to be looked at again by 30 June 2020 · no report yet · “in due course”" in page
    assert "It is the weekday of the last meeting, with four weeks or a little more to prepare." in page
    assert ("15:00–15:50" in page, "09:00–09:50" in page) == (True, True)


def test_what_is_not_ticked_stays_off_and_the_order_is_kept(house: Any) -> None:
    for number in (1, 2, 3):
        make.make_commitment(reference=f"JR-C-{number}", text_en="Do it.")
    approval, one, two, three = (line.key for line, _on in house.secretary.get(NEXT).context["agenda"].rows())
    call(house, order=[three, one, two, approval], agenda=[approval, three, one])
    assert [title[:8] for title in titles(next_meeting())] == ["JR-C-3: ", "JR-C-1: ", "Approval"]


def test_a_meeting_may_be_called_with_no_agenda(house: Any) -> None:
    call(house, agenda=[])
    assert titles(next_meeting()) == []


def test_sending_it_twice_calls_one_meeting(house: Any) -> None:
    data = sent(house.secretary.get(NEXT))
    first, second = (house.secretary.post(NEXT, data) for _each in range(2))
    assert first.url == second.url == next_meeting().get_absolute_url()


@pytest.mark.parametrize(
    "wrong", [{"date": "never"}, {"kind": "party"}, {"agenda": ["commitment-1"]}, {"order": ["commitment-77", "x"]}]
)
def test_wrong_input_is_named_and_nothing_typed_or_ticked_is_lost(house: Any, wrong: dict[str, Any]) -> None:
    make.make_commitment(reference="JR-C-2", text_en="Do it.", pk=77)
    response = call(house, **{"order": ["commitment-77"], "agenda": [], "place_ru": "Токио", **wrong})
    page = text_of(response)
    assert response.status_code == 422
    assert "Токио" in page
    assert re.findall(r'value="commitment-77" id="line-commitment-77"[^>]*>', page)[0].count("checked") == 0
    assert Meeting.objects.count() == 1


def test_what_was_kept_in_the_meantime_is_not_silently_left_out(house: Any) -> None:
    commitment = make.make_commitment()
    data = sent(house.secretary.get(NEXT))
    type(commitment).objects.update(state="fulfilled")
    response = house.secretary.post(NEXT, data)
    assert response.status_code == 422
    assert "What is proposed has changed in the meantime." in text_of(response)


def test_what_is_held_more_closely_is_refused_in_words(house: Any) -> None:
    commitment = make.make_commitment(classification=Classification.RESTRICTED)
    key = f"commitment-{commitment.pk}"
    response = call(house, agenda=[key], order=[key])
    assert (response.status_code, Meeting.objects.count()) == (422, 1)
    assert f"{commitment} is held more closely than this meeting." in text_of(response)
    assert call(house, agenda=[key], order=[key], classification="1").status_code == 302


def test_a_meeting_that_was_called_already_is_pointed_out(house: Any) -> None:
    make.make_meeting(date=date(2021, 3, 1))
    page = text_of(house.secretary.get(NEXT))
    assert "There is a later meeting of this kind: JR-2021-03-01-CC, 1 March 2021, draft." in page


@pytest.mark.parametrize(
    ("state", "offered"),
    [("draft", 0), ("scheduled", 0), ("postponed", 0), ("held", 1), ("closed", 1), ("cancelled", 1)],
)
def test_it_is_offered_once_the_last_meeting_is_over(house: Any, state: str, offered: int) -> None:
    Meeting.objects.update(state=state)
    assert text_of(house.secretary.get(house.last.get_absolute_url())).count("/next/") == offered
    assert house.secretary.get(NEXT).status_code == (200 if offered else 302)


def test_those_who_may_not_write_are_refused(house: Any) -> None:
    for client, status in ((house.reader, 403), (house.theirs, 403), (house.outsider, 404)):
        assert (client.get(NEXT).status_code, client.post(NEXT).status_code) == (status, status)
    assert "/next/" not in text_of(house.reader.get(house.last.get_absolute_url()))


def test_the_page_takes_the_same_queries_for_one_line_of_each_kind_and_for_three(
    house: Any, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for rows in (1, 2):
        for _row in range(rows):
            make.make_agenda_item(house.last, commitment=make.make_commitment(), plan_item=make.make_plan_item())
            make.make_exchange_year(starts_on=date(2020, 1, 1), ends_on=date(2199, 1, 1))
        with django_assert_max_num_queries(12) as captured:
            assert house.secretary.get(NEXT).status_code == 200
        counts.append(len(captured))
    assert len(set(counts)) == 1


@pytest.mark.parametrize(
    "value", ["", "a\x00b", "a\u202eb", "<script>alert(1)</script>", "9" * 400, "-1", "長" * 20_001]
)
def test_hostile_values_are_answered_with_a_page(house: Any, value: str) -> None:
    data = dict.fromkeys(sent(house.secretary.get(NEXT)), value)
    response = house.secretary.post(NEXT, data)
    assert response.status_code == 422
    assert "<script>alert" not in text_of(response)


# An agenda that is empty


def test_an_empty_agenda_is_filled_from_last_time(house: Any) -> None:
    make.make_plan_item(title_en="Energy")
    draft = make.make_meeting(date=date(2021, 3, 1))
    page = text_of(house.secretary.get(draft.get_absolute_url()))
    (address,) = re.findall(r'href="(\S+/agenda/fill/)"', page)
    rows = house.secretary.get(address).context["agenda"].rows()
    keys = [line.key for line, _on in rows]
    response = house.secretary.post(address, {"order": keys, "agenda": keys})
    assert (response.status_code, response.url) == (302, "/meetings/JR-2021-03-01-CC/#agenda")
    assert titles(draft) == [
        "Approval of the minutes of the co-chairs' meeting of 21 December 2020",
        "Plan item 1: Energy",
    ]


def test_an_agenda_that_is_not_empty_is_left_alone(house: Any) -> None:
    draft = make.make_meeting(date=date(2021, 3, 1))
    make.make_agenda_item(draft, title_en="Mine")
    address = f"{draft.get_absolute_url()}agenda/fill/"
    assert [house.secretary.get(address).status_code, house.secretary.post(address).status_code] == [302, 302]
    assert titles(draft) == ["Mine"]
    assert "agenda/fill/" not in text_of(house.secretary.get(draft.get_absolute_url()))


def test_a_first_meeting_has_nothing_to_carry_over(house: Any, client_for: Any) -> None:
    newest = make.make_committee("NEW")
    draft = make.make_meeting(newest, date(2021, 3, 1))
    client = client_for(make.make_user("founder", Role.SECRETARY, newest))
    page = client.get(f"{draft.get_absolute_url()}agenda/fill/")
    assert "There is nothing to carry over" in text_of(page)


def test_filling_is_for_those_who_write(house: Any) -> None:
    address = f"{make.make_meeting(date=date(2021, 3, 1)).get_absolute_url()}agenda/fill/"
    for client, status in ((house.reader, 403), (house.outsider, 404)):
        assert (client.get(address).status_code, client.post(address).status_code) == (status, status)


# In a browser


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("javascript", [True, False])
def test_two_clicks_in_a_browser(page_as: Any, axe: Any, javascript: bool) -> None:
    make.make_meeting(state="held")
    make.make_commitment(reference="JR-C-1", text_en="Hold a session.")
    page = page_as(make.make_user("secretary", Role.SECRETARY), javascript=javascript)
    page.goto("/meetings/JR-2020-12-21-CC/")
    page.click("text=Call the next meeting")
    page.wait_for_url("**/next/")
    if javascript:
        axe(page)
    page.click("text=Call the meeting")
    page.wait_for_selector("#attendance")
    assert page.locator(".agenda > li").count() == 2


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_lines_are_moved_by_keys_and_said_aloud(page_as: Any) -> None:
    make.make_meeting(state="held")
    for number in (1, 2):
        make.make_commitment(reference=f"JR-C-{number}", text_en="Do it.")
    page = page_as(make.make_user("secretary", Role.SECRETARY))
    page.goto(NEXT)
    page.get_by_role("button", name="Move up: JR-C-2: Do it.").press("Enter")
    page.keyboard.press("Enter")  # the button keeps the focus as the line moves
    assert page.inner_text("#agenda-moved") == "JR-C-2: Do it.: now line 1"
    page.click("text=Call the meeting")
    page.wait_for_selector("#attendance")
    assert [text.split(":")[0] for text in page.locator(".agenda .said").all_inner_texts()] == [
        "JR-C-2",
        "Approval of the minutes of the co-chairs' meeting of 21 December 2020",
        "JR-C-1",
    ]

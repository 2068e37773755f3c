"""The meetings list, the calendar, a meeting's page and its forms, as people of different rights see them."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.urls import reverse

from meetings.models import Attendance, Entry, Meeting
from records.access import Classification, Role
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client_for) -> SimpleNamespace:
    committee = make.make_committee()
    other = make.make_committee("XX")
    return SimpleNamespace(
        committee=committee,
        other=other,
        secretary=client_for(make.make_user("secretary", Role.SECRETARY, committee)),
        reader=client_for(make.make_user("reader", Role.READER, committee, clearance=Classification.OPEN)),
        outsider=client_for(make.make_user("outsider", Role.SECRETARY, other)),
        delegate=client_for(make.make_user("delegate", Role.READER, committee, side=committee.other_side)),
    )


def text_of(response) -> str:
    return response.content.decode()


def new_meeting(house, **facts):
    return {
        "committee": house.committee.pk,
        "kind": "co_chairs",
        "format": "video",
        "date": "2026-12-21",
        "date_precision": "day",
        "start_time": "15:00",
        "end_time": "15:50",
        "clock": house.committee.own_side.pk,
        "classification": "0",
        **facts,
    }


# The list


def test_the_list_shows_both_clocks_and_counts(house):
    make.make_meeting(house.committee)
    page = text_of(house.reader.get(reverse("meetings:meeting-list")))
    assert "JR-2020-12-21-CC" in page
    assert ("15:00–15:50" in page, "09:00–09:50" in page, "JST" in page, "MSK" in page) == (True,) * 4


def test_the_list_counts_and_shows_only_what_may_be_read(house):
    make.make_meeting(house.committee)
    make.make_meeting(house.committee, date(2021, 1, 1), classification=Classification.CONFIDENTIAL)
    make.make_meeting(house.other, date(2021, 2, 2))
    response = house.reader.get(reverse("meetings:meeting-list"))
    assert [meeting.reference for meeting in response.context["page"].object_list] == ["JR-2020-12-21-CC"]
    assert response.context["page"].paginator.count == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=session", ["JR-2019-12-18-S15"]),
        ("format=video", ["JR-2020-12-21-CC"]),
        ("state=closed", ["JR-2019-12-18-S15"]),
        ("year=2020", ["JR-2020-12-21-CC"]),
        ("text=москва", ["JR-2019-12-18-S15"]),
        ("text=茂木", ["JR-2020-12-21-CC"]),
        ("text=тест-систем", ["JR-2020-12-21-CC"]),
        ("text=茂木 moscow", []),
        ("order=date", ["JR-2019-12-18-S15", "JR-2020-12-21-CC"]),
    ],
)
def test_the_list_is_filtered(house, query, found):
    make.make_meeting(
        house.committee,
        date(2019, 12, 18),
        kind="session",
        ordinal=15,
        format="in_person",
        state="closed",
        place_en="Moscow",
        place_ru="Москва",
    )
    meeting = make.make_meeting(house.committee)
    make.make_attendance(meeting, make.make_motegi())
    make.make_entry(meeting, text_ru="Стороны отметили создание ТЕСТ-СИСТЕМ.")
    response = house.reader.get(f"{reverse('meetings:meeting-list')}?{query}")
    assert [each.reference for each in response.context["page"].object_list] == found


def test_a_search_does_not_find_what_the_person_may_not_read(house):
    meeting = make.make_meeting(house.committee)
    make.make_entry(meeting, text_en="A telling secret word", audience="internal")
    address = f"{reverse('meetings:meeting-list')}?text=telling"
    assert len(house.secretary.get(address).context["page"].object_list) == 1
    assert len(house.delegate.get(address).context["page"].object_list) == 0


@pytest.mark.parametrize("query", ["text=%00", "year=abc", "committee=999", "kind=party", "order=password"])
def test_a_bad_filter_is_named_and_not_a_crash(house, query):
    assert house.reader.get(f"{reverse('meetings:meeting-list')}?{query}").status_code == 422


@pytest.mark.parametrize("page", ["0", "-1", "abc", "999999999999"])
def test_a_page_that_is_not_there_shows_one_that_is(house, page):
    assert house.reader.get(f"{reverse('meetings:meeting-list')}?page={page}").status_code == 200


def count_queries(django_assert_max_num_queries, client, address) -> int:
    with django_assert_max_num_queries(12) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_takes_the_same_queries_for_one_row_and_for_three(house, django_assert_max_num_queries):
    make.make_meeting(house.committee)
    address = reverse("meetings:meeting-list")
    one = count_queries(django_assert_max_num_queries, house.reader, address)
    make.make_meeting(house.committee, date(2021, 1, 1))
    make.make_meeting(house.committee, date(2021, 1, 2))
    assert count_queries(django_assert_max_num_queries, house.reader, address) == one


def fill(meeting):
    speaker = make.make_attendance(meeting)
    make.make_agenda_item(meeting, plan_item=make.make_plan_item())
    entry = make.make_entry(meeting, "statement", speakers=[speaker])
    make.make_mention(entry)


def test_a_meeting_s_page_takes_the_same_queries_for_one_part_and_for_three(house, django_assert_max_num_queries):
    meeting = make.make_meeting(house.committee)
    fill(meeting)
    one = count_queries(django_assert_max_num_queries, house.secretary, meeting.get_absolute_url())
    fill(meeting)
    fill(meeting)
    assert count_queries(django_assert_max_num_queries, house.secretary, meeting.get_absolute_url()) == one


# The calendar


def test_the_calendar_shows_the_meetings_of_its_month(house):
    make.make_meeting(house.committee)
    make.make_meeting(house.other, date(2020, 12, 22))
    address = reverse("meetings:meeting-calendar")
    page = text_of(house.reader.get(f"{address}?year=2020&month=12"))
    assert ("JR-2020-12-21-CC" in page, "XX-2020-12-22-CC" in page) == (True, False)
    assert "JR-2020-12-21-CC" not in text_of(house.reader.get(f"{address}?year=2020&month=10"))


@pytest.mark.parametrize("query", ["year=9999", "month=13", "year=x", "year=%00"])
def test_a_month_that_does_not_exist_is_named(house, query):
    assert house.reader.get(f"{reverse('meetings:meeting-calendar')}?{query}").status_code == 422


@pytest.mark.parametrize("query", ["year=1900&month=1", "year=2200&month=12"])
def test_the_calendar_ends_somewhere(house, query):
    assert house.reader.get(f"{reverse('meetings:meeting-calendar')}?{query}").status_code == 200


# Calling and editing


def test_a_secretary_calls_a_meeting(house):
    response = house.secretary.post(reverse("meetings:meeting-create"), new_meeting(house))
    meeting = Meeting.objects.get()
    assert (response.status_code, response.url) == (302, "/meetings/JR-2026-12-21-CC/")
    assert [(side.code, clock.time, clock.zone) for side, clock in meeting.clocks] == [
        ("JP", "15:00–15:50", "JST"),
        ("RU", "09:00–09:50", "MSK"),
    ]


def test_a_meeting_late_at_night_there_is_kept_on_the_day_here(house):
    data = new_meeting(house, start_time="23:00", end_time="00:30", clock=house.committee.other_side.pk)
    house.secretary.post(reverse("meetings:meeting-create"), data)
    meeting = Meeting.objects.get()
    assert (meeting.date, [str(clock.day) for _side, clock in meeting.clocks]) == (
        date(2026, 12, 22),
        ["2026-12-22", "2026-12-21"],
    )
    assert [clock.time for _side, clock in meeting.clocks] == ["05:00–06:30", "23:00–00:30"]


def test_sending_the_form_twice_makes_one_meeting(house):
    key = {"submission": "6f2a52e5-8d6f-4f0a-9d0c-0123456789ab"}
    first = house.secretary.post(reverse("meetings:meeting-create"), new_meeting(house, **key))
    second = house.secretary.post(reverse("meetings:meeting-create"), new_meeting(house, **key))
    assert (first.url, Meeting.objects.count()) == (second.url, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"date": "yesterday"}, "date"),
        ({"start_time": "25:00"}, "start_time"),
        ({"start_time": ""}, "start_time"),
        ({"date_precision": "month"}, "start_time"),
        ({"kind": "party"}, "kind"),
        ({"classification": "9"}, "classification"),
        ({"ordinal": "-1"}, "ordinal"),
        ({"ordinal": "99999"}, "ordinal"),
        ({"place_en": "x" * 301}, "place_en"),
        ({"place_en": "a\x00b"}, "place_en"),
        ({"place_en": "\u200b\u200d"}, "place_en"),
        ({"place_en": "Tok\u202eyo"}, "place_en"),
        ({"clock": "999"}, "clock"),
    ],
)
def test_wrong_input_is_named_beside_its_field_and_nothing_typed_is_lost(house, wrong, field):
    data = {**new_meeting(house, place_ru="Токио"), **wrong}
    response = house.secretary.post(reverse("meetings:meeting-create"), data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert "Токио" in text_of(response)
    assert not Meeting.objects.exists()


def test_a_session_number_is_given_once(house):
    make.make_meeting(house.committee, date(2019, 12, 18), kind="session", ordinal=15)
    data = new_meeting(house, kind="session", ordinal="15")
    response = house.secretary.post(reverse("meetings:meeting-create"), data)
    assert response.status_code == 422
    assert "Another meeting of this kind has this number." in text_of(response)


def test_a_secretary_cannot_call_a_meeting_of_another_committee(house):
    response = house.secretary.post(reverse("meetings:meeting-create"), new_meeting(house, committee=house.other.pk))
    assert (response.status_code, Meeting.objects.count()) == (422, 0)


def test_a_second_editor_sees_both_texts_and_loses_nothing(house):
    meeting = make.make_meeting(house.committee, state="scheduled", place_en="Tokyo")
    address = reverse("meetings:meeting-edit", args=[meeting.reference])
    data = new_meeting(house, date="2020-12-21", version=meeting.version)
    house.secretary.post(address, {**data, "place_en": "Their Kyoto"})
    response = house.secretary.post(address, {**data, "place_en": "My Osaka"})
    page = text_of(response)
    assert response.status_code == 409
    assert ("Their Kyoto" in page, "My Osaka" in page) == (True, True)
    merged = {**data, "place_en": "My Osaka", "version": response.context["form"].data["version"]}
    assert house.secretary.post(address, merged).status_code == 302
    assert Meeting.objects.get().place_en == "My Osaka"


# Parts


def test_an_entry_is_taken(house):
    meeting = make.make_meeting(house.committee)
    speaker = make.make_attendance(meeting, make.make_motegi())
    data = {"kind": "statement", "speakers": [speaker.pk], "audience": "public", "text_ja": "𠮷野家の髙橋と述べた。"}
    response = house.secretary.post(reverse("meetings:entry-add", args=[meeting.reference]), data)
    entry = Entry.objects.get()
    assert response.status_code == 302
    assert (entry.text_ja, list(entry.speakers.all())) == ("𠮷野家の髙橋と述べた。", [speaker])
    assert "𠮷野家の髙橋" in text_of(house.reader.get(meeting.get_absolute_url()))


def test_a_statement_without_speaker_is_refused_beside_the_field(house):
    meeting = make.make_meeting(house.committee)
    data = {"kind": "statement", "audience": "public", "text_en": "What I typed stays."}
    response = house.secretary.post(reverse("meetings:entry-add", args=[meeting.reference]), data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["speakers"])
    assert "What I typed stays." in text_of(response)


def test_what_was_typed_into_an_entry_that_somebody_deleted_is_not_lost(house):
    meeting = make.make_meeting(house.committee)
    entry = make.make_entry(meeting)
    address = reverse("meetings:entry-edit", args=[meeting.reference, entry.pk])
    entry.delete()
    data = {"kind": "discussion", "audience": "shared", "text_en": "Typed for an hour.", "version": "1"}
    response = house.secretary.post(address, data)
    assert (response.status_code, "Typed for an hour." in text_of(response)) == (409, True)
    house.secretary.post(response.context["action"], data)
    assert Entry.objects.get().text_en == "Typed for an hour."


def test_scripts_in_texts_are_inert(house):
    meeting = make.make_meeting(house.committee, title_en="<script>alert(1)</script>")
    make.make_entry(meeting, text_en="<img src=x onerror=alert(2)>")
    page = text_of(house.secretary.get(meeting.get_absolute_url()))
    assert ("<script>alert" in page, "<img src=x" in page) == (False, False)
    assert "&lt;script&gt;alert(1)" in page


def test_a_person_is_added_with_the_office_of_the_day(house):
    meeting = make.make_meeting(house.committee)
    motegi = make.make_motegi()
    make.make_tenure(motegi, make.make_office(side=motegi.side, title_en="Minister for Foreign Affairs"))
    data = {"person": motegi.pk, "role": "head", "mode": "online"}
    house.secretary.post(reverse("meetings:attendance-add", args=[meeting.reference]), data)
    attendance = Attendance.objects.get()
    assert (attendance.name_ja, attendance.office_title_en) == ("茂木敏充", "Minister for Foreign Affairs")


def test_the_same_person_is_not_listed_twice(house):
    meeting = make.make_meeting(house.committee)
    attendance = make.make_attendance(meeting)
    data = {"person": attendance.person_id, "role": "member", "mode": "online"}
    response = house.secretary.post(reverse("meetings:attendance-add", args=[meeting.reference]), data)
    assert response.status_code == 422
    assert "This person is already listed." in text_of(response)


def test_a_read_message_needs_its_reader(house):
    meeting = make.make_meeting(house.committee)
    data = {"person": make.make_person().pk, "role": "member", "mode": "message_read"}
    response = house.secretary.post(reverse("meetings:attendance-add", args=[meeting.reference]), data)
    assert response.status_code == 422
    assert "Say who read the message" in text_of(response)


def test_buttons_move_an_entry(house):
    meeting = make.make_meeting(house.committee)
    one, two = make.make_entry(meeting, text_en="one"), make.make_entry(meeting, text_en="two")
    address = reverse("meetings:entry-order", args=[meeting.reference])
    house.secretary.post(address, {"up": two.pk})
    assert [entry.text_en for entry in meeting.minutes.entries.all()] == ["two", "one"]
    house.secretary.post(address, {"order": f"{one.pk},{two.pk}"})
    assert [entry.text_en for entry in meeting.minutes.entries.all()] == ["one", "two"]


@pytest.mark.parametrize("order", ["", "1,2,x", "-1", "9" * 30, "1;drop"])
def test_an_order_that_makes_no_sense_moves_nothing(house, order):
    meeting = make.make_meeting(house.committee)
    make.make_entry(meeting, text_en="one")
    address = reverse("meetings:entry-order", args=[meeting.reference])
    assert house.secretary.post(address, {"order": order}).status_code == 302
    assert [entry.text_en for entry in meeting.minutes.entries.all()] == ["one"]


def test_removing_asks_once_and_names_the_thing(house):
    meeting = make.make_meeting(house.committee)
    item = make.make_agenda_item(meeting, title_en="Any other business")
    address = reverse("meetings:agenda-remove", args=[meeting.reference, item.pk])
    assert "Any other business" in text_of(house.secretary.get(address))
    assert meeting.agenda_items.count() == 1
    house.secretary.post(address, {"version": item.version})
    assert meeting.agenda_items.count() == 0


# Moves


def test_a_meeting_is_postponed_with_a_reason(house):
    meeting = make.make_meeting(house.committee, state="scheduled")
    address = reverse("meetings:meeting-move", args=[meeting.reference])
    assert house.secretary.post(address, {"target": "postponed", "reason": ""}).status_code == 422
    house.secretary.post(address, {"target": "postponed", "reason": "The epidemic situation"})
    meeting.refresh_from_db()
    assert meeting.state == "postponed"


def test_a_forged_move_is_refused(house):
    meeting = make.make_meeting(house.committee)
    address = reverse("meetings:meeting-move", args=[meeting.reference])
    for target in ("closed", "held", "nonsense", ""):
        house.secretary.post(address, {"target": target, "reason": "because"})
    meeting.refresh_from_db()
    assert meeting.state == "draft"


# Who may not


WRITES = ["meeting-edit", "meeting-move", "attendance-add", "agenda-add", "entry-add"]


@pytest.mark.parametrize("name", WRITES)
def test_a_reader_is_refused_politely(house, name):
    meeting = make.make_meeting(house.committee)
    for answer in (
        house.reader.get(reverse(f"meetings:{name}", args=[meeting.reference])),
        house.reader.post(reverse(f"meetings:{name}", args=[meeting.reference]), {}),
    ):
        assert answer.status_code == 403
        assert "You may not do this" in text_of(answer)


@pytest.mark.parametrize("name", ["meeting-detail", *WRITES, "minutes-pdf", "minutes-csv"])
def test_somebody_of_another_committee_finds_nothing(house, name):
    meeting = make.make_meeting(house.committee)
    assert house.outsider.get(reverse(f"meetings:{name}", args=[meeting.reference])).status_code == 404


def test_the_other_side_reads_the_shared_text_without_a_gap(house):
    meeting = make.make_meeting(house.committee)
    make.make_entry(meeting, text_en="For both sides, one.")
    make.make_entry(meeting, text_en="For us alone.", audience="internal")
    make.make_entry(meeting, text_en="For both sides, two.")
    response = house.delegate.get(meeting.get_absolute_url())
    assert [(number, entry.text_en) for number, entry in response.context["entries"]] == [
        (1, "For both sides, one."),
        (2, "For both sides, two."),
    ]
    assert "internal edition" not in text_of(response).lower()


def test_a_reader_sees_no_button_that_would_be_refused(house):
    meeting = make.make_meeting(house.committee)
    make.make_entry(meeting)
    page = text_of(house.reader.get(meeting.get_absolute_url()))
    assert [word for word in ("/edit/", "/move/", "/add/", "/order/", "/remove/") if word in page] == []


@pytest.mark.parametrize(("title", "badges"), [("Energy", 1), ("Plan item 4: Energy", 0)])
def test_an_agenda_item_names_its_plan_item_once(house, title, badges):
    meeting = make.make_meeting(house.committee)
    make.make_agenda_item(meeting, title_en=title, plan_item=make.make_plan_item(number=4))
    page = text_of(house.reader.get(meeting.get_absolute_url()))
    assert page.count('<span class="badge-quiet">plan item 4</span>') == badges

"""Calling meetings, who attends, the agenda, the entries: what the verbs promise and refuse."""

from datetime import date, time
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied

from meetings import actions
from meetings.models import AgendaItem, Attendance, Entry, Meeting
from records.access import Role
from records.actions import EditConflict
from records.models import AuditEvent
from records.workflow import Refused
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> SimpleNamespace:
    committee = make.make_committee()
    return SimpleNamespace(committee=committee, secretary=make.make_user("secretary", Role.SECRETARY, committee))


def seated(committee, person, day=date(2019, 9, 11)):
    office = make.make_office(side=person.side, title_en="Minister")
    make.make_tenure(person, office, started_on=day)
    make.make_seat(committee, person.side, office)
    return office


def call(house, **facts):
    facts = {"kind": "co_chairs", "format": "video", "date": date(2020, 12, 21), **facts}
    return actions.call_meeting(Meeting(committee=house.committee, **facts), by=house.secretary)


def test_a_called_meeting_has_a_reference_empty_minutes_and_the_co_chairs_of_the_day(house):
    office = seated(house.committee, make.make_motegi())
    seated(house.committee, make.make_reshetnikov(), date(2020, 1, 21))
    meeting = call(house)
    assert (meeting.reference, meeting.state, meeting.minutes.state) == ("JR-2020-12-21-CC", "draft", "draft")
    assert [(a.name_en, a.role, a.mode) for a in meeting.attendances.all()] == [
        ("Motegi Toshimitsu", "co_chair", "online"),
        ("Reshetnikov, Maksim Gennadyevich", "co_chair", "online"),
    ]
    assert meeting.attendances.first().office == office


def test_a_second_meeting_on_the_same_day_gets_another_reference(house):
    assert [call(house).reference, call(house).reference] == ["JR-2020-12-21-CC", "JR-2020-12-21-CC-2"]


def test_the_reference_follows_a_draft_and_stays_once_it_is_scheduled(house):
    meeting = call(house)
    meeting.date = date(2021, 1, 15)
    actions.change_meeting(meeting, by=house.secretary, expected=meeting.version)
    assert meeting.reference == "JR-2021-01-15-CC"
    meeting = actions.move_meeting(meeting, "scheduled", by=house.secretary)
    meeting.date = date(2021, 2, 1)
    actions.change_meeting(meeting, by=house.secretary, expected=meeting.version)
    assert meeting.reference == "JR-2021-01-15-CC"


def test_an_attendance_keeps_the_names_and_the_office_of_the_day(house):
    motegi = make.make_motegi()
    seated(house.committee, motegi)
    meeting = call(house)
    motegi.tenures.update(ended_on=date(2021, 11, 4))
    motegi.family_name_en = "Other"
    motegi.save()
    attendance = Attendance.objects.get(meeting=meeting)
    assert (attendance.name_en, attendance.name_ja, attendance.office_title_en) == (
        "Motegi Toshimitsu",
        "茂木敏充",
        "Minister",
    )


def test_somebody_of_a_third_state_is_not_listed(house):
    meeting = call(house)
    stranger = make.make_person(make.make_side("FR"))
    with pytest.raises(Refused, match="neither side"):
        actions.attend(actions.new_attendance(meeting, stranger), by=house.secretary)


def test_a_statement_without_a_speaker_is_refused(house):
    meeting = call(house)
    entry = Entry(minutes=meeting.minutes, kind="statement", text_en="He said so.")
    with pytest.raises(Refused, match="needs its speaker") as refused:
        actions.add_entry(entry, by=house.secretary)
    assert refused.value.field == "speakers"


def test_a_speaker_of_another_meeting_is_refused(house):
    meeting, other = call(house), call(house, date=date(2021, 1, 1))
    stranger = make.make_attendance(other)
    entry = Entry(minutes=meeting.minutes, kind="statement", text_en="He said so.")
    with pytest.raises(Refused, match="did not attend this meeting"):
        actions.add_entry(entry, by=house.secretary, speakers=[stranger])


def test_somebody_who_sent_apologies_did_not_speak(house):
    meeting = call(house)
    absent = make.make_attendance(meeting, sent_apologies=True)
    entry = Entry(minutes=meeting.minutes, kind="statement", text_en="He said so.")
    with pytest.raises(Refused, match="cannot have spoken"):
        actions.add_entry(entry, by=house.secretary, speakers=[absent])


def test_somebody_absent_whose_message_was_read_made_a_statement(house):
    meeting = call(house)
    reader = make.make_person(house.committee.other_side)
    absent = make.make_attendance(meeting, sent_apologies=True, mode="message_read", read_by=reader)
    entry = Entry(minutes=meeting.minutes, kind="statement", text_en="He wrote so.")
    actions.add_entry(entry, by=house.secretary, speakers=[absent])
    assert list(entry.speakers.all()) == [absent]


def test_a_speaker_cannot_be_turned_into_an_absentee(house):
    meeting = call(house)
    speaker = make.make_attendance(meeting)
    make.make_entry(meeting, "statement", speakers=[speaker])
    speaker.sent_apologies = True
    with pytest.raises(Refused, match="A statement in the minutes is theirs"):
        actions.change_attendance(speaker, by=house.secretary, expected=speaker.version)
    with pytest.raises(Refused, match="name this person as a speaker"):
        actions.remove_attendance(speaker, by=house.secretary)


def test_entries_are_edited_only_while_the_minutes_are_a_draft(house):
    meeting = make.make_meeting(house.committee, minutes={"state": "circulated"})
    entry = make.make_entry(meeting)
    with pytest.raises(Refused, match="only while they are a draft"):
        actions.change_entry(entry, by=house.secretary, expected=entry.version)
    with pytest.raises(Refused, match="only while they are a draft"):
        actions.remove_entry(entry, by=house.secretary)


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_a_finished_meeting_is_not_edited(house, state):
    meeting = make.make_meeting(house.committee, state=state)
    with pytest.raises(Refused, match="no longer edited"):
        actions.add_agenda_item(AgendaItem(meeting=meeting, title_en="More"), by=house.secretary)
    with pytest.raises(Refused, match="no longer edited"):
        actions.add_entry(Entry(minutes=meeting.minutes, kind="discussion", text_en="More"), by=house.secretary)


def test_entries_are_put_into_a_new_order_and_the_trail_says_so(house):
    meeting = make.make_meeting(house.committee)
    first, second, third = (make.make_entry(meeting, text_en=text) for text in ("one", "two", "three"))
    actions.reorder([first, second, third], [third.pk, first.pk, second.pk], by=house.secretary)
    assert [entry.text_en for entry in meeting.minutes.entries.all()] == ["three", "one", "two"]
    assert AuditEvent.objects.last().verb == "reordered"


def test_an_order_that_names_somebody_else_s_entry_is_refused(house):
    meeting = make.make_meeting(house.committee)
    first, second = (make.make_entry(meeting, text_en=text) for text in ("one", "two"))
    with pytest.raises(Refused, match="has changed in the meantime"):
        actions.reorder([first, second], [first.pk, second.pk + 99], by=house.secretary)


def test_moving_an_entry_does_not_spoil_an_open_form(house):
    meeting = make.make_meeting(house.committee)
    first, second = (make.make_entry(meeting, text_en=text) for text in ("one", "two"))
    opened = Entry.objects.get(pk=first.pk)
    actions.reorder([first, second], [second.pk, first.pk], by=house.secretary)
    opened.text_en = "one, mended"
    actions.change_entry(opened, by=house.secretary, expected=opened.version)
    assert [entry.text_en for entry in meeting.minutes.entries.all()] == ["two", "one, mended"]


def test_a_second_editor_of_an_entry_is_told(house):
    entry = make.make_entry(make.make_meeting(house.committee))
    mine, theirs = Entry.objects.get(pk=entry.pk), Entry.objects.get(pk=entry.pk)
    theirs.text_en = "Their text"
    actions.change_entry(theirs, by=house.secretary, expected=theirs.version)
    mine.text_en = "My text"
    with pytest.raises(EditConflict) as conflict:
        actions.change_entry(mine, by=house.secretary, expected=mine.version)
    assert conflict.value.current.text_en == "Their text"


def test_a_deleted_entry_leaves_its_words_in_the_trail(house):
    entry = make.make_entry(make.make_meeting(house.committee), text_en="Words that were said")
    actions.remove_entry(entry, by=house.secretary)
    event = AuditEvent.objects.last()
    assert (event.verb, event.changes["text_en"]) == ("deleted", ["Words that were said", None])


def test_a_removed_agenda_item_leaves_its_entries(house):
    meeting = make.make_meeting(house.committee)
    item = make.make_agenda_item(meeting)
    entry = make.make_entry(meeting, agenda_item=item)
    actions.remove_agenda_item(item, by=house.secretary)
    entry.refresh_from_db()
    assert entry.agenda_item is None


@pytest.mark.parametrize("role", [Role.READER, Role.APPROVER])
def test_those_who_only_read_change_nothing(house, role):
    meeting = make.make_meeting(house.committee)
    person = make.make_user(f"the-{role}", role, house.committee)
    with pytest.raises(PermissionDenied):
        actions.add_entry(Entry(minutes=meeting.minutes, kind="discussion", text_en="x"), by=person)
    with pytest.raises(PermissionDenied):
        actions.move_meeting(meeting, "scheduled", by=person)


def test_a_meeting_is_held_only_when_somebody_attended(house):
    meeting = make.make_meeting(house.committee, state="scheduled")
    with pytest.raises(Refused, match="who attended"):
        actions.move_meeting(meeting, "held", by=house.secretary)
    make.make_attendance(meeting)
    assert actions.move_meeting(meeting, "held", by=house.secretary).state == "held"


ALLOWED = {
    ("draft", "scheduled"),
    ("draft", "cancelled"),
    ("scheduled", "held"),
    ("scheduled", "postponed"),
    ("scheduled", "cancelled"),
    ("postponed", "scheduled"),
    ("postponed", "cancelled"),
    ("held", "closed"),
    ("closed", "held"),
}
STATES = ["draft", "scheduled", "postponed", "held", "closed", "cancelled"]


@pytest.mark.parametrize("source", STATES)
@pytest.mark.parametrize("target", STATES)
def test_every_move_of_a_meeting_is_the_table_s(house, source, target):
    meeting = make.make_meeting(house.committee, state=source)
    make.make_attendance(meeting)
    if (source, target) in ALLOWED:
        assert actions.move_meeting(meeting, target, by=house.secretary, reason="because").state == target
    else:
        with pytest.raises(Refused):
            actions.move_meeting(meeting, target, by=house.secretary, reason="because")


@pytest.mark.parametrize(("source", "target"), [("scheduled", "postponed"), ("closed", "held"), ("draft", "cancelled")])
def test_a_move_that_needs_a_reason_is_refused_without_one(house, source, target):
    meeting = make.make_meeting(house.committee, state=source)
    with pytest.raises(Refused, match="give a reason"):
        actions.move_meeting(meeting, target, by=house.secretary, reason="  ")


def test_an_hour_that_the_clocks_skipped_is_refused():
    with pytest.raises(Refused, match="did not exist"):
        actions.local_instant(date(2010, 3, 28), time(2, 30), "Europe/Moscow")

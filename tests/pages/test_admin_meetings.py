"""Meetings and minutes in the administration: what their pages refuse is refused here."""

from __future__ import annotations

from typing import Any

import pytest

from agreements.models import Project
from meetings.models import AgendaItem, Attendance, Entry, Meeting, Minutes
from records.actions import create
from tests import factories
from tests.rig.administration import as_shown, errors_of, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Any:
    return factories.make_user("admin", "administrator")


@pytest.fixture
def client(client_for: Any, administrator: Any) -> Any:
    return client_for(administrator)


@pytest.fixture
def founder(client_for: Any) -> Any:
    return client_for(factories.make_user("founder", is_superuser=True))


# Meetings


def test_a_meeting_is_called_with_its_reference_minutes_and_co_chairs(client: Any) -> None:
    tenure = factories.make_tenure()
    committee = factories.make_seat(office=tenure.office).committee
    data = as_shown(client, url_of(Meeting, "add")) | {"committee": committee.pk, "kind": "co_chairs"}
    data |= {"format": "video", "date": "2022-02-15", "starts_at_0": "2022-02-15", "starts_at_1": "18:00"}
    assert client.post(url_of(Meeting, "add"), data).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.reference, meeting.minutes.state) == ("JR-2022-02-15-CC", "draft")
    assert [attendance.person for attendance in meeting.attendances.all()] == [tenure.person]


def test_a_meeting_is_on_a_day_that_every_calendar_knows(client: Any) -> None:
    meeting = factories.make_meeting()
    url = url_of(Meeting, "change", meeting.pk)
    day = {"date": "9999-12-31", "starts_at_0": "", "starts_at_1": ""}
    response = client.post(url, as_shown(client, url) | day)
    assert (response.status_code, "date" in errors_of(response)) == (422, True)


def test_a_meetings_day_is_the_day_at_its_own_side(client: Any) -> None:
    meeting = factories.make_meeting()
    url = url_of(Meeting, "change", meeting.pk)
    response = client.post(url, as_shown(client, url) | {"date": "2020-12-22"})
    assert response.status_code == 422
    assert "date" in errors_of(response)


def test_only_a_draft_is_deleted(client: Any) -> None:
    meeting = factories.make_meeting(state="held")
    client.post(url_of(Meeting, "delete", meeting.pk), {"post": "yes"})
    client.post(
        url_of(Meeting, "changelist"),
        {"action": "delete_selected", "_selected_action": [meeting.pk], "post": "yes"},
    )
    assert Meeting.objects.filter(pk=meeting.pk).exists()


def test_an_attendance_is_filled_in_as_of_the_meetings_day(client: Any) -> None:
    tenure = factories.make_tenure(factories.make_motegi())
    meeting = factories.make_meeting()
    data = as_shown(client, url_of(Attendance, "add")) | {"meeting": meeting.pk, "person": tenure.person.pk}
    assert client.post(url_of(Attendance, "add"), data).status_code == 302
    attendance = Attendance.objects.get()
    assert (attendance.name_ja, attendance.office, attendance.office_title_en, attendance.side) == (
        "茂木敏充",
        tenure.office,
        tenure.office.title_en,
        tenure.person.side,
    )


def test_attendances_and_agenda_are_edited_on_the_meetings_page(client: Any) -> None:
    meeting = factories.make_meeting()
    person = factories.make_person()
    url = url_of(Meeting, "change", meeting.pk)
    data = as_shown(client, url) | {"attendances-TOTAL_FORMS": 1, "attendances-0-person": person.pk}
    data |= {"attendances-0-meeting": meeting.pk, "attendances-0-role": "member", "attendances-0-mode": "online"}
    data |= {"agenda_items-TOTAL_FORMS": 1, "agenda_items-0-title_en": "The plan", "agenda_items-0-meeting": meeting.pk}
    assert client.post(url, data).status_code == 302
    assert [each.person for each in meeting.attendances.all()] == [person]
    assert [each.position for each in AgendaItem.objects.all()] == [1]


def test_a_statement_without_a_speaker_is_refused(client: Any) -> None:
    entry = factories.make_entry(kind="discussion")
    url = url_of(Entry, "change", entry.pk)
    response = client.post(url, as_shown(client, url) | {"kind": "statement", "speakers": []})
    assert response.status_code == 422
    assert "speakers" in errors_of(response)


def test_entries_are_edited_on_the_page_of_the_minutes(client: Any) -> None:
    entry = factories.make_entry()
    speaker = factories.make_attendance(entry.minutes.meeting)
    url = url_of(Minutes, "change", entry.minutes.pk)
    data = as_shown(client, url) | {"entries-0-kind": "statement", "entries-0-speakers": [speaker.pk]}
    assert client.post(url, data).status_code == 302
    entry.refresh_from_db()
    assert (entry.kind, list(entry.speakers.all())) == ("statement", [speaker])


def test_a_refused_entry_on_the_page_of_the_minutes_says_why(client: Any) -> None:
    entry = factories.make_entry()
    url = url_of(Minutes, "change", entry.minutes.pk)
    response = client.post(url, as_shown(client, url) | {"entries-0-kind": "statement"})
    assert response.status_code == 422
    assert "A statement needs its speaker" in response.content.decode()


@pytest.mark.parametrize("state", ["circulated", "agreed", "sealed"])
def test_minutes_that_left_the_desk_are_not_edited(client: Any, state: str) -> None:
    entry = factories.make_entry(factories.make_meeting(minutes={"state": state}))
    for model, record in ((Entry, entry), (Minutes, entry.minutes)):
        url = url_of(model, "change", record.pk)
        field = {"text_en": "Changed."} if model is Entry else {"standing_en": "none"}
        assert client.post(url, as_shown(client, url) | field).status_code == 422
    client.post(url_of(Entry, "delete", entry.pk), {"post": "yes"})
    entry.refresh_from_db()
    assert entry.text_en != "Changed."


def test_the_changes_of_events_that_an_entry_decided_are_kept(client: Any) -> None:
    decided = factories.make_event_change()
    entry = factories.make_entry(event_changes=[decided])
    url = url_of(Entry, "change", entry.pk)
    assert client.post(url, as_shown(client, url) | {"text_en": "Changed."}).status_code == 302
    assert list(entry.event_changes.all()) == [decided]


def test_an_internal_entry_is_not_shown_to_the_other_side(client_for: Any) -> None:
    committee = factories.make_committee()
    user = factories.make_user(role="secretary", committee=factories.make_committee("XY"))
    factories.make_assignment(user, "reader", committee, side=committee.other_side)
    entry = factories.make_entry(factories.make_meeting(committee), text_en="Zanzibar", audience="internal")
    client = client_for(user)
    for url in (
        url_of(Entry, "changelist"),
        url_of(Minutes, "change", entry.minutes.pk),
        url_of(Meeting, "delete", entry.minutes.meeting.pk),
    ):
        assert "Zanzibar" not in client.get(url).content.decode()
    assert client.get(url_of(Entry, "change", entry.pk)).status_code == 302


def test_a_project_keeps_its_stage_when_it_is_edited(client: Any) -> None:
    project = create(
        Project(committee=factories.make_committee(), reference="JR-P-0", title_en="Kit", stage="implementing"), by=None
    )
    project.plan_items.add(factories.make_plan_item())
    url = url_of(Project, "change", project.pk)
    assert client.post(url, as_shown(client, url) | {"stage": "idea", "title_ja": "検査キット"}).status_code == 302
    project.refresh_from_db()
    assert (project.stage, project.title_ja) == ("implementing", "検査キット")

"""What is written in the administration goes through the same doors as everywhere else."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from agreements.models import Commitment, CooperationPlan, PlanItem, Project
from directory.models import Assignment, Committee, Person, Seat, Side, Tenure, User
from meetings.models import AgendaItem, Attendance, Entry, Meeting, Minutes
from records.actions import change, create
from records.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db


def url_of(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def as_shown(client: Any, url: str) -> dict[str, Any]:
    """What the page at ``url`` would send if it were saved as it is."""
    context = client.get(url).context
    forms = [context["adminform"].form]
    data: dict[str, Any] = {}
    for parts in context["inline_admin_formsets"]:
        forms += [parts.formset.management_form, *parts.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if isinstance(value, list | tuple):
                data[field.html_name] = [getattr(each, "pk", each) for each in value]
            elif value is not None and value is not False:
                data[field.html_name] = value
    for name in [name for name in data if name.endswith(("starts_at", "ends_at"))]:
        instant = data.pop(name)
        data |= {f"{name}_0": f"{instant:%Y-%m-%d}", f"{name}_1": f"{instant:%H:%M:%S}"}
    return data


def errors_of(response: Any) -> dict[str, Any]:
    return response.context["adminform"].form.errors


@pytest.fixture
def administrator() -> Any:
    return factories.make_user("admin", "administrator")


@pytest.fixture
def client(client_for: Any, administrator: Any) -> Any:
    return client_for(administrator)


@pytest.fixture
def founder(client_for: Any) -> Any:
    return client_for(factories.make_user("founder", is_superuser=True))


# Records of any kind


def test_a_record_is_made_changed_and_deleted_with_an_event_each(client: Any, administrator: Any) -> None:
    data = {**as_shown(client, url_of(Person, "add")), "side": factories.make_side().pk, "family_name_ja": "茂木"}
    assert client.post(url_of(Person, "add"), data).status_code == 302
    person = Person.objects.get()
    change_url = url_of(Person, "change", person.pk)
    data = {**as_shown(client, change_url), "family_name_kana": "もてぎ"}
    assert client.post(change_url, data).status_code == 302
    assert client.post(url_of(Person, "delete", person.pk), {"post": "yes"}).status_code == 302
    events = AuditEvent.objects.filter(label="directory.person").order_by("pk")
    assert [(event.verb, event.actor) for event in events] == [
        ("created", administrator),
        ("changed", administrator),
        ("deleted", administrator),
    ]
    assert events[1].changes == {"family_name_kana": ["", "もてぎ"]}


def test_saving_without_a_change_writes_nothing(client: Any) -> None:
    tenure = factories.make_tenure()
    url = url_of(Person, "change", tenure.person.pk)
    before = AuditEvent.objects.count()
    assert client.post(url, as_shown(client, url)).status_code == 302
    assert AuditEvent.objects.count() == before


def test_the_second_of_two_editors_is_told_and_keeps_what_they_typed(client: Any) -> None:
    person = factories.make_person(family_name_en="Motegi", given_name_en="T.")
    url = url_of(Person, "change", person.pk)
    data = as_shown(client, url) | {"given_name_en": "Toshimizu"}
    person.given_name_en = "Toshimitsu"
    change(person, by=None)
    refused = client.post(url, data)
    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Toshimitsu" in page
    assert "Toshimizu" in page
    again = data | {"seen_version": errors_of(refused) and refused.context["adminform"].form["seen_version"].value()}
    assert client.post(url, again).status_code == 302
    person.refresh_from_db()
    assert person.given_name_en == "Toshimizu"


def test_the_second_editor_of_a_part_is_told_too(client: Any) -> None:
    tenure = factories.make_tenure()
    url = url_of(Person, "change", tenure.person.pk)
    data = as_shown(client, url) | {"tenures-0-ended_on": "2021-11-04", "given_name_en": "Changed"}
    tenure.is_acting = True
    change(tenure, by=None)
    refused = client.post(url, data)
    assert refused.status_code == 409
    assert "2021-11-04" in refused.content.decode()
    tenure.person.refresh_from_db()
    assert tenure.person.given_name_en != "Changed"
    data |= {"tenures-0-seen_version": 2, "tenures-0-is_acting": "on"}
    assert client.post(url, data).status_code == 302


def test_a_form_without_its_version_is_refused(client: Any) -> None:
    person = factories.make_person()
    data = as_shown(client, url_of(Person, "change", person.pk))
    del data["seen_version"]
    assert client.post(url_of(Person, "change", person.pk), data).status_code == 422


def test_a_form_sent_twice_makes_one_record(client: Any) -> None:
    data = {**as_shown(client, url_of(Person, "add")), "side": factories.make_side().pk, "family_name_en": "Hayashi"}
    first, second = (client.post(url_of(Person, "add"), data) for _turn in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert Person.objects.count() == 1


def test_parts_are_made_changed_and_deleted_with_an_event_each(client: Any) -> None:
    plan = factories.make_plan()
    items = [factories.make_plan_item(plan) for _item in range(2)]
    url = url_of(CooperationPlan, "change", plan.pk)
    data = as_shown(client, url) | {"items-TOTAL_FORMS": 3, "items-0-title_en": "Health", "items-1-DELETE": "on"}
    data |= {"items-2-number": 8, "items-2-title_ja": "人的交流", "items-2-plan": plan.pk}
    before = AuditEvent.objects.count()
    assert client.post(url, data).status_code == 302
    events = AuditEvent.objects.order_by("pk")[before:]
    assert sorted((event.verb, event.title) for event in events) == [
        ("changed", "1. Health"),
        ("created", "8. 人的交流"),
        ("deleted", str(items[1])),
    ]
    assert list(PlanItem.objects.values_list("number", flat=True)) == [1, 8]


def test_a_part_on_which_something_stands_stays_and_no_name_is_told(client_for: Any) -> None:
    user = factories.make_user(role="administrator", clearance=0)
    item = factories.make_plan_item()
    factories.make_commitment(plan_item=item, reference="JR-SECRET", classification=2)
    client = client_for(user)
    url = url_of(CooperationPlan, "change", item.plan.pk)
    response = client.post(url, as_shown(client, url) | {"items-0-DELETE": "on"})
    assert response.status_code == 422
    assert "JR-SECRET" not in response.content.decode()
    assert PlanItem.objects.filter(pk=item.pk).exists()
    page = client.get(url_of(PlanItem, "delete", item.pk)).content.decode()
    assert "JR-SECRET" not in page
    assert "other records" in page


def test_many_are_deleted_row_by_row(client: Any) -> None:
    people = [factories.make_person() for _person in range(3)]
    data = {"action": "delete_selected", "_selected_action": [person.pk for person in people[:2]], "post": "yes"}
    client.post(url_of(Person, "changelist"), data)
    assert list(Person.objects.all()) == people[2:]
    deleted = AuditEvent.objects.filter(verb="deleted").values_list("object_pk", flat=True)
    assert sorted(deleted) == [person.pk for person in people[:2]]


def test_many_to_many_relations_are_in_the_trail(client: Any) -> None:
    plan = factories.make_plan()
    first, second = factories.make_plan_item(plan), factories.make_plan_item(plan)
    project = factories.make_project(plan.committee, [first])
    url = url_of(Project, "change", project.pk)
    assert client.post(url, as_shown(client, url) | {"plan_items": [second.pk]}).status_code == 302
    assert list(project.plan_items.all()) == [second]
    (old, new) = AuditEvent.objects.latest("pk").changes["plan_items"]
    assert ([each["id"] for each in old], [each["id"] for each in new]) == ([first.pk], [second.pk])


def test_a_reference_that_may_not_be_read_is_kept_and_not_shown(client_for: Any) -> None:
    user = factories.make_user(role="administrator", clearance=0)
    secret = factories.make_commitment(reference="JR-SECRET", classification=2)
    commitment = factories.make_commitment(supersedes=secret)
    client = client_for(user)
    url = url_of(Commitment, "change", commitment.pk)
    for page in (url, url_of(Commitment, "changelist"), url_of(Commitment, "delete", commitment.pk)):
        assert "JR-SECRET" not in client.get(page).content.decode()
    assert client.post(url, as_shown(client, url) | {"text_en": "Changed."}).status_code == 302
    commitment.refresh_from_db()
    assert (commitment.supersedes, commitment.text_en) == (secret, "Changed.")


def test_a_state_is_shown_and_cannot_be_forged(client: Any) -> None:
    commitment = factories.make_commitment()
    url = url_of(Commitment, "change", commitment.pk)
    client.post(url, as_shown(client, url) | {"state": "fulfilled", "text_en": "Changed."})
    commitment.refresh_from_db()
    assert (commitment.state, commitment.text_en) == ("proposed", "Changed.")


@pytest.mark.parametrize("sent", ["abc", "99999999999999999999", "\x00", "-1", "1e3"])
def test_what_is_no_record_is_refused_beside_its_field(client: Any, sent: str) -> None:
    response = client.post(url_of(Person, "add"), {"side": sent, "family_name_en": "X"} | _no_parts("tenures"))
    assert response.status_code == 422
    assert "side" in errors_of(response)


@pytest.mark.parametrize("sent", ["abc", "\x00", "99999999999999999999"])
def test_an_action_on_what_is_no_record_is_refused(client: Any, sent: str) -> None:
    factories.make_person()
    response = client.post(url_of(Person, "changelist"), {"action": "delete_selected", "_selected_action": sent})
    assert response.status_code == 400


@pytest.mark.parametrize("text", ["a\x00b", "\u202egnihton", "\u200b\u200b"])
def test_hostile_text_is_refused_beside_its_field(client: Any, text: str) -> None:
    data = {"side": factories.make_side().pk, "family_name_en": text} | _no_parts("tenures")
    response = client.post(url_of(Person, "add"), data)
    assert response.status_code == 422
    assert "family_name_en" in errors_of(response)


def _no_parts(*prefixes: str) -> dict[str, int]:
    names = ("TOTAL_FORMS", "INITIAL_FORMS")
    return {f"{prefix}-{name}": 0 for prefix in prefixes for name in names}


# Committees of others


def test_nobody_writes_into_a_committee_that_they_only_read(client_for: Any) -> None:
    user = factories.make_user(role="secretary")
    elsewhere = factories.make_committee("XY")
    factories.make_assignment(user, "reader", elsewhere)
    plan = factories.make_plan(elsewhere)
    client = client_for(user)
    assert client.post(url_of(CooperationPlan, "change", plan.pk), {"name_en": "Mine"}).status_code == 403
    assert client.post(url_of(CooperationPlan, "delete", plan.pk), {"post": "yes"}).status_code == 403
    data = {**as_shown(client, url_of(CooperationPlan, "add")), "committee": elsewhere.pk, "name_en": "Mine"}
    assert client.post(url_of(CooperationPlan, "add"), data).status_code == 422
    assert list(CooperationPlan.objects.values_list("name_en", flat=True)) == [plan.name_en]


def test_nothing_is_moved_into_a_committee_that_is_not_seen(client: Any) -> None:
    elsewhere = factories.make_committee("XY")
    plan = factories.make_plan(factories.make_committee())
    url = url_of(CooperationPlan, "change", plan.pk)
    response = client.post(url, as_shown(client, url) | {"committee": elsewhere.pk})
    assert response.status_code == 422
    assert "committee" in errors_of(response)


def test_history_is_the_records_own_page(client: Any) -> None:
    person = factories.make_person()
    response = client.get(url_of(Person, "history", person.pk))
    assert response.headers["Location"] == person.get_history_url()


# The directory


def test_seats_are_checked_as_on_their_pages(client: Any) -> None:
    seat = factories.make_seat(started_on=date(2010, 1, 1))
    data = {
        **as_shown(client, url_of(Seat, "add")),
        "committee": seat.committee.pk,
        "side": seat.side.pk,
        "role": "co_chair",
        "office": factories.make_office().pk,
        "started_on": "2019-01-01",
        "ended_on": "2019-12-31",
    }
    response = client.post(url_of(Seat, "add"), data)
    assert response.status_code == 422
    assert "started_on" in errors_of(response)


def test_tenures_on_a_persons_page_are_checked_too(client: Any) -> None:
    tenure = factories.make_tenure()
    factories.make_seat(office=tenure.office)
    person = factories.make_person()
    url = url_of(Person, "change", person.pk)
    data = as_shown(client, url) | {"tenures-TOTAL_FORMS": 1, "tenures-0-person": person.pk}
    data |= {"tenures-0-office": tenure.office.pk, "tenures-0-started_on": "2020-01-01"}
    response = client.post(url, data)
    assert response.status_code == 422
    assert "End that tenure first" in response.content.decode()
    assert Tenure.objects.count() == 1


def test_a_committees_code_stays(client: Any) -> None:
    committee = factories.make_committee()
    url = url_of(Committee, "change", committee.pk)
    data = as_shown(client, url) | {"code": "NEW", "name_en": "New name", "kind": "committee"}
    assert client.post(url, data).status_code == 302
    committee.refresh_from_db()
    assert (committee.code, committee.name_en) == ("JR", "New name")


def test_a_founder_makes_the_first_side_and_committee(founder: Any) -> None:
    for code, zone in (("JP", "Asia/Tokyo"), ("RU", "Europe/Moscow")):
        data = {**as_shown(founder, url_of(Side, "add")), "code": code, "name_en": code}
        assert founder.post(url_of(Side, "add"), data | {"time_zone": zone, "language": "en"}).status_code == 302
    own, other = Side.objects.all()
    data = as_shown(founder, url_of(Committee, "add"))
    data |= {"code": "JR", "kind": "committee", "own_side": own.pk, "other_side": other.pk, "name_en": "First"}
    assert founder.post(url_of(Committee, "add"), data).status_code == 302
    assert Committee.objects.get().code == "JR"


# Users


def assignment_data(user: User, **facts: Any) -> dict[str, Any]:
    committee = facts.pop("committee", None) or factories.make_committee()
    return {"user": user.pk, "committee": committee.pk, "side": committee.own_side.pk, "role": "reader"} | facts


def test_an_account_is_made_with_a_password_and_a_role(client: Any) -> None:
    committee = factories.make_committee()
    data = as_shown(client, url_of(User, "add")) | {"username": "yui", "new_password": "a long enough secret"}
    data |= {"assignments-TOTAL_FORMS": 1, "assignments-0-committee": committee.pk, "assignments-0-role": "secretary"}
    data |= {"assignments-0-side": committee.own_side.pk, "assignments-0-clearance": 1}
    assert client.post(url_of(User, "add"), data).status_code == 302
    user = User.objects.get(username="yui")
    assert user.check_password("a long enough secret")
    assert [(grant.role, grant.clearance) for grant in user.assignments.all()] == [("secretary", 1)]
    assert "enough secret" not in json.dumps(list(AuditEvent.objects.values_list("changes", flat=True)))


@pytest.mark.parametrize("password", ["", "short", "passwordpassword"[:8]])
def test_a_weak_password_is_refused(client: Any, password: str) -> None:
    data = as_shown(client, url_of(User, "add")) | {"username": "yui", "new_password": password}
    response = client.post(url_of(User, "add"), data)
    assert response.status_code == 422
    assert "new_password" in errors_of(response)
    assert f'value="{password}"' not in response.content.decode() or not password


def test_a_new_password_ends_the_sessions_of_the_old(client: Any, client_for: Any) -> None:
    user = factories.make_user("yui", "secretary")
    theirs = client_for(user)
    url = url_of(User, "change", user.pk)
    data = as_shown(client, url) | {"new_password": "another long secret"}
    assert client.post(url, data).status_code == 302
    assert theirs.get(reverse("directory:person-list")).status_code == 302
    assert AuditEvent.objects.latest("pk").verb == "changed password"


def test_an_account_is_deactivated_and_never_deleted(client: Any) -> None:
    user = factories.make_user("yui", "secretary")
    url = url_of(User, "change", user.pk)
    data = as_shown(client, url)
    del data["is_active"]
    assert client.post(url, data).status_code == 302
    user.refresh_from_db()
    assert not user.is_active
    assert client.post(url_of(User, "delete", user.pk), {"post": "yes"}).status_code == 403


def test_two_administrators_do_not_overwrite_each_others_changes_of_an_account(client: Any) -> None:
    user = factories.make_user("yui", "secretary")
    url = url_of(User, "change", user.pk)
    data = as_shown(client, url) | {"first_name": "Yui"}
    User.objects.filter(pk=user.pk).update(last_name="Kanda")
    refused = client.post(url, data)
    assert refused.status_code == 409
    assert "Kanda" in refused.content.decode()


def test_nobody_gives_rights_to_themselves(client: Any, administrator: Any, client_for: Any) -> None:
    own = administrator.assignments.get()
    add = url_of(Assignment, "add")
    elsewhere = factories.make_committee("XY")
    assert client.post(add, assignment_data(administrator, committee=elsewhere, clearance=0)).status_code == 422
    change_url = url_of(Assignment, "change", own.pk)
    refused = client.post(change_url, as_shown(client, change_url) | {"role": "approver"})
    assert refused.status_code == 422
    assert client.post(url_of(User, "change", administrator.pk), {"is_superuser": "on"}).status_code == 403
    assert client.post(url_of(Assignment, "delete", own.pk), {"post": "yes"}).status_code == 302
    own.refresh_from_db()
    assert own.role == "administrator"


def test_nobody_gives_more_than_they_have(client_for: Any) -> None:
    giver = factories.make_user(role="administrator", clearance=1)
    client = client_for(giver)
    user = factories.make_user("yui")
    elsewhere = factories.make_committee("XY")
    factories.make_assignment(giver, "reader", elsewhere)
    add = url_of(Assignment, "add")
    assert "clearance" in errors_of(client.post(add, assignment_data(user, clearance=2)))
    assert client.post(add, assignment_data(user, committee=elsewhere, clearance=0)).status_code in (403, 422)
    assert client.post(add, assignment_data(user, clearance=1)).status_code == 302
    assert [(grant.committee.code, grant.clearance) for grant in user.assignments.all()] == [("JR", 1)]


def test_only_a_superuser_makes_superusers(client: Any, founder: Any) -> None:
    user = factories.make_user("yui", "secretary")
    url = url_of(User, "change", user.pk)
    client.post(url, as_shown(client, url) | {"is_superuser": "on", "first_name": "Yui"})
    user.refresh_from_db()
    assert (user.is_superuser, user.first_name) == (False, "Yui")
    founder.post(url, as_shown(founder, url) | {"is_superuser": "on"})
    user.refresh_from_db()
    assert user.is_superuser


@pytest.mark.parametrize("who", ["a superuser", "somebody of another committee too", "somebody cleared higher"])
def test_whoever_holds_more_than_the_administrator_is_not_theirs_to_log_in_as(client_for: Any, who: str) -> None:
    client = client_for(factories.make_user(role="administrator", clearance=1))
    user = factories.make_user("yui", "secretary", clearance=2 if who == "somebody cleared higher" else 0)
    if who == "a superuser":
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    if who == "somebody of another committee too":
        factories.make_assignment(user, "reader", factories.make_committee("XY"))
    url = url_of(User, "change", user.pk)
    page = client.get(url)
    assert page.status_code == 200
    assert "Committee XY" not in page.content.decode()
    assert client.post(url, {"username": "yui", "new_password": "a long enough secret"}).status_code == 403


def test_a_password_hash_cannot_be_guessed_by_filtering(client: Any) -> None:
    assert client.get(url_of(User, "changelist") + "?password__startswith=md5").status_code == 400


def test_a_secretary_does_not_see_the_users(client_for: Any) -> None:
    client = client_for(factories.make_user(role="secretary"))
    assert client.get(url_of(User, "changelist")).status_code == 403


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

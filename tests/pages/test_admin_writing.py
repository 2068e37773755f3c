"""What is written in the administration goes through the same doors as everywhere else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agreements.models import Commitment, CooperationPlan, PlanItem, Project
from directory.models import Committee, Person, Seat, Side, Tenure
from meetings.models import Entry
from records.actions import change
from records.models import AuditEvent
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


def test_deleting_names_no_commitment_that_may_not_be_read(client_for: Any) -> None:
    user = factories.make_user(role="administrator", clearance=0)
    secret = factories.make_commitment(reference="JR-SECRET", classification=2)
    mention = factories.make_mention(commitment=secret)
    client = client_for(user)
    for url in (
        url_of(Entry, "delete", mention.entry.pk),
        url_of(Entry, "change", mention.entry.pk),
        url_of(type(mention), "changelist"),
    ):
        assert "JR-SECRET" not in client.get(url).content.decode()
    assert client.get(url_of(type(mention), "change", mention.pk)).status_code == 302


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

"""Offices, committees and seats: who holds what, when; and a new minister takes office."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from directory import actions
from directory.models import Assignment, Committee, Office, Region, Seat, Tenure
from records.workflow import Refused
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary() -> Any:
    return factories.make_user(role="secretary")


def test_a_new_holder_takes_office_and_the_old_one_leaves_the_day_before(client_for: Any, secretary: Any) -> None:
    motegi = factories.make_motegi()
    old = factories.make_tenure(motegi)
    hayashi = factories.make_person(motegi.side)
    url = reverse("directory:office-handover", args=[old.office.pk])
    response = client_for(secretary).post(url, {"person": hayashi.pk, "started_on": "2021-11-10"})
    assert response.headers["Location"] == old.office.get_absolute_url()
    old.refresh_from_db()
    new = Tenure.objects.exclude(pk=old.pk).get()
    assert old.ended_on == date(2021, 11, 9)
    assert (new.person, new.office, new.started_on, new.ended_on) == (hayashi, old.office, date(2021, 11, 10), None)


def test_somebody_new_can_be_named_in_the_same_form(client_for: Any, secretary: Any) -> None:
    old = factories.make_tenure()
    url = reverse("directory:office-handover", args=[old.office.pk])
    data = {"family_name_ja": "林", "given_name_ja": "芳正", "started_on": "2021-11-10", "is_acting": "on"}
    assert client_for(secretary).post(url, data).status_code == 302
    new = Tenure.objects.exclude(pk=old.pk).get()
    assert (new.person.full_name("ja"), new.person.side, new.is_acting) == ("林芳正", old.person.side, True)


def test_a_handover_changes_no_past_attendance(secretary: Any) -> None:
    tenure = factories.make_tenure()
    attendance = factories.make_attendance(factories.make_meeting(), tenure.person, office=tenure.office)
    before = (attendance.version, attendance.office_id, attendance.office_title_en)
    actions.hand_over(tenure.office, to=factories.make_person(), on=date(2021, 11, 10), by=secretary)
    attendance.refresh_from_db()
    assert (attendance.version, attendance.office_id, attendance.office_title_en) == before


def test_the_committee_then_has_another_co_chair(secretary: Any) -> None:
    tenure = factories.make_tenure()
    seat = factories.make_seat(office=tenure.office)
    hayashi = factories.make_person()
    actions.hand_over(tenure.office, to=hayashi, on=date(2021, 11, 10), by=secretary)
    days = (date(2021, 11, 9), date(2021, 11, 10))
    assert [seat.committee.co_chairs(on=day)[0].person for day in days] == [tenure.person, hayashi]


def test_nobody_takes_office_before_the_one_in_office_did(client_for: Any, secretary: Any) -> None:
    old = factories.make_tenure(started_on=date(2021, 11, 10))
    url = reverse("directory:office-handover", args=[old.office.pk])
    data = {"person": factories.make_person().pk, "started_on": "2021-11-10"}
    response = client_for(secretary).post(url, data)
    assert response.status_code == 422
    assert "started_on" in response.context["form"].errors
    assert Tenure.objects.count() == 1


def test_a_refused_handover_leaves_no_new_person_behind(client_for: Any, secretary: Any) -> None:
    old = factories.make_tenure(started_on=date(2021, 11, 10))
    url = reverse("directory:office-handover", args=[old.office.pk])
    people = old.person.__class__.objects.count()
    client_for(secretary).post(url, {"family_name_en": "Hayashi", "started_on": "2021-11-10"})
    assert old.person.__class__.objects.count() == people


@pytest.mark.parametrize("chosen", ["nobody", "both"])
def test_a_handover_needs_exactly_one_new_holder(client_for: Any, secretary: Any, chosen: str) -> None:
    old = factories.make_tenure()
    data: dict[str, Any] = {"started_on": "2021-11-10"}
    if chosen == "both":
        data |= {"person": factories.make_person().pk, "family_name_en": "Hayashi"}
    response = client_for(secretary).post(reverse("directory:office-handover", args=[old.office.pk]), data)
    assert response.status_code == 422
    assert "person" in response.context["form"].errors


def test_one_of_several_deputies_hands_over_and_the_others_stay(client_for: Any, secretary: Any) -> None:
    leaving = factories.make_tenure()
    staying = factories.make_tenure(office=leaving.office)
    url = reverse("directory:office-handover", args=[leaving.office.pk])
    data = {"person": factories.make_person().pk, "started_on": "2021-11-10", "ends": [leaving.pk]}
    assert client_for(secretary).post(url, data).status_code == 302
    leaving.refresh_from_db()
    staying.refresh_from_db()
    assert (leaving.ended_on, staying.ended_on) == (date(2021, 11, 9), None)


def test_one_person_at_a_time_speaks_from_a_co_chairs_seat(secretary: Any) -> None:
    tenure = factories.make_tenure(ended_on=date(2021, 11, 4))
    factories.make_seat(office=tenure.office)
    another = factories.make_person()

    def takes(first: date, **facts: Any) -> Any:
        return actions.take_office(
            Tenure(person=another, office=tenure.office, started_on=first, **facts), by=secretary
        )

    with pytest.raises(Refused):
        takes(date(2021, 11, 3))
    assert takes(date(2021, 11, 3), ended_on=date(2021, 11, 3), is_acting=True).pk
    assert takes(date(2021, 11, 4)).pk


def test_the_office_shows_its_holders_the_present_one_first(client_for: Any, secretary: Any) -> None:
    first = factories.make_tenure(ended_on=date(2021, 11, 9))
    second = factories.make_tenure(office=first.office, started_on=date(2021, 11, 10))
    response = client_for(secretary).get(first.office.get_absolute_url())
    assert response.context["tenures"] == [(second, True), (first, False)]


def test_the_committee_shows_its_co_chairs_on_a_chosen_day(client_for: Any, secretary: Any) -> None:
    tenure = factories.make_tenure(ended_on=date(2021, 11, 9))
    committee = factories.make_seat(office=tenure.office).committee
    client = client_for(secretary)
    then = client.get(committee.get_absolute_url(), {"on": "2020-12-21"}).context["co_chairs"]
    today = client.get(committee.get_absolute_url()).context["co_chairs"]
    assert (then[0].person, today[0].person) == (tenure.person, None)


@pytest.mark.parametrize("query", ["on=%00", "on=2020-13-45", "on=yesterday"])
def test_a_day_that_is_none_is_refused_beside_its_field(client_for: Any, secretary: Any, query: str) -> None:
    committee = factories.make_committee()
    response = client_for(secretary).get(f"{committee.get_absolute_url()}?{query}")
    assert response.status_code == 422
    assert "on" in response.context["form"].errors


def test_another_committee_is_not_there(client_for: Any, secretary: Any) -> None:
    elsewhere = factories.make_seat(factories.make_committee("XY"))
    client = client_for(secretary)
    code = elsewhere.committee.code
    for name, arg in (("committee-detail", code), ("committee-edit", code), ("seat-create", code)):
        assert client.get(reverse(f"directory:{name}", args=[arg])).status_code == 404
    for name in ("seat-edit", "seat-end", "seat-delete"):
        assert client.get(reverse(f"directory:{name}", args=[elsewhere.pk])).status_code == 404
    assert "Committee XY" not in client.get(reverse("directory:committee-list")).content.decode()


def seat_data(office: Office, **facts: Any) -> dict[str, Any]:
    return {"side": office.organisation.side.pk, "role": "co_chair", "office": office.pk, **facts}


def test_a_seat_is_bound_to_an_office(client_for: Any, secretary: Any) -> None:
    committee, office = factories.make_committee(), factories.make_office()
    url = reverse("directory:seat-create", args=[committee.code])
    response = client_for(secretary).post(url, seat_data(office, started_on="2019-01-01"))
    assert response.headers["Location"] == committee.get_absolute_url()
    assert Seat.objects.get().office == office


def test_two_co_chair_seats_of_a_side_do_not_overlap(client_for: Any, secretary: Any) -> None:
    seat = factories.make_seat(started_on=date(2010, 1, 1), ended_on=date(2018, 5, 18))
    url = reverse("directory:seat-create", args=[seat.committee.code])
    client = client_for(secretary)
    office = factories.make_office()
    refused = client.post(url, seat_data(office, started_on="2018-05-18"))
    assert refused.status_code == 422
    assert "started_on" in refused.context["form"].errors
    assert client.post(url, seat_data(office, started_on="2018-05-19")).status_code == 302


def test_a_seat_belongs_to_one_of_the_two_sides_and_its_office_to_the_same() -> None:
    committee = factories.make_committee()
    third = factories.make_office(side=factories.make_side("XX"))
    with pytest.raises(Refused) as wrong_side:
        actions.bind_seat(Seat(committee=committee, side=third.organisation.side, role="deputy", office=third), by=None)
    with pytest.raises(Refused) as wrong_office:
        actions.bind_seat(Seat(committee=committee, side=committee.own_side, role="deputy", office=third), by=None)
    assert (wrong_side.value.field, wrong_office.value.field) == ("side", "office")


def test_a_seat_is_ended(client_for: Any, secretary: Any) -> None:
    seat = factories.make_seat(started_on=date(2010, 1, 1))
    url = reverse("directory:seat-end", args=[seat.pk])
    assert client_for(secretary).post(url, {"ended_on": "2018-05-18", "version": 1}).status_code == 302
    seat.refresh_from_db()
    assert seat.ended_on == date(2018, 5, 18)


def test_a_sub_commission_is_served_by_those_who_serve_its_committee(client_for: Any, secretary: Any) -> None:
    parent = factories.make_committee()
    data = {
        "code": "JR-I",
        "kind": "subcommission",
        "parent": parent.pk,
        "own_side": parent.own_side.pk,
        "other_side": parent.other_side.pk,
        "name_en": "Sub-commission on interregional cooperation",
        "founded_precision": "day",
    }
    response = client_for(secretary).post(reverse("directory:committee-create"), data)
    made = Committee.objects.get(code="JR-I")
    assert response.headers["Location"] == made.get_absolute_url()
    assert list(Assignment.objects.filter(committee=made).values_list("user", "role")) == [(secretary.pk, "secretary")]


def test_a_secretary_founds_no_committee_of_their_own(client_for: Any, secretary: Any) -> None:
    data = {
        "code": "ZZ",
        "kind": "committee",
        "own_side": factories.make_side("JP").pk,
        "other_side": factories.make_side("RU").pk,
        "name_en": "Mine",
        "founded_precision": "day",
    }
    assert client_for(secretary).post(reverse("directory:committee-create"), data).status_code == 422
    assert not Committee.objects.filter(code="ZZ").exists()


def test_the_code_of_a_committee_stays() -> None:
    committee = factories.make_committee()
    committee.code = "NEW"
    with pytest.raises(Refused) as refusal:
        actions.change_committee(committee, by=None, expected=1)
    assert refusal.value.field == "code"


def test_a_body_does_not_stand_under_itself() -> None:
    committee = factories.make_committee()
    below = factories.make_committee("JR-A", kind="subcommission", parent=committee)
    lowest = factories.make_committee("JR-B", kind="working_group", parent=below)
    below.parent = lowest
    with pytest.raises(Refused) as refusal:
        actions.change_committee(below, by=None, expected=1)
    assert refusal.value.field == "parent"


def test_regions_are_filtered_made_and_edited(client_for: Any, secretary: Any) -> None:
    city = factories.make_region(kind="city", name_en="Sapporo")
    factories.make_region(kind="prefecture", name_en="Hokkaido")
    client = client_for(secretary)
    listed = client.get(reverse("directory:region-list"), {"kind": "city"})
    assert list(listed.context["page"]) == [city]
    data = {"side": city.side.pk, "kind": "city", "name_en": "Sapporo", "name_ja": "札幌市", "version": 1}
    assert client.post(reverse("directory:region-edit", args=[city.pk]), data).status_code == 302
    assert Region.objects.get(pk=city.pk).name_ja == "札幌市"


def test_a_side_is_edited(client_for: Any, secretary: Any) -> None:
    side = factories.make_side("JP")
    data = {
        **{
            name: getattr(side, name)
            for name in ("name_en", "name_ja", "name_ru", "capital_en", "language", "name_order")
        },
        "time_zone": "Asia/Nowhere",
        "version": 1,
    }
    client = client_for(secretary)
    url = reverse("directory:side-edit", args=[side.pk])
    assert "time_zone" in client.post(url, data).context["form"].errors
    assert client.post(url, data | {"time_zone": "Asia/Tokyo", "name_en": "JAPAN"}).status_code == 302
    side.refresh_from_db()
    assert side.name_en == "JAPAN"


@pytest.mark.parametrize(
    ("name", "maker"),
    [
        ("organisation", factories.make_organisation),
        ("office", factories.make_office),
        ("person", factories.make_person),
    ],
)
def test_forms_of_the_directory_can_be_saved_as_they_are_shown(
    client_for: Any, secretary: Any, name: str, maker: Any
) -> None:
    record = maker()
    client = client_for(secretary)
    url = reverse(f"directory:{name}-edit", args=[record.pk])
    form = client.get(url).context["form"]
    data = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    assert client.post(url, data).status_code == 302
    record.refresh_from_db()
    assert record.version == 1


@pytest.mark.parametrize("name", ["tenure", "seat"])
def test_a_period_is_edited_and_deleted(client_for: Any, secretary: Any, name: str) -> None:
    record: Any = factories.make_tenure() if name == "tenure" else factories.make_seat()
    client = client_for(secretary)
    edit = reverse(f"directory:{name}-edit", args=[record.pk])
    form = client.get(edit).context["form"]
    data = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    assert client.post(edit, data | {"started_on": "2015-01-01"}).status_code == 302
    record.refresh_from_db()
    assert (record.started_on, record.version) == (date(2015, 1, 1), 2)
    delete = reverse(f"directory:{name}-delete", args=[record.pk])
    assert client.post(delete, {"version": 1}).status_code == 409
    assert client.post(delete, {"version": 2}).status_code == 302
    assert not type(record).objects.filter(pk=record.pk).exists()

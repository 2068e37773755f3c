"""People: found in any script, shown through time, written by those who may."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from directory.models import Person, Tenure
from records.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary() -> Any:
    return factories.make_user(role="secretary")


def names_of(people: Any) -> dict[str, Any]:
    """What the form of a person sends."""
    return {"side": people.side.pk, "family_name_en": "Hayashi", "given_name_en": "Yoshimasa"}


@pytest.mark.parametrize(
    "typed",
    [
        "Toshimitsu Motegi",
        "motegi toshimitsu",
        "MOTEGI, Toshimitsu",
        "茂木 敏充",
        "茂木敏充",
        "Мотэги",
        "тосимицу мотэги",
        "もてぎ としみつ",
        "モテギ",
    ],
)
def test_a_person_is_found_in_any_script_and_any_order(client_for: Any, secretary: Any, typed: str) -> None:
    motegi = factories.make_motegi()
    factories.make_reshetnikov()
    response = client_for(secretary).get(reverse("directory:person-list"), {"text": typed})
    assert list(response.context["page"]) == [motegi]


@pytest.mark.parametrize(
    "typed",
    [
        "решетников максим",
        "Максим Геннадьевич Решетников",
        "レシェトニコフ、マクシム・ゲンナジエヴィチ",
        "reshetnikov, maksim",
    ],
)
def test_a_person_with_a_patronymic_is_found(client_for: Any, secretary: Any, typed: str) -> None:
    factories.make_motegi()
    reshetnikov = factories.make_reshetnikov()
    response = client_for(secretary).get(reverse("directory:person-list"), {"text": typed})
    assert list(response.context["page"]) == [reshetnikov]


@pytest.mark.parametrize(("stored", "typed"), [("Семёнов", "семенов"), ("Семенов", "Семёнов")])
def test_yo_and_ye_are_one_letter(client_for: Any, secretary: Any, stored: str, typed: str) -> None:
    person = factories.make_person(factories.make_side("RU"), family_name_ru=stored)
    response = client_for(secretary).get(reverse("directory:person-list"), {"text": typed})
    assert list(response.context["page"]) == [person]


def test_people_are_filtered_by_side(client_for: Any, secretary: Any) -> None:
    factories.make_motegi()
    reshetnikov = factories.make_reshetnikov()
    response = client_for(secretary).get(reverse("directory:person-list"), {"side": reshetnikov.side.pk})
    assert list(response.context["page"]) == [reshetnikov]


@pytest.mark.parametrize("query", ["text=%00", "side=999999", "side=x", "order=%00"])
def test_an_address_that_makes_no_sense_is_refused(client_for: Any, secretary: Any, query: str) -> None:
    response = client_for(secretary).get(reverse("directory:person-list") + "?" + query)
    assert response.status_code == 422


def test_the_page_shows_names_offices_seats_and_meetings(client_for: Any, secretary: Any) -> None:
    motegi = factories.make_motegi()
    office = factories.make_office(side=motegi.side, title_en="Minister for Foreign Affairs")
    factories.make_tenure(motegi, office)
    factories.make_seat(office=office)
    meeting = factories.make_meeting()
    factories.make_attendance(meeting, motegi, office_title_en="Foreign Minister, as printed")
    page = client_for(secretary).get(motegi.get_absolute_url()).content.decode()
    for text in ("茂木敏充", "もてぎ", "Мотэги Тосимицу", "Minister for Foreign Affairs", "11 September 2019"):
        assert text in page
    assert "Co-chair" in page
    assert meeting.reference in page
    assert "Foreign Minister, as printed" in page


def test_meetings_and_seats_of_another_committee_are_not_shown(client_for: Any, secretary: Any) -> None:
    motegi = factories.make_motegi()
    office = factories.make_office(side=motegi.side)
    factories.make_tenure(motegi, office)
    elsewhere = factories.make_committee("XY")
    factories.make_seat(elsewhere, office=office)
    hidden = factories.make_meeting(elsewhere)
    factories.make_attendance(hidden, motegi)
    page = client_for(secretary).get(motegi.get_absolute_url()).content.decode()
    assert hidden.reference not in page
    assert "Committee XY" not in page


def test_a_new_person_takes_a_first_office(client_for: Any, secretary: Any) -> None:
    office = factories.make_office()
    data = {
        "side": office.organisation.side.pk,
        "family_name_en": "Hayashi",
        "given_name_en": "Yoshimasa",
        "office": office.pk,
        "started_on": "2021-11-10",
    }
    response = client_for(secretary).post(reverse("directory:person-create"), data)
    tenure = Tenure.objects.get()
    assert response.headers["Location"] == tenure.person.get_absolute_url()
    assert (tenure.office, tenure.started_on, tenure.is_acting) == (office, date(2021, 11, 10), False)
    assert list(AuditEvent.objects.order_by("-pk").values_list("label", "verb")[:2]) == [
        ("directory.tenure", "created"),
        ("directory.person", "created"),
    ]


def test_a_form_sent_twice_makes_one_person(client_for: Any, secretary: Any) -> None:
    client = client_for(secretary)
    data = names_of(factories.make_person()) | {"submission": "6f1c7d52-8b1e-4a52-9a1d-6a1c1b7c9a11"}
    first = client.post(reverse("directory:person-create"), data)
    second = client.post(reverse("directory:person-create"), data)
    assert Person.objects.filter(family_name_en="Hayashi").count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_a_person_without_a_family_name_is_refused_and_everything_typed_stays(client_for: Any, secretary: Any) -> None:
    data = {"side": factories.make_side().pk, "given_name_ja": "敏充"}
    response = client_for(secretary).post(reverse("directory:person-create"), data)
    assert response.status_code == 422
    assert "family_name_en" in response.context["form"].errors
    assert "敏充" in response.content.decode()


def test_the_second_of_two_editors_sees_both_texts(client_for: Any, secretary: Any) -> None:
    person = factories.make_person(family_name_en="Motegi", given_name_en="T.")
    client = client_for(secretary)
    url = reverse("directory:person-edit", args=[person.pk])
    data = {"side": person.side.pk, "family_name_en": "Motegi", "version": 1}
    assert client.post(url, data | {"given_name_en": "Toshimitsu"}).status_code == 302
    response = client.post(url, data | {"given_name_en": "Toshimizu"})
    assert response.status_code == 409
    (difference,) = response.context["form"].conflict
    assert (difference.name, difference.theirs, difference.yours) == ("given_name_en", "Toshimitsu", "Toshimizu")


@pytest.mark.parametrize(
    "name", ["person-create", "organisation-create", "office-create", "committee-create", "region-create"]
)
def test_a_reader_may_not_write(client_for: Any, name: str) -> None:
    assert client_for(factories.make_user(role="reader")).get(reverse(f"directory:{name}")).status_code == 403


def test_a_person_on_whom_something_stands_is_not_deleted(client_for: Any, secretary: Any) -> None:
    tenure = factories.make_tenure()
    url = reverse("directory:person-delete", args=[tenure.person.pk])
    assert client_for(secretary).post(url).status_code == 422
    assert Person.objects.filter(pk=tenure.person.pk).exists()


def test_a_person_on_whom_nothing_stands_is_deleted_after_a_question(client_for: Any, secretary: Any) -> None:
    person = factories.make_person()
    client = client_for(secretary)
    url = reverse("directory:person-delete", args=[person.pk])
    assert str(person) in client.get(url).content.decode()
    assert client.post(url, {"version": 1}).headers["Location"] == reverse("directory:person-list")
    assert AuditEvent.objects.order_by("-pk").values_list("verb", "object_pk")[0] == ("deleted", person.pk)


def test_a_name_cannot_become_markup(client_for: Any, secretary: Any) -> None:
    person = factories.make_person(family_name_en="<script>alert(1)</script>", given_name_en='"><img src=x>')
    client = client_for(secretary)
    for url in (reverse("directory:person-list"), person.get_absolute_url()):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_need_as_many_queries_for_three_rows_as_for_one(
    client_for: Any, secretary: Any, rows: int, django_assert_max_num_queries: Any
) -> None:
    for _row in range(rows):
        tenure = factories.make_tenure()
        factories.make_seat(office=tenure.office, role="deputy")
        factories.make_region(parent=factories.make_region())
        factories.make_attendance(factories.make_meeting(), tenure.person)
    client = client_for(secretary)
    urls = [
        reverse(f"directory:{noun}-list")
        for noun in ("person", "organisation", "office", "committee", "region", "side")
    ]
    urls += [tenure.person.get_absolute_url(), tenure.office.get_absolute_url(), "/directory/committees/JR/"]
    urls += [tenure.office.organisation.get_absolute_url()]
    for url in urls:
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200

"""The administration in a real browser, under the strict content security policy (the stage watches for complaints)."""

from __future__ import annotations

from typing import Any

import pytest

from directory.models import Office, Person, Tenure
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def administrator() -> Any:
    return factories.make_user("admin", "administrator")


def choose(page: Any, field: str, typed: str) -> None:
    """Choose the first thing that the autocomplete of ``field`` offers for ``typed``."""
    page.locator(f"#id_{field} + .select2").click()
    page.locator(".select2-search__field").last.fill(typed)
    page.locator(".select2-results__option--highlighted", has_text=typed).wait_for()
    page.keyboard.press("Enter")


def test_its_pages_break_no_rule(page_as: Any, administrator: Any) -> None:
    tenure = factories.make_tenure()
    meeting = factories.make_meeting()
    entry = factories.make_entry(meeting)
    page = page_as(administrator)
    for path in (
        "",
        "directory/",
        "directory/person/",
        "directory/person/?q=Motegi",
        f"directory/person/{tenure.person.pk}/change/",
        f"directory/person/{tenure.person.pk}/delete/",
        "directory/user/add/",
        "meetings/meeting/",
        f"meetings/meeting/{meeting.pk}/change/",
        f"meetings/minutes/{entry.minutes.pk}/change/",
        "agreements/project/add/",
        "exchanges/event/add/",
    ):
        assert page.goto(f"/admin/{path}").status == 200, path


def test_a_person_is_given_an_office_with_the_autocomplete(page_as: Any, administrator: Any) -> None:
    side = factories.make_side("RU")
    Office.objects.filter(pk=factories.make_office(side=side).pk).update(title_ru="Министр экономического развития")
    page = page_as(administrator)
    page.goto("/admin/directory/person/add/")
    choose(page, "side", "Russia")
    page.fill("#id_family_name_ru", "Решетников")
    page.get_by_text("Add another tenure").click()
    page.locator("#tenures-0 .field-office .select2").click()
    page.locator(".select2-search__field").last.fill("министр")
    page.locator(".select2-results__option--highlighted").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/directory/person/")
    tenure = Tenure.objects.select_related("person", "office").get()
    assert (tenure.person.family_name_ru, tenure.office.title_ru) == ("Решетников", "Министр экономического развития")


def test_a_hostile_name_does_not_run_in_the_autocomplete(page_as: Any, administrator: Any) -> None:
    factories.make_person(family_name_en="<img src=x onerror=document.title='run'>", given_name_en="Eve")
    page = page_as(administrator)
    page.goto("/admin/directory/tenure/add/")
    page.locator("#id_person + .select2").click()
    page.locator(".select2-search__field").last.fill("Eve")
    page.locator(".select2-results__option--highlighted", has_text="<img").wait_for()
    page.keyboard.press("Enter")
    assert "run" not in page.title()
    assert Person.objects.count() == 1

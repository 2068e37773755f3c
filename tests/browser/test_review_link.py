"""A review link from the secretary's desk to the delegate's receipt, in two browsers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from meetings import actions
from meetings.models import Approval, Entry
from records.access import Role
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house() -> SimpleNamespace:
    committee = make.make_committee()
    meeting = make.make_meeting(committee, state="held")
    for person in (make.make_motegi(), make.make_reshetnikov()):
        make.make_attendance(meeting, person, make.make_office(side=person.side, title_ru="министр"))
    make.make_agenda_item(meeting, title_ru="План сотрудничества")
    texts = {"text_ja": "双方は継続することで一致した。", "text_ru": "Стороны договорились продолжать."}
    make.make_entry(meeting, "information", "A telling secret.", audience="internal")
    make.make_entry(meeting, "agreement", "They agreed to continue.", audience="public", **texts)
    secretary = make.make_user("secretary", Role.SECRETARY, committee)
    actions.circulate(meeting.minutes, by=secretary)
    return SimpleNamespace(meeting=meeting, secretary=secretary)


def make_link(page, house, language: str) -> str:
    """From the revision's page to the address, as a secretary does it."""
    page.goto(f"{house.meeting.get_absolute_url()}revisions/1/")
    page.get_by_role("link", name="Make a link").click()
    page.get_by_label("Delegate*").fill("A. Ivanov, adviser")
    page.get_by_label("Language of the page").select_option(language)
    with page.expect_navigation():  # until its styles are there as well
        page.get_by_role("button", name="Make the link").click()
    return page.locator("#address").inner_text()


def test_a_delegate_returns_an_entry_by_the_link(page_as, house, axe):
    secretary = page_as(house.secretary, permissions=["clipboard-read", "clipboard-write"])
    address = make_link(secretary, house, "ru")
    axe(secretary)
    secretary.get_by_role("button", name="Copy the address").click()
    secretary.get_by_role("button", name="Copied").wait_for()
    assert secretary.evaluate("navigator.clipboard.readText()") == address

    delegate = page_as(None, width=390, dark=True)
    delegate.goto(address)
    axe(delegate)
    assert delegate.evaluate("document.documentElement.scrollWidth") <= 390
    assert "telling secret" not in delegate.content()
    delegate.locator(".entry-comment summary").press("Enter")
    delegate.locator(".entry-comment textarea").fill("Не хватает даты.")
    delegate.locator("input[value=returned]").press("Space")
    delegate.locator(".answer-form button").click()
    delegate.wait_for_url("**/receipt/")
    axe(delegate)
    assert "Не хватает даты." in delegate.content()

    delegate.goto(address)
    assert "telling" not in delegate.content()
    assert delegate.locator(".entries").count() == 0
    axe(delegate)
    secretary.get_by_role("link", name="I have copied it").click()
    secretary.wait_for_url("**/revisions/1/")
    assert "On entry 2: Не хватает даты." in secretary.content()
    axe(secretary)


def test_it_works_without_javascript(page_as, house):
    secretary = page_as(house.secretary, javascript=False)
    address = make_link(secretary, house, "en")
    assert secretary.get_by_role("button", name="Copy the address").count() == 0
    delegate = page_as(None, javascript=False)
    delegate.goto(address)
    delegate.get_by_label("We accept this text", exact=True).check()
    delegate.get_by_role("button", name="Give this answer").click()
    delegate.wait_for_url("**/receipt/")
    assert Approval.objects.get().verdict == "accepted"


def test_a_double_click_answers_once_and_shows_the_receipt(page_as, house):
    address = make_link(page_as(house.secretary), house, "en")
    delegate = page_as(None)
    delegate.goto(address)
    delegate.get_by_label("We accept this text with a reservation").check()
    delegate.get_by_label("Reservation or comments").fill("But for the date.")
    delegate.get_by_role("button", name="Give this answer").dblclick()
    delegate.wait_for_url("**/receipt/")
    assert "But for the date." in delegate.content()
    assert Approval.objects.count() == 1


def test_what_changed_is_one_click_away(page_as, house, axe):
    minutes = house.meeting.minutes
    minutes.refresh_from_db()
    actions.take_back(minutes, by=house.secretary, reason="A word")
    Entry.objects.filter(audience="public").update(text_en="They both agreed to continue.")
    minutes.refresh_from_db()
    actions.circulate(minutes, by=house.secretary)
    secretary = page_as(house.secretary)
    secretary.goto(f"{house.meeting.get_absolute_url()}revisions/2/")
    secretary.get_by_role("link", name="Make a link").click()
    secretary.get_by_label("Delegate*").fill("A. Ivanov")
    secretary.get_by_label("Language of the page").select_option("en")
    secretary.get_by_role("button", name="Make the link").click()
    delegate = page_as(None)
    delegate.goto(secretary.locator("#address").inner_text())
    delegate.get_by_role("link", name="What changed").click()
    delegate.wait_for_url("**/changes/")
    assert delegate.locator("ins").all_inner_texts() == ["both "]
    axe(delegate)

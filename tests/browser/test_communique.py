"""A communiqué in a real browser: drafted, split, dragged, cleared; by keyboard, without JavaScript, on a phone."""

from types import SimpleNamespace

import pytest

from meetings.models import Communique, CommuniqueSentence
from records.access import Role
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house() -> SimpleNamespace:
    committee = make.make_committee()
    meeting = make.make_meeting(committee, state="held")
    for number in (1, 2, 3):
        texts = {"text_ja": f"第{number}の合意。", "text_ru": f"Договорённость {number}."}
        make.make_entry(meeting, "agreement", f"Agreement {number}. It holds.", audience="public", **texts)
    return SimpleNamespace(
        meeting=meeting,
        secretary=make.make_user("secretary", Role.SECRETARY, committee),
        approver=make.make_user("approver", Role.APPROVER, committee),
        delegate=make.make_user("delegate", Role.READER, committee, side=committee.other_side),
    )


def follow(page, locator, key=None) -> None:
    """Press or click what leads to another page, and be there."""
    with page.expect_navigation():
        locator.press(key) if key else locator.click()


def texts() -> list[str]:
    return [each.text_en for each in CommuniqueSentence.objects.order_by("position", "pk")]


def test_from_the_meeting_to_a_cleared_text_in_four_clicks(page_as, house, axe):
    page = page_as(house.secretary)
    page.goto(house.meeting.get_absolute_url())
    page.get_by_role("link", name="The public text").click()
    page.get_by_role("button", name="Draft it from the public entries").click()
    page.get_by_text("It says what the public entries say").wait_for()
    axe(page)

    reading = page_as(house.approver, dark=True)
    reading.goto(f"{house.meeting.get_absolute_url()}communique/")
    follow(reading, reading.get_by_role("link", name="Clear it"))
    axe(reading)
    reading.get_by_role("button", name="Clear this text").click()
    reading.get_by_text("The communiqué is cleared.").wait_for()
    assert Communique.objects.get().cleared_by == house.approver

    theirs = page_as(house.delegate, width=390, height=844)
    theirs.goto(f"{house.meeting.get_absolute_url()}communique/")
    assert theirs.get_by_text("Agreement 2. It holds.").is_visible()
    assert theirs.evaluate("document.documentElement.scrollWidth") == 390
    axe(theirs)


@pytest.mark.parametrize("javascript", [True, False])
def test_sentences_are_moved_split_and_removed_by_keyboard(page_as, house, javascript, axe):
    page = page_as(house.secretary, javascript=javascript)
    page.goto(f"{house.meeting.get_absolute_url()}communique/")
    follow(page, page.get_by_role("button", name="Draft it from the public entries"), "Enter")
    follow(page, page.get_by_role("button", name="Move down: 1"), "Enter")
    assert texts() == ["Agreement 2. It holds.", "Agreement 1. It holds.", "Agreement 3. It holds."]
    follow(page, page.get_by_role("link", name="Split in two: 1"), "Enter")
    follow(page, page.get_by_role("button", name="Save"), "Enter")
    page.get_by_text("The communiqué has been saved.").wait_for()
    assert texts()[:2] == ["Agreement 2.", "It holds."]
    follow(page, page.get_by_role("link", name="Remove: 2"), "Enter")
    follow(page, page.get_by_role("button", name="Remove"), "Enter")
    assert texts()[:2] == ["Agreement 2.", "Agreement 1. It holds."]
    assert page.get_by_text("left out in part").is_visible()
    if javascript:
        axe(page)


def test_a_sentence_is_dragged_to_its_place(page_as, house):
    page = page_as(house.secretary)
    page.goto(f"{house.meeting.get_absolute_url()}communique/")
    page.get_by_role("button", name="Draft it from the public entries").click()
    handles = page.locator(".communique .drag-handle")
    with page.expect_navigation():
        handles.nth(2).drag_to(page.locator(".communique > li").nth(0), target_position={"x": 40, "y": 3})
    assert texts() == ["Agreement 3. It holds.", "Agreement 1. It holds.", "Agreement 2. It holds."]


def test_what_was_typed_survives_a_conflict(page_as, house):
    page, other = page_as(house.secretary), page_as(house.secretary)
    page.goto(f"{house.meeting.get_absolute_url()}communique/")
    follow(page, page.get_by_role("button", name="Draft it from the public entries"))
    for each in (page, other):
        each.goto(f"{house.meeting.get_absolute_url()}communique/")
        follow(each, each.get_by_role("link", name="Edit: 1"))
    for each, words in ((page, "First words."), (other, "Second words.")):
        each.get_by_label("Text (English)").fill(words)
        follow(each, each.get_by_role("button", name="Save"))
    assert other.get_by_text("First words.").is_visible()
    assert other.get_by_label("Text (English)").input_value() == "Second words."
    assert texts()[0] == "First words."

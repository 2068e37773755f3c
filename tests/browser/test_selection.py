"""Words marked in an entry go with the link to a commitment: by a click, by a key, in a field and in plain text."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from agreements.models import Commitment
from meetings.models import Meeting, Mention
from records.access import Role
from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = {
    "text_en": "The co-chairs agreed to hold the opening ceremony on that occasion.",
    "text_ja": "双方は、交流年の開会式を、その機会に開催することで一致した。",
}


@pytest.fixture
def meeting() -> Meeting:
    meeting = make.make_meeting(state="held", minutes={"standing_ru": "none"})
    for side in meeting.committee.sides:
        make.make_attendance(meeting, make.make_person(side))
    make.make_entry(meeting, "agreement", **TEXT)
    return meeting


@pytest.fixture
def secretary(db: None) -> Any:
    return make.make_user("secretary", Role.SECRETARY)


def mark(page: Any, selector: str, words: str) -> None:
    """Mark ``words`` in a paragraph, as a pointer would."""
    page.evaluate(
        """([selector, words]) => {
            const text = document.querySelector(selector).firstChild;
            const start = text.data.indexOf(words);
            const range = document.createRange();
            range.setStart(text, start);
            range.setEnd(text, start + words.length);
            const selection = document.getSelection();
            selection.removeAllRanges();
            selection.addRange(range);
        }""",
        [selector, words],
    )


def marked(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_two_clicks_turn_marked_words_into_a_commitment(page_as, meeting, secretary, axe):
    page = page_as(secretary)
    page.goto(meeting.get_absolute_url())
    mark(page, ".entry p[lang=en]", "hold the opening ceremony on that occasion")
    page.get_by_role("link", name="Commitment: 1").click()
    page.wait_for_url("**/commitment/**")
    assert marked(page) == {"words_en": ["hold the opening ceremony on that occasion"]}
    axe(page)
    page.get_by_role("button", name="Confirm").first.click()
    page.wait_for_url("**/meetings/*/#entry-*")
    made = Commitment.objects.get()
    assert (made.text_en, made.timing_phrase_en, made.timing_phrase_ja) == (
        "Hold the opening ceremony on that occasion.",
        "on that occasion",
        "その機会に",
    )
    assert page.locator(".entry").get_by_role("link", name=made.reference, exact=True).count() == 1


def test_japanese_words_go_with_the_key_alone(page_as, meeting, secretary):
    page = page_as(secretary)
    page.goto(meeting.get_absolute_url())
    mark(page, ".entry p[lang=ja]", "その機会に開催する")
    page.keyboard.press("Alt+Shift+KeyM")
    page.wait_for_url("**/mention/**")
    assert marked(page) == {"words_ja": ["その機会に開催する"]}


def test_without_marked_words_the_link_is_as_it_was(page_as, meeting, secretary):
    page = page_as(secretary)
    page.goto(meeting.get_absolute_url())
    page.get_by_role("link", name="Commitment: 1").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/commitment/")
    assert marked(page) == {}


def test_what_is_marked_in_another_entry_stays_there(page_as, meeting, secretary):
    make.make_entry(meeting, "agreement", "The co-chairs agreed to meet.")
    page = page_as(secretary)
    page.goto(meeting.get_absolute_url())
    mark(page, ".entry p[lang=en]", "hold the opening")
    page.get_by_role("link", name="Commitment: 2").click()
    page.wait_for_url("**/commitment/")
    assert marked(page) == {}


def test_an_address_stays_short_enough_however_much_is_marked(page_as, meeting, secretary):
    make.make_entry(meeting, "agreement", text_en="", text_ja="協力を進める。" * 2000)
    page = page_as(secretary)
    page.goto(meeting.get_absolute_url())
    page.evaluate("document.getSelection().selectAllChildren(document.querySelectorAll('.entry p[lang=ja]')[1])")
    page.get_by_role("link", name="Commitment: 2").click()
    page.wait_for_url("**/commitment/**")
    assert 4_000 < len(page.url) < 7_000


def test_at_the_desk_words_typed_a_moment_ago_are_saved_before_they_are_promised(page_as, meeting, secretary):
    page = page_as(secretary)
    page.goto(f"{meeting.get_absolute_url()}desk/")
    page.locator(".desk-entry .desk-text[lang=en]").first.click()
    field = page.locator("textarea[name=text_en]").first
    field.fill("The co-chairs agreed to hold the ceremony by 31 March 2021.")
    field.evaluate("field => field.setSelectionRange(21, 58)")
    page.keyboard.press("Alt+Shift+KeyC")
    page.wait_for_url("**/commitment/**")
    assert marked(page) == {"back": ["desk"], "words_en": ["to hold the ceremony by 31 March 2021"]}
    page.get_by_role("button", name="Confirm").first.click()
    page.wait_for_url("**/desk/#entry-*")
    assert Commitment.objects.get().due_on.isoformat() == "2021-03-31"


def test_a_commitment_is_found_and_reaffirmed_without_a_script(page_as, meeting, secretary, axe):
    commitment = make.make_commitment(text_ja="開会式を開催する。")
    page = page_as(secretary, javascript=False)
    page.goto(meeting.get_absolute_url())
    page.get_by_role("link", name="Mention: 1").click()
    page.get_by_role("searchbox").fill("開会式")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=f"Choose {commitment}").click()
    page.get_by_role("button", name="Confirm").click()
    assert Mention.objects.get().kind == "reaffirms"


@pytest.mark.parametrize("width", [390, 1440])
def test_the_pages_are_accessible_and_fit_their_screen(page_as, meeting, secretary, axe, width):
    mention = make.make_mention(meeting.minutes.entries.get(), words_en="agreed to hold")
    page = page_as(secretary, width=width, dark=width == 390)
    entry = meeting.minutes.entries.get().pk
    for path in (f"entries/{entry}/commitment/", f"entries/{entry}/mention/", f"mentions/{mention.pk}/", "check/"):
        page.goto(f"{meeting.get_absolute_url()}{path}")
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_check_and_circulate_take_three_clicks(page_as, meeting, secretary):
    mention = make.make_mention(meeting.minutes.entries.get(), words_en="agreed to hold")
    make.make_responsibility(mention.commitment)
    page = page_as(secretary)
    page.goto(meeting.get_absolute_url())
    page.get_by_role("link", name="Check").click()
    page.get_by_role("link", name="Circulate").click()
    page.get_by_role("button", name="Circulate").click()
    page.wait_for_url("**#minutes")
    meeting.minutes.refresh_from_db()
    assert meeting.minutes.state == "circulated"

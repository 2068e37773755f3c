"""The main job as a secretary does it: call the next meeting, take five entries, leave with a PDF and a CSV."""

import csv
from datetime import date
from types import SimpleNamespace

import pytest

from meetings.models import Entry, Meeting
from records.access import Role
from tests import factories as make
from tests.rig import verapdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house() -> SimpleNamespace:
    committee = make.make_committee()
    for person in (make.make_motegi(), make.make_reshetnikov()):
        office = make.make_office(side=person.side, title_en="Minister", title_ja="大臣", title_ru="министр")
        make.make_tenure(person, office, started_on=date(2019, 9, 11))
        make.make_seat(committee, person.side, office)
    return SimpleNamespace(
        committee=committee,
        secretary=make.make_user("secretary", Role.SECRETARY, committee),
        reader=make.make_user("reader", Role.READER, committee),
    )


class Clicks:
    """A person's clicks on a page, counted."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def __call__(self, role, name):
        self.count += 1
        self.page.get_by_role(role, name=name, exact=True).first.click()


def take(page, clicks, kind, text, speaker=None):
    page.get_by_label("Kind*").select_option(kind)
    if speaker:
        page.get_by_role("checkbox", name=speaker).press("Space")  # the keyboard reaches it: no click
    page.get_by_label("Text (Japanese)").fill(text)
    clicks("button", "Add the entry")
    page.wait_for_load_state()


def test_from_the_desk_to_a_pdf_and_a_csv_in_eight_clicks(page_as, house, axe, tmp_path):
    page = page_as(house.secretary)
    page.goto("/")
    page.get_by_role("link", name="Call a meeting").first.click()
    page.get_by_label("Date*").fill("2026-12-21")
    page.get_by_label("Begins").fill("15:00")
    page.get_by_label("Ends").fill("15:50")
    page.get_by_role("button", name="Call the meeting").click()
    page.wait_for_url("**/meetings/JR-2026-12-21-CC/")

    clicks = Clicks(page)
    take(page, clicks, "statement", "日本側共同議長が述べた。", "Motegi Toshimitsu")
    take(page, clicks, "statement", "ロシア側共同議長が述べた。", "Reshetnikov, Maksim Gennadyevich")
    take(page, clicks, "discussion", "双方は現状について議論を行った。")
    take(page, clicks, "joint_assessment", "双方は成果を評価した。")
    take(page, clicks, "agreement", "双方は継続することで一致した。")
    axe(page)
    with page.expect_download() as pdf:
        clicks("button", "Minutes as PDF")
    with page.expect_download() as table:
        clicks("button", "Minutes as CSV")

    assert clicks.count <= 8
    assert [entry.text_ja for entry in Entry.objects.all()][::4] == [
        "日本側共同議長が述べた。",
        "双方は継続することで一致した。",
    ]
    pdf.value.save_as(tmp_path / "minutes.pdf")
    table.value.save_as(tmp_path / "minutes.csv")
    assert (tmp_path / "minutes.pdf").read_bytes().startswith(b"%PDF-1.7")
    with (tmp_path / "minutes.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 5
    if verapdf.available() is None:
        assert verapdf.validate([tmp_path / "minutes.pdf"]) == []


def test_it_all_works_without_javascript(page_as, house):
    meeting = make.make_meeting(house.committee)
    make.make_attendance(meeting, make.make_person(), name_en="Somebody There")
    page = page_as(house.secretary, javascript=False)
    page.goto(meeting.get_absolute_url())
    page.get_by_role("checkbox", name="Somebody There").check()
    page.get_by_label("Text (English)").fill("First.")
    page.get_by_role("button", name="Add the entry").click()
    page.get_by_label("Kind*").select_option("discussion")
    page.get_by_label("Text (English)").fill("Second.")
    page.get_by_role("button", name="Add the entry").click()
    page.locator(".entries button[name=up]").last.click()
    assert [entry.text_en for entry in Entry.objects.all()] == ["Second.", "First."]


def test_a_statement_without_a_speaker_keeps_what_was_typed(page_as, house, axe):
    meeting = make.make_meeting(house.committee)
    page = page_as(house.secretary)
    page.goto(meeting.get_absolute_url())
    page.get_by_label("Kind*").select_option("statement")
    page.get_by_label("Text (Russian)").fill("Министр заявил.")
    page.get_by_role("button", name="Add the entry").click()
    page.wait_for_url("**/entries/add/")
    assert "A statement needs its speaker" in page.content()
    assert page.get_by_label("Text (Russian)").input_value() == "Министр заявил."
    axe(page)


def test_a_double_click_calls_one_meeting(page_as, house):
    page = page_as(house.secretary)
    page.goto("/meetings/new/")
    page.get_by_label("Date*").fill("2026-12-21")
    page.get_by_role("button", name="Call the meeting").dblclick()
    page.wait_for_url("**/meetings/JR-2026-12-21-CC/")
    assert Meeting.objects.count() == 1


def test_the_back_button_and_sending_again_make_no_second_entry(page_as, house):
    meeting = make.make_meeting(house.committee)
    page = page_as(house.secretary)
    page.goto(f"{meeting.get_absolute_url()}entries/add/")
    page.get_by_label("Kind*").select_option("discussion")
    page.get_by_label("Text (English)").fill("Once.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**#new-entry")
    page.go_back()
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()
    assert "The same entry stands in the minutes already." in page.content()
    assert Entry.objects.count() == 1


def test_dragging_puts_the_agenda_in_another_order(page_as, house):
    meeting = make.make_meeting(house.committee)
    for title in ("First", "Second", "Third"):
        make.make_agenda_item(meeting, title_en=title)
    page = page_as(house.secretary)
    page.goto(meeting.get_absolute_url())
    handles = page.locator(".agenda .drag-handle")
    handles.nth(2).drag_to(page.locator(".agenda > li").nth(0), target_position={"x": 40, "y": 3})
    page.wait_for_url("**#agenda")
    page.wait_for_load_state()
    assert [item.title_en for item in meeting.agenda_items.all()] == ["Third", "First", "Second"]


def test_a_reader_reads_and_is_offered_nothing_else(page_as, house, axe):
    meeting = make.make_meeting(house.committee)
    make.make_entry(meeting)
    page = page_as(house.reader, width=390, dark=True)
    page.goto(meeting.get_absolute_url())
    assert page.get_by_role("button", name="Add the entry").count() == 0
    axe(page)
    page.goto(f"{meeting.get_absolute_url()}edit/")
    assert "You may not do this" in page.content()
    axe(page)


def test_two_secretaries_merge_their_texts(page_as, house, axe):
    meeting = make.make_meeting(house.committee)
    entry = make.make_entry(meeting, text_en="As it was.")
    address = f"{meeting.get_absolute_url()}entries/{entry.pk}/"
    one, two = page_as(house.secretary), page_as(make.make_user("second", Role.SECRETARY, house.committee))
    for page in (one, two):
        page.goto(address)
    one.get_by_label("Text (English)").fill("As the first saw it.")
    one.get_by_role("button", name="Save").click()
    one.wait_for_url("**#minutes")
    two.get_by_label("Text (English)").fill("As the second saw it.")
    two.get_by_role("button", name="Save").click()
    two.wait_for_load_state()
    assert "As the first saw it." in two.content()
    assert two.get_by_label("Text (English)").input_value() == "As the second saw it."
    axe(two)
    two.get_by_label("Text (English)").fill("As both saw it.")
    two.get_by_role("button", name="Save").click()
    two.wait_for_url("**#minutes")
    assert Entry.objects.get().text_en == "As both saw it."

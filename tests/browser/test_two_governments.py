"""The whole way of one text: taken down, lost and found, returned, amended, accepted twice, sealed, doubted, published.

Three people – a secretary, an approver of the own side, a delegate of the other without a log-in – in two browsers.
"""

from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from meetings.models import Communique, Entry, Minutes, Revision
from records.access import Role
from tests import factories as make
from tests.browser.test_minutes_desk import EIGHT, Keys, all_saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def files_elsewhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def house() -> SimpleNamespace:
    committee = make.make_committee()
    standing = {"standing_ja": "authentic", "standing_en": "none", "standing_ru": "none"}
    meeting = make.make_meeting(committee, state="held", minutes=standing)
    for person in (make.make_motegi(), make.make_reshetnikov()):
        make.make_attendance(meeting, person)
    return SimpleNamespace(
        meeting=meeting,
        page=meeting.get_absolute_url(),
        desk=reverse("meetings:minutes-desk", args=[meeting.reference]),
        secretary=make.make_user("secretary", Role.SECRETARY, committee, language="en"),
        approver=make.make_user("approver", Role.APPROVER, committee, language="en"),
    )


@pytest.fixture
def people(page_as, house) -> SimpleNamespace:
    """The secretary and the approver sit in the same house; the delegate's browser knows nobody here."""
    return SimpleNamespace(
        secretary=page_as(house.secretary, accept_downloads=True),
        approver=page_as(house.approver),
        delegate=page_as(None, width=820),
    )


def take_eight_entries_with_the_network_gone_in_the_middle(page, house) -> int:
    page.goto(house.desk)
    page.evaluate("Desk.rememberColumn('text_ja')")
    keys = Keys(page)
    for place, (before, text) in enumerate(EIGHT):
        if place == 3:
            page.context.set_offline(True)
        keys.letters(before)
        keys.press("Enter")
        page.keyboard.insert_text(text)
        keys.press("Enter")
        if place == 5:
            assert page.evaluate("Desk.unsent()") >= 3  # nothing arrives …
            page.context.set_offline(False)
    all_saved(page)  # … and nothing is lost
    return keys.count


def move(page, house, name: str, reason: str = "") -> None:
    page.goto(house.page)
    page.get_by_role("link", name=name, exact=True).click()
    if reason:
        page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(f"**{house.page}*")


def accept_as_approver(page, house, number: int) -> None:
    page.goto(f"{house.page}revisions/{number}/")
    page.get_by_role("radio", name="accepted", exact=True).check()
    with page.expect_navigation():
        page.get_by_role("button", name="Record the answer", exact=True).click()


def link_for_the_delegate(page, house, number: int) -> str:
    page.goto(f"{house.page}revisions/{number}/")
    page.get_by_role("link", name="Make a link").click()
    page.get_by_label("Delegate*").fill("A. Ivanov, adviser")
    page.get_by_label("Language of the page").select_option("en")
    with page.expect_navigation():
        page.get_by_role("button", name="Make the link").click()
    return page.locator("#address").inner_text()


def return_the_fourth_entry(page, address: str) -> None:
    page.goto(address)
    page.locator(".entry-comment summary").nth(3).click()
    page.locator(".entry-comment textarea").nth(3).fill("Not presented: mentioned.")
    page.locator("input[value=returned]").check()
    page.locator(".answer-form button").click()
    page.wait_for_url("**/receipt/")


def verify(page, file) -> str:
    page.goto("/meetings/verify/")
    page.get_by_label("PDF or JSON of minutes").set_input_files(file)
    page.get_by_role("button", name="Verify", exact=True).click()
    return page.locator("main .alert strong").inner_text().strip()


def is_unaltered(file) -> bool:
    try:
        call_command("verify_minutes", str(file), stdout=StringIO())
    except (CommandError, SystemExit):
        return False
    return True


def test_two_governments_come_to_one_text(people, house, tmp_path):
    secretary, approver, delegate = people.secretary, people.approver, people.delegate

    assert take_eight_entries_with_the_network_gone_in_the_middle(secretary, house) < 40
    assert list(Entry.objects.order_by("position").values_list("text_ja", flat=True)) == [text for _, text in EIGHT]
    Entry.objects.filter(position__lte=3).update(audience="public")

    move(secretary, house, "Circulate")
    accept_as_approver(approver, house, 1)
    return_the_fourth_entry(delegate, link_for_the_delegate(secretary, house, 1))
    secretary.goto(f"{house.page}revisions/1/")
    assert "On entry 4: Not presented: mentioned." in secretary.locator("main").inner_text()

    move(secretary, house, "Take back to the desk", "Entry 4 as the Russian side remembers it")
    secretary.goto(f"{house.page}revisions/1/")
    assert "counts no more" in secretary.locator("main").inner_text()  # the acceptance, too
    secretary.goto(house.desk)
    fourth = Entry.objects.order_by("position")[3]
    secretary.locator(f"#entry-{fourth.key} [data-edit]").click()
    secretary.locator(f"#entry-{fourth.key} [name=text_ja]").fill(EIGHT[3][1].replace("紹介した", "挙げた"))
    secretary.keyboard.press("Escape")
    all_saved(secretary)

    move(secretary, house, "Circulate")
    accept_as_approver(approver, house, 2)
    delegate.goto(link_for_the_delegate(secretary, house, 2))
    delegate.get_by_role("link", name="What changed").click()
    delegate.wait_for_url("**/changes/")
    assert delegate.locator("ins").all_inner_texts() == ["挙げ"]
    delegate.go_back()
    delegate.get_by_label("We accept this text", exact=True).check()
    delegate.get_by_role("button", name="Give this answer").click()
    delegate.wait_for_url("**/receipt/")
    assert Minutes.objects.get().state == "agreed"

    move(secretary, house, "Seal")
    secretary.goto(f"{house.page}revisions/2/")
    with secretary.expect_download() as download:
        secretary.get_by_role("link", name="shared edition, ja", exact=False).first.click()
    paper = tmp_path / "minutes.pdf"
    download.value.save_as(paper)
    assert verify(secretary, paper) == "Unaltered."
    assert is_unaltered(paper)
    content = bytearray(paper.read_bytes())
    content[len(content) // 2] ^= 1
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(content)
    assert verify(secretary, altered) == "Not verified."
    assert not is_unaltered(altered)

    secretary.goto(f"{house.page}communique/")
    with secretary.expect_navigation():
        secretary.get_by_role("button", name="Draft it from the public entries").click()
    approver.goto(f"{house.page}communique/")
    approver.get_by_role("link", name="Clear it").click()
    approver.get_by_role("button", name="Clear this text").click()
    approver.wait_for_url(f"**{house.page}communique/")
    assert Communique.objects.get().cleared_by == house.approver
    assert Communique.objects.get().sentences.count() == 4

    move(secretary, house, "Open a corrigendum", "A date was wrong")
    assert verify(secretary, paper) == "Unaltered."  # until a corrigendum is sealed, the sealed version counts
    assert Minutes.objects.get().state == "draft"
    assert [revision.number for revision in Revision.objects.order_by("number")] == [1, 2]

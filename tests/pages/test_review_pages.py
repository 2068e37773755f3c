"""Review links in the browser's terms: made by a secretary, opened and answered by a delegate without a log-in."""

from __future__ import annotations

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Barrier
from types import SimpleNamespace

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from meetings import actions
from meetings.models import Approval, Entry, Meeting, ReviewLink, Revision
from records.access import Role
from records.models import AuditEvent
from tests import factories as make

pytestmark = pytest.mark.django_db

ADDRESS = re.compile(r"http://testserver(/review/[\w.-]+/)")


@pytest.fixture
def house(client_for) -> SimpleNamespace:
    committee = make.make_committee()
    meeting = make.make_meeting(committee, state="held")
    make.make_attendance(meeting, make.make_reshetnikov())
    texts = {"text_ja": "双方は一致した。", "text_ru": "Стороны договорились."}
    make.make_entry(meeting, "information", "A telling secret.", audience="internal")
    make.make_entry(meeting, "agreement", "They agreed.", audience="shared", **texts)
    secretary = make.make_user("secretary", Role.SECRETARY, committee)
    actions.circulate(meeting.minutes, by=secretary)
    return SimpleNamespace(
        committee=committee,
        meeting=meeting,
        user=secretary,
        secretary=client_for(secretary),
        reader=client_for(make.make_user("reader", Role.READER, committee)),
        delegate=client_for(None),
    )


def address(house, name, *args) -> str:
    return reverse(f"meetings:{name}", args=[house.meeting.reference, *args])


def ask(house, **fields):
    data = {"delegate": "A. Ivanov, adviser", "language": "en", "days": "7", **fields}
    number = Revision.objects.latest("number").number
    return house.secretary.post(address(house, "reviewlink-add", number), data)


def link(house, **fields) -> str:
    """The address's path, as the page shows it once."""
    return ADDRESS.search(ask(house, **fields).text)[1]


def say(house, path, verdict="accepted", **more):
    return house.delegate.post(path, {"verdict": verdict, **more})


def circulate_again(house, **fields) -> None:
    minutes = Meeting.objects.get(pk=house.meeting.pk).minutes
    actions.take_back(minutes, by=house.user, reason="A word")
    Entry.objects.filter(audience="shared").update(**fields)
    minutes.refresh_from_db()
    actions.circulate(minutes, by=house.user)


def test_the_address_is_shown_once_with_a_note_in_the_delegate_s_language(house):
    page = ask(house, language="ru", days="10")
    assert (page.status_code, len(set(ADDRESS.findall(page.text)))) == (201, 1)
    assert page.context["note"].count(page.context["address"]) == 1
    assert "21 декабря 2020" in page.context["note"]
    assert "Moscow" not in page.context["note"]
    path = ADDRESS.search(page.text)[1]
    revision = house.secretary.get(address(house, "revision-detail", 1)).text
    assert ("A. Ivanov, adviser" in revision, path in revision) == (True, False)


def test_a_name_is_no_markup_in_the_note(house):
    page = ask(house, delegate="<script>alert(1)</script>").text
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(house):
    page = ask(house, days="31", delegate="B. Petrov")
    assert (page.status_code, list(page.context["form"].errors), "B. Petrov" in page.text) == (422, ["days"], True)
    assert not ReviewLink.objects.exists()


def test_the_same_form_sent_twice_makes_one_link(house):
    key = house.secretary.get(address(house, "reviewlink-add", 1)).context["form"]["submission"].value()
    assert [ask(house, submission=key).status_code for _ in range(2)] == [201, 302]
    assert ReviewLink.objects.count() == 1


def test_a_reader_makes_no_link_and_an_outsider_finds_no_revision(house, client_for):
    outsider = client_for(make.make_user("outsider", Role.SECRETARY, make.make_committee("BB")))
    add = address(house, "reviewlink-add", 1)
    assert [client.get(add).status_code for client in (house.reader, outsider)] == [403, 404]
    link(house)
    revoke = address(house, "reviewlink-revoke", 1, ReviewLink.objects.get().pk)
    assert [client.post(revoke).status_code for client in (house.reader, outsider)] == [403, 404]


def test_a_held_closely_meeting_says_so_before_the_link_is_made(house):
    Meeting.objects.update(classification=2)
    assert "This meeting is confidential." in house.secretary.get(address(house, "reviewlink-add", 1)).text


def test_the_delegate_reads_the_shared_edition_and_nothing_of_what_is_internal(house):
    page = house.delegate.get(link(house))
    assert page.status_code == 200
    assert [(entry.number, entry.texts[0][1]) for entry, _comment in page.context["commented"]] == [(1, "They agreed.")]
    assert "Стороны договорились." in page.text
    for secret in ("telling secret", "internal", "Main menu", "/meetings/", "/account/"):
        assert secret not in page.text


def test_the_page_is_in_the_link_s_language_on_the_side_s_clock(house):
    page = house.delegate.get(link(house, language="ja"), headers={"accept-language": "ru"})
    assert (page.headers["Content-Language"], '<html lang="ja"' in page.text) == ("ja", True)
    assert "MSK</time>" in page.text


def test_nobody_keeps_or_indexes_the_page_and_no_cookie_but_the_form_s_is_set(house):
    page = house.delegate.get(link(house))
    assert page.headers["Cache-Control"] == "no-store, private"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert 'name="robots" content="noindex' in page.text
    assert list(page.cookies) == ["csrf"]


def test_looking_is_noted_the_first_time_in_the_link_too(house):
    path = link(house)
    for _ in range(2):
        house.delegate.get(path)
    assert ReviewLink.objects.get().opened_at is not None
    events = AuditEvent.objects.filter(label="meetings.reviewlink").order_by("pk")
    assert [(event.verb, event.actor) for event in events][1:] == [("opened", None), ("read again", None)]
    assert "opened, not answered yet" in house.secretary.get(address(house, "revision-detail", 1)).text


def test_a_program_that_only_asks_for_the_head_opens_nothing(house):
    assert house.delegate.head(link(house)).status_code == 405
    assert ReviewLink.objects.get().opened_at is None


def test_whoever_is_logged_in_sees_the_page_and_can_neither_open_nor_answer_it(house):
    path = link(house)
    page = house.secretary.get(path)
    assert ("You are logged in here." in page.text, 'name="verdict"' in page.text) == (True, False)
    assert house.secretary.post(path, {"verdict": "accepted"}).status_code == 422
    assert (ReviewLink.objects.get().opened_at, Approval.objects.count()) == (None, 0)
    assert AuditEvent.objects.latest("pk").verb == "looked at"


def test_an_acceptance_leads_to_a_receipt_and_uses_the_link_up(house):
    path = link(house)
    answered = say(house, path, follow="no")
    assert (answered.status_code, answered["Location"]) == (302, f"{path}receipt/")
    receipt = house.delegate.get(answered["Location"])
    revision = Revision.objects.get()
    for said in ("accepted", "revision 1", revision.digest, "A. Ivanov, adviser", house.meeting.reference, "MSK"):
        assert said in receipt.text
    again = house.delegate.get(path)
    assert (again.status_code, "They agreed." in again.text, f"{path}receipt/" in again.text) == (410, False, True)


def test_an_answer_sent_twice_counts_once(house):
    path = link(house)
    first, second = say(house, path), say(house, path, "returned", text="On second thoughts")
    assert (first["Location"], first["Location"]) == (second["Location"], f"{path}receipt/")
    assert Approval.objects.get().verdict == "accepted"


def test_comments_come_back_to_the_desk_beside_their_entries(house):
    path, key = link(house), Entry.objects.get(audience="shared").key
    say(house, path, "returned", **{f"comment-{key}": "The date is missing."})
    page = html.unescape(house.secretary.get(address(house, "revision-detail", 1)).text)
    # Entry 1 of the shared edition is the second of the internal one.
    assert "On entry 2: The date is missing." in page
    assert "See the comments on the entries." in page
    receipt = house.delegate.get(f"{path}receipt/").text
    assert "On entry 1:" in receipt
    assert "The date is missing." in receipt


@pytest.mark.parametrize(
    ("answer", "field"),
    [({"verdict": "reserved"}, "text"), ({"verdict": "returned"}, "text"), ({"verdict": "perhaps"}, "verdict")],
)
def test_a_refused_answer_loses_nothing(house, answer, field):
    path, key = link(house), Entry.objects.get(audience="shared").key
    remark = {} if answer["verdict"] == "returned" else {f"comment-{key}": "Typed long."}
    page = say(house, path, **answer, **remark)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert ("Typed long." in page.text) == bool(remark)
    assert not Approval.objects.exists()
    assert say(house, path).status_code == 302


@pytest.mark.parametrize("text", ["a\x00b", "back\u202ewards", "\u200b", "x" * 5001])
def test_a_comment_that_cannot_be_meant_is_refused_beside_its_entry(house, text):
    path, key = link(house), Entry.objects.get(audience="shared").key
    page = say(house, path, **{f"comment-{key}": text})
    assert (page.status_code, "field-error" in page.text, Approval.objects.count()) == (422, True, 0)


def test_a_comment_on_what_the_delegate_cannot_see_is_not_taken(house):
    secret = Entry.objects.get(audience="internal").key
    say(house, link(house), "returned", text="See below.", **{f"comment-{secret}": "I guess."})
    assert not Approval.objects.get().comments.exists()


def test_without_the_form_s_token_nothing_is_answered(house):
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(link(house), {"verdict": "accepted"}).status_code == 403
    assert not Approval.objects.exists()


def test_what_changed_since_the_text_before_is_one_click_away(house):
    first = link(house)
    assert 'changes/"' not in house.delegate.get(first).text
    circulate_again(house, text_en="They both agreed.")
    path = link(house)
    assert f'href="{path}changes/"' in house.delegate.get(path).text
    changes = house.delegate.get(f"{path}changes/").text
    assert ("<ins>both </ins>" in changes, "telling secret" in changes) == (True, False)
    assert house.delegate.get(f"{first}changes/").status_code == 410


def test_there_is_nothing_to_compare_the_first_text_with(house):
    assert house.delegate.get(f"{link(house)}changes/").status_code == 404


def test_the_paper_is_the_shared_edition_of_the_revision(house):
    paper = house.delegate.get(f"{link(house)}minutes.pdf", {"language": "en"})
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages)
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    assert "shared.pdf" in paper.headers["Content-Disposition"]
    assert ("They agreed." in text, "telling secret" in text) == (True, False)
    assert Revision.objects.get().digest in text.replace("\n", "").replace(" ", "")
    assert AuditEvent.objects.latest("pk").verb == "taken by link"


def test_a_language_that_is_none_is_refused(house):
    assert house.delegate.get(f"{link(house)}minutes.pdf", {"language": "xx"}).status_code == 400


def shut(house, how) -> str:
    """An address that no longer opens anything."""
    path = link(house)
    if how == "revoked":
        house.secretary.post(address(house, "reviewlink-revoke", 1, ReviewLink.objects.get().pk))
    elif how == "expired":
        ReviewLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "superseded":
        circulate_again(house, text_en="They both agreed.")
    else:
        say(house, path)
        ReviewLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    return path


@pytest.mark.parametrize("how", ["revoked", "expired", "superseded", "answered"])
@pytest.mark.parametrize("page", ["", "changes/", "minutes.pdf", "receipt/"])
def test_a_closed_link_says_so_and_names_nothing(house, how, page):
    answer = house.delegate.get(shut(house, how) + page)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (410, "no-store, private")
    for secret in ("They", "JR-2020", "Ivanov", "Russia", "Committee", "December", "receipt/"):
        assert secret not in answer.text


def test_a_closed_link_takes_no_answer(house):
    for how in ("revoked", "expired"):
        assert say(house, shut(house, how)).status_code == 410
        ReviewLink.objects.all().delete()
    assert not Approval.objects.exists()


def test_what_was_written_for_a_link_that_closed_meanwhile_is_not_lost(house):
    entry = Entry.objects.get(audience="shared")
    more = {"text": "Half a page of <b>ours</b>.", f"comment-{entry.key}": "Not so."}
    page = say(house, shut(house, "revoked"), "returned", **more)
    assert page.status_code == 410
    assert "Half a page of &lt;b&gt;ours&lt;/b&gt;." in page.text
    assert "Not so." in page.text


@pytest.mark.parametrize("key", ["x", "a" * 43 + ".1abcde." + "b" * 43, "%00", "é", "a" * 3000])
def test_a_wrong_key_leads_nowhere(house, key, django_assert_num_queries):
    with django_assert_num_queries(0):
        answers = [house.delegate.get(f"/review/{key}/{page}") for page in ("", "changes/", "minutes.pdf", "receipt/")]
    assert {answer.status_code for answer in answers} == {404}


def test_a_receipt_is_there_for_an_answer_only(house):
    assert house.delegate.get(f"{link(house)}receipt/").status_code == 410


def test_a_side_that_accepted_by_another_way_is_told_so(house):
    path = link(house)
    approver = make.make_user("ru", Role.APPROVER, house.committee, side=house.committee.other_side)
    actions.answer(Revision.objects.get(), house.committee.other_side, "accepted", by=approver)
    page = house.delegate.get(path).text
    assert ("has accepted this text already" in page, 'name="verdict"' in page) == (True, False)


def test_a_link_is_revoked_after_asking_once(house):
    path = link(house)
    revoke = address(house, "reviewlink-revoke", 1, ReviewLink.objects.get().pk)
    assert "Revoke this link?" in house.secretary.get(revoke).text
    assert house.delegate.get(path).status_code == 200
    assert house.secretary.post(revoke).status_code == 302
    assert house.delegate.get(path).status_code == 410
    assert "revoked" in house.secretary.get(address(house, "revision-detail", 1)).text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_few_queries_however_long(house, rows, django_assert_max_num_queries):
    minutes = Meeting.objects.get(pk=house.meeting.pk).minutes
    actions.take_back(minutes, by=house.user, reason="More")
    for number in range(rows - 1):
        make.make_entry(house.meeting, text_en=f"Entry {number}")
    minutes.refresh_from_db()
    actions.circulate(minutes, by=house.user)
    path = link(house)
    house.delegate.get(path)
    with django_assert_max_num_queries(12):
        assert house.delegate.get(path).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_revision_s_page_takes_the_same_queries_with_any_number_of_links(
    house, rows, django_assert_max_num_queries
):
    for _ in range(rows):
        link(house)
    with django_assert_max_num_queries(16):
        house.secretary.get(address(house, "revision-detail", 1))


@pytest.mark.django_db(transaction=True)
def test_of_four_who_answer_by_one_link_at_once_one_is_recorded(house):
    path, barrier = link(house), Barrier(4)

    def answer(verdict: str) -> int:
        try:
            barrier.wait()
            return Client().post(path, {"verdict": verdict, "text": "Why."}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(answer, ["accepted", "returned", "reserved", "returned"]))
    assert (statuses, Approval.objects.count()) == ([302] * 4, 1)
    assert AuditEvent.objects.filter(verb="answered by link").count() == 1

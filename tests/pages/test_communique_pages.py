"""The communiqué's pages: draft it, edit it, read it beside the minutes, clear it, withdraw that. Who is refused."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings.models import Communique, CommuniqueSentence
from records.access import Role
from records.actions import change
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(client_for) -> SimpleNamespace:
    committee = make.make_committee()
    meeting = make.make_meeting(committee, state="held")
    texts = {"text_ja": "双方は一致した。", "text_ru": "Стороны договорились."}
    public = make.make_entry(meeting, "agreement", "They agreed.", audience="public", **texts)
    make.make_entry(meeting, "information", "A telling secret.", audience="internal")
    make.make_entry(meeting, "information", "For both sides only.", audience="shared")
    other = make.make_committee("XX")
    return SimpleNamespace(
        meeting=meeting,
        public=public,
        secretary=client_for(make.make_user("secretary", Role.SECRETARY, committee)),
        approver=client_for(make.make_user("approver", Role.APPROVER, committee)),
        delegate=client_for(make.make_user("delegate", Role.APPROVER, committee, side=committee.other_side)),
        reader=client_for(make.make_user("reader", Role.READER, committee)),
        outsider=client_for(make.make_user("outsider", Role.SECRETARY, other)),
    )


def address(house, name, *args) -> str:
    return reverse(f"meetings:{name}", args=[house.meeting.reference, *args])


def draft(house) -> CommuniqueSentence:
    assert house.secretary.post(address(house, "communique-draft")).status_code == 302
    return CommuniqueSentence.objects.first()


def clear(house):
    seen = house.approver.get(address(house, "communique-clear")).context["seen"]
    return house.approver.post(address(house, "communique-clear"), {"seen": seen})


def page(house, client="secretary", name="communique-detail") -> str:
    return getattr(house, client).get(address(house, name)).content.decode()


def test_one_click_drafts_it_from_the_public_entries(house):
    assert "Draft it from the public entries" in page(house)
    assert "Draft it from the public entries" not in page(house, "reader")
    draft(house)
    text = page(house)
    assert ("They agreed." in text, "telling secret" in text, "For both sides only" in text) == (True, False, False)
    assert "draft – not cleared" in text
    assert "all of it, and nothing else" in text


def test_drafting_twice_says_that_there_is_one(house):
    draft(house)
    response = house.secretary.post(address(house, "communique-draft"), follow=True)
    assert "There is a communiqué on this meeting already." in response.content.decode()


def test_to_the_other_side_a_draft_is_as_if_there_were_none(house):
    before = _main(page(house, "delegate"))
    draft(house)
    assert _main(page(house, "delegate")) == before
    assert "No communiqué has been published" in before
    for name in ("communique-pdf", "communique-docx", "communique-txt", "communique-json", "communique-clear"):
        assert house.delegate.get(address(house, name)).status_code == 404
    assert "draft – not cleared" not in house.delegate.get(house.meeting.get_absolute_url()).content.decode()
    assert "draft – not cleared" in house.reader.get(house.meeting.get_absolute_url()).content.decode()


def test_cleared_the_other_side_reads_the_text_and_nothing_of_the_report(house):
    draft(house)
    house.secretary.post(address(house, "sentence-add"), {"text_en": "It rained."})
    assert clear(house).status_code == 302
    text = page(house, "delegate")
    assert ("It rained." in text, "says something that the minutes do not" in text) == (True, False)
    assert house.delegate.get(address(house, "communique-report")).status_code == 403
    assert "cleared" in house.delegate.get(house.meeting.get_absolute_url()).content.decode()


def test_after_an_entry_was_narrowed_the_other_side_cannot_tell_from_the_communique(house):
    draft(house)
    clear(house)
    assert f"#entry-{house.public.pk}" in page(house, "delegate")
    house.public.audience = "internal"
    change(house.public, by=None)
    text = page(house, "delegate")
    assert (f"#entry-{house.public.pk}" in text, "no longer public" in text) == (False, False)
    assert "no longer public" in page(house, "reader")


def test_a_sentence_is_edited_and_what_is_typed_survives_a_conflict(house):
    sentence = draft(house)
    url = address(house, "sentence-edit", sentence.pk)
    data = {"entry": house.public.pk, "text_en": "Both agreed.", "version": 1}
    assert house.secretary.post(url, data).status_code == 302
    late = house.secretary.post(url, data | {"text_en": "All agreed."})
    assert (late.status_code, "All agreed." in late.content.decode(), "Both agreed." in late.content.decode()) == (
        409,
        True,
        True,
    )


def test_a_sentence_needs_words_and_a_public_entry(house):
    draft(house)
    url = address(house, "sentence-add")
    assert house.secretary.post(url, {}).status_code == 422
    secret = house.meeting.minutes.entries.get(audience="internal")
    response = house.secretary.post(url, {"entry": secret.pk, "text_en": "Kept words."})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["entry"])
    assert "Kept words." in response.content.decode()
    assert "telling secret" not in response.content.decode()


def test_without_words_a_sentence_takes_those_of_its_entry(house):
    house.secretary.post(address(house, "communique-discard"), {"version": 1})
    make.make_communique(house.meeting)
    house.secretary.post(address(house, "sentence-add"), {"entry": house.public.pk})
    sentence = CommuniqueSentence.objects.get()
    assert (sentence.text_en, sentence.text_ja, sentence.entry) == ("They agreed.", "双方は一致した。", house.public)


def test_a_sentence_is_split_where_its_first_sentence_ends(house):
    sentence = draft(house)
    sentence.text_en = "They agreed. They parted."
    change(sentence, by=None)
    url = address(house, "sentence-split", sentence.pk)
    form = house.secretary.get(url).context["form"]
    assert (form["text_en"].value(), form["second_en"].value()) == ("They agreed.", "They parted.")
    data = {"text_en": "They agreed.", "second_en": "They parted.", "version": 2}
    assert house.secretary.post(url, data | {"second_en": ""}).status_code == 422
    assert house.secretary.post(url, data).status_code == 302
    assert [each.text_en for each in CommuniqueSentence.objects.all()] == ["They agreed.", "They parted."]


def test_buttons_and_dragging_move_sentences(house):
    first = draft(house)
    house.secretary.post(address(house, "sentence-add"), {"text_en": "It rained."})
    second = CommuniqueSentence.objects.last()
    url = address(house, "sentence-order")
    house.secretary.post(url, {"down": first.pk})
    assert list(CommuniqueSentence.objects.all()) == [second, first]
    house.secretary.post(url, {"order": f"{first.pk},{second.pk}"})
    assert list(CommuniqueSentence.objects.all()) == [first, second]
    response = house.secretary.post(url, {"order": f"{first.pk}"}, follow=True)
    assert "The list has changed in the meantime." in response.content.decode()


def test_a_sentence_is_taken_out_after_one_question(house):
    sentence = draft(house)
    url = address(house, "sentence-remove", sentence.pk)
    assert "They agreed." in house.secretary.get(url).content.decode()
    change_made = house.secretary.post(url, {"version": 7})
    assert (change_made.status_code, CommuniqueSentence.objects.count()) == (422, 1)
    assert house.secretary.post(url, {"version": 1}).status_code == 302
    assert not CommuniqueSentence.objects.exists()
    assert "There is no sentence in it yet." in page(house)


def test_a_draft_is_discarded_after_one_question(house):
    draft(house)
    assert house.secretary.get(address(house, "communique-discard")).status_code == 200
    assert house.secretary.post(address(house, "communique-discard"), {"version": 1}).status_code == 302
    assert not Communique.objects.exists()


def test_what_is_left_out_is_added_with_one_click(house):
    sentence = draft(house)
    house.secretary.post(address(house, "sentence-remove", sentence.pk), {"version": 1})
    make.make_sentence(Communique.objects.get(), text_en="It rained.")
    assert "left out altogether" in page(house)
    [part] = house.secretary.get(address(house, "communique-report")).context["report"].left_out
    data = {"entry": part.entry.pk, **{f"text_{code}": text for code, text in part.texts}}
    assert house.secretary.post(address(house, "sentence-add"), data).status_code == 302
    assert "Nothing: all that the public entries say is in it." in page(house)


def test_the_report_names_both_directions(house):
    sentence = draft(house)
    make.make_entry(house.meeting, "information", "It came later.", audience="public")
    data = {"entry": house.public.pk, "text_en": "They all agreed.", "text_ja": "双方は一致した。", "text_ru": ""}
    house.secretary.post(address(house, "sentence-edit", sentence.pk), data | {"version": 1})
    text = page(house, "reader", "communique-report")
    assert "<ins>all </ins>" in text
    assert "Russian: the minutes have a text, the sentence has none" in text
    assert "It came later." in text
    assert "left out altogether" in text


def test_what_changed_while_an_approver_read_is_shown_again_and_not_cleared(house):
    sentence = draft(house)
    seen = house.approver.get(address(house, "communique-clear")).context["seen"]
    data = {"entry": house.public.pk, "text_en": "Other words.", "version": 1}
    house.secretary.post(address(house, "sentence-edit", sentence.pk), data)
    response = house.approver.post(address(house, "communique-clear"), {"seen": seen})
    assert (response.status_code, "Other words." in response.content.decode()) == (409, True)
    assert not Communique.objects.get().is_cleared


def test_clearing_warns_while_the_minutes_are_not_agreed(house):
    draft(house)
    assert "Both sides have not agreed to the minutes yet." in page(house, "approver", "communique-clear")
    house.meeting.minutes.state = "agreed"
    change(house.meeting.minutes, by=None)
    assert "Both sides have not agreed" not in page(house, "approver", "communique-clear")


def test_while_an_entry_is_no_longer_public_nothing_can_be_cleared(house):
    draft(house)
    house.public.audience = "shared"
    change(house.public, by=None)
    text = page(house, "approver", "communique-clear")
    assert ("It cannot be cleared like this." in text, "Clear this text" in text) == (True, False)
    assert clear(house).status_code == 422
    form = house.secretary.get(address(house, "sentence-edit", CommuniqueSentence.objects.get().pk)).context["form"]
    assert "no longer public" in str(form.fields["entry"].help_text)


def test_what_is_cleared_has_no_tools_and_says_who_cleared_it(house):
    sentence = draft(house)
    clear(house)
    text = page(house)
    assert ("sentences/order/" in text, "Add a sentence" in text, "approver" in text) == (False, False, True)
    data = {"text_en": "Other words.", "version": 1}
    refused = house.secretary.post(address(house, "sentence-edit", sentence.pk), data)
    assert (refused.status_code, "withdraw the clearance" in refused.content.decode()) == (422, True)


def test_the_clearance_is_withdrawn_for_a_reason(house):
    draft(house)
    clear(house)
    url = address(house, "communique-withdraw")
    refused = house.secretary.post(url, {"reason": " "})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    assert house.secretary.post(url, {"reason": "A wrong name."}).status_code == 302
    assert "draft – not cleared" in page(house)
    assert house.secretary.post(url, {"reason": "A wrong name."}).status_code == 422


@pytest.mark.parametrize(
    ("client", "name", "status"),
    [
        ("secretary", "communique-clear", 403),
        ("reader", "communique-clear", 403),
        ("delegate", "communique-withdraw", 404),
        ("approver", "sentence-add", 403),
        ("outsider", "communique-detail", 404),
        ("outsider", "communique-report", 404),
        ("outsider", "communique-clear", 404),
    ],
)
def test_who_may_not_is_refused(house, client, name, status):
    draft(house)
    assert getattr(house, client).get(address(house, name)).status_code == status


def test_the_other_side_s_approver_does_not_clear(house):
    draft(house)
    clear(house)
    assert house.delegate.get(address(house, "communique-clear")).status_code == 403
    assert house.delegate.post(address(house, "communique-withdraw"), {"reason": "Ours."}).status_code == 403


@pytest.mark.parametrize("name", ["communique-detail", "communique-report", "communique-clear"])
def test_a_page_needs_as_many_queries_for_three_sentences_as_for_one(house, name):
    draft(house)
    counts = []
    for rows in (0, 2):
        for number in range(rows):
            make.make_entry(house.meeting, "information", f"More {number}.", audience="public")
            make.make_sentence(Communique.objects.get(), text_en=f"Other {number}.", entry=house.public)
        with CaptureQueriesContext(connection) as queries:
            assert house.approver.get(address(house, name)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


# -- in the administration -------------------------------------------------------------------------------------------


def test_the_administration_drafts_by_the_same_verb(house):
    response = house.secretary.post(reverse("admin:meetings_communique_add"), {"meeting": house.meeting.pk})
    assert response.status_code == 302
    assert [each.text_en for each in CommuniqueSentence.objects.all()] == ["They agreed."]


def test_the_administration_links_no_entry_that_is_not_public(house):
    sentence = draft(house)
    url = reverse("admin:meetings_communiquesentence_change", args=[sentence.pk])
    shared = house.meeting.minutes.entries.get(audience="shared")
    data = {"communique": sentence.communique_id, "text_en": "They met.", "seen_version": "1"}
    refused = house.secretary.post(url, data | {"entry": shared.pk})
    assert (refused.status_code, "public entries of the same meeting" in refused.content.decode()) == (422, True)
    assert house.secretary.post(url, data | {"entry": house.public.pk}).status_code == 302
    assert CommuniqueSentence.objects.get().text_en == "They met."


def test_what_is_cleared_is_only_read_in_the_administration(house):
    sentence = draft(house)
    clear(house)
    for name, key in (("communiquesentence", sentence.pk), ("communique", sentence.communique_id)):
        assert house.secretary.get(reverse(f"admin:meetings_{name}_change", args=[key])).status_code == 200
        for act in ("change", "delete"):
            url = reverse(f"admin:meetings_{name}_{act}", args=[key])
            assert house.secretary.post(url, {"text_en": "Hm.", "post": "yes"}).status_code == 403


def _main(text: str) -> str:
    return text.partition("<main")[2].partition("</main>")[0]

"""The public text on a meeting: drafted from public entries, edited, beside its minutes, cleared on its own."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from meetings import actions
from meetings.communique_report import drafted, fingerprint, paragraphs, report_on
from meetings.models import Communique, CommuniqueSentence, Entry
from records.access import Role
from records.actions import EditConflict, change
from records.models import AuditEvent
from records.workflow import Refused
from tests import factories as make

pytestmark = pytest.mark.django_db

FIRST = {
    "text_en": "The co-chairs met. They agreed to go on.",
    "text_ja": "両議長が会談した。継続で一致した。",
    "text_ru": "Сопредседатели встретились. Они договорились продолжать.",
}


@pytest.fixture
def house() -> SimpleNamespace:
    committee = make.make_committee()
    meeting = make.make_meeting(committee, state="held")
    public = make.make_entry(meeting, "agreement", audience="public", **FIRST)
    secret = make.make_entry(meeting, "information", "A telling secret.", audience="internal")
    shared = make.make_entry(meeting, "information", "For both sides.", audience="shared")
    return SimpleNamespace(
        committee=committee,
        meeting=meeting,
        public=public,
        secret=secret,
        shared=shared,
        secretary=make.make_user("secretary", Role.SECRETARY, committee),
        approver=make.make_user("approver", Role.APPROVER, committee),
        reader=make.make_user("reader", Role.READER, committee),
        delegate=make.make_user("delegate", Role.APPROVER, committee, side=committee.other_side),
        outsider=make.make_user("outsider", Role.ADMINISTRATOR, make.make_committee("XX")),
    )


def draft(house) -> Communique:
    return actions.draft_communique(Communique(meeting=house.meeting), by=house.secretary)


def sentences(communique) -> list[CommuniqueSentence]:
    return list(communique.sentences.select_related("entry").order_by("position", "pk"))


def cleared(house) -> Communique:
    communique = draft(house)
    return actions.clear(communique, by=house.approver, seen=fingerprint(sentences(communique)))


def report(communique):
    entries = communique.meeting.minutes.entries.order_by("position", "pk")
    return report_on(sentences(communique), list(enumerate(entries, start=1)))


# -- drafting --------------------------------------------------------------------------------------------------------


def test_a_draft_has_a_sentence_for_each_that_a_public_entry_has_and_nothing_else(house):
    communique = draft(house)
    assert [(s.text_en, s.text_ja, s.text_ru, s.entry) for s in sentences(communique)] == [
        ("The co-chairs met.", "両議長が会談した。", "Сопредседатели встретились.", house.public),
        ("They agreed to go on.", "継続で一致した。", "Они договорились продолжать.", house.public),
    ]


def test_where_the_languages_have_another_number_of_sentences_an_entry_is_one(house):
    entry = Entry(text_en="One. Two.", text_ja="一と二。")
    assert drafted(entry) == [{"text_en": "One. Two.", "text_ja": "一と二。", "text_ru": ""}]
    assert len(drafted(Entry(text_en="One. Two.", text_ru="Один. Два."))) == 2


def test_it_is_drafted_once(house):
    draft(house)
    with pytest.raises(Refused, match="already"):
        draft(house)
    assert Communique.objects.count() == 1


def test_an_empty_one_is_filled(house):
    communique = draft(house)
    for sentence in sentences(communique):
        actions.remove_sentence(sentence, by=house.secretary)
    assert len(sentences(draft(house))) == 2


def test_there_is_none_on_a_meeting_that_was_called_off(house):
    change(_with(house.meeting, state="cancelled"), by=None)
    with pytest.raises(Refused, match="called off"):
        draft(house)


@pytest.mark.parametrize("who", ["approver", "reader", "delegate", "outsider"])
def test_who_takes_no_minutes_writes_no_communique(house, who):
    user = getattr(house, who)
    with pytest.raises(PermissionDenied):
        actions.draft_communique(Communique(meeting=house.meeting), by=user)
    [first, _second] = sentences(draft(house))
    for verb in (
        lambda: actions.add_sentence(CommuniqueSentence(communique=first.communique, text_en="Hm."), by=user),
        lambda: actions.change_sentence(_with(first, text_en="Hm."), by=user, expected=first.version),
        lambda: actions.remove_sentence(first, by=user),
        lambda: actions.reorder([first], [first.pk], by=user),
        lambda: actions.discard_communique(first.communique, by=user),
    ):
        with pytest.raises(PermissionDenied):
            verb()


# -- editing ---------------------------------------------------------------------------------------------------------


def test_a_free_sentence_goes_to_the_end(house):
    communique = draft(house)
    free = CommuniqueSentence(communique=communique, text_en="The weather was fine.")
    actions.add_sentence(free, by=house.secretary)
    assert [s.text_en for s in sentences(communique)][-1] == "The weather was fine."
    with pytest.raises(Refused, match="already"):
        actions.add_sentence(
            CommuniqueSentence(communique=communique, text_en="The weather was fine."), by=house.secretary
        )


@pytest.mark.parametrize("entry", ["secret", "shared", "elsewhere"])
def test_only_public_entries_of_the_meeting_are_linked(house, entry):
    elsewhere = make.make_entry(audience="public")
    communique = draft(house)
    chosen = getattr(house, entry, elsewhere)
    with pytest.raises(Refused, match="public entries of the same meeting"):
        actions.add_sentence(CommuniqueSentence(communique=communique, text_en="Hm.", entry=chosen), by=house.secretary)
    first = sentences(communique)[0]
    with pytest.raises(Refused, match="public entries of the same meeting"):
        actions.change_sentence(_with(first, entry=chosen), by=house.secretary, expected=first.version)


def test_of_two_who_edit_one_sentence_the_second_is_told(house):
    first, _second = sentences(draft(house))
    actions.change_sentence(_with(first, text_en="They met."), by=house.secretary, expected=1)
    with pytest.raises(EditConflict):
        actions.change_sentence(_with(first, text_en="Both met."), by=house.secretary, expected=1)


def test_one_sentence_becomes_two_beside_each_other(house):
    communique = draft(house)
    first, _second = sentences(communique)
    first.text_en, first.text_ja, first.text_ru = "The co-chairs", "両議長が", ""
    other = {"text_en": "met.", "text_ja": "会談した。", "text_ru": "Встреча."}
    actions.split_sentence(first, other, by=house.secretary, expected=1)
    assert [(s.text_en, s.entry) for s in sentences(communique)] == [
        ("The co-chairs", house.public),
        ("met.", house.public),
        ("They agreed to go on.", house.public),
    ]
    with pytest.raises(Refused, match="Both sentences need words"):
        actions.split_sentence(first, {"text_en": ""}, by=house.secretary, expected=2)


def test_sentences_are_put_in_order_and_the_trail_says_so(house):
    communique = draft(house)
    found = sentences(communique)
    actions.reorder(found, [found[1].pk, found[0].pk], by=house.secretary)
    assert [s.text_en for s in sentences(communique)] == ["They agreed to go on.", "The co-chairs met."]
    assert AuditEvent.objects.latest("pk").changes == {
        "sentences": [
            ["The co-chairs met.", "They agreed to go on."],
            ["They agreed to go on.", "The co-chairs met."],
        ]
    }


def test_a_draft_is_discarded_and_the_trail_keeps_its_words(house):
    actions.discard_communique(draft(house), by=house.secretary)
    assert not Communique.objects.exists()
    gone = AuditEvent.objects.filter(verb="deleted", label="meetings.communiquesentence")
    assert {event.changes["text_en"][0] for event in gone} == {"The co-chairs met.", "They agreed to go on."}


def test_when_an_entry_goes_its_sentences_stay_linked_to_none(house):
    communique = draft(house)
    actions.remove_entry(house.public, by=house.secretary)
    assert [s.entry for s in sentences(communique)] == [None, None]
    assert [line.source for line in report(communique).lines] == ["free", "free"]
    assert AuditEvent.objects.filter(label="meetings.communiquesentence", verb="changed").count() == 2


# -- clearing --------------------------------------------------------------------------------------------------------


def test_an_approver_of_the_own_side_clears_what_was_seen(house):
    communique = cleared(house)
    communique.refresh_from_db()
    assert (communique.is_cleared, communique.cleared_by) == (True, house.approver)
    assert AuditEvent.objects.latest("pk").verb == "cleared"


@pytest.mark.parametrize("who", ["secretary", "reader", "outsider"])
def test_nobody_else_clears(house, who):
    communique = draft(house)
    with pytest.raises(PermissionDenied):
        actions.clear(communique, by=getattr(house, who), seen=fingerprint(sentences(communique)))


def test_nor_does_the_other_side_s_approver(house):
    communique = draft(house)
    with pytest.raises(Refused, match="own side"):
        actions.clear(communique, by=house.delegate, seen=fingerprint(sentences(communique)))


def test_nothing_is_cleared_before_the_meeting_was_held(house):
    change(_with(house.meeting, state="scheduled"), by=None)
    with pytest.raises(Refused, match="not been held"):
        cleared(house)


def test_an_empty_communique_is_not_cleared(house):
    communique = make.make_communique(house.meeting)
    with pytest.raises(Refused, match="no sentence"):
        actions.clear(communique, by=house.approver, seen=fingerprint([]))


@pytest.mark.parametrize("audience", ["shared", "internal"])
def test_while_a_linked_entry_is_not_public_it_is_shown_and_not_cleared(house, audience):
    communique = draft(house)
    change(_with(house.public, audience=audience), by=None)
    assert [line.number for line in report(communique).narrowed] == [1, 2]
    with pytest.raises(Refused, match="no longer public"):
        actions.clear(communique, by=house.approver, seen=fingerprint(sentences(communique)))
    for sentence in sentences(communique):
        actions.change_sentence(_with(sentence, entry=None), by=house.secretary, expected=sentence.version)
    actions.clear(communique, by=house.approver, seen=fingerprint(sentences(communique)))


def test_what_changed_since_it_was_read_is_not_cleared(house):
    communique = draft(house)
    seen = fingerprint(sentences(communique))
    first, second = sentences(communique)
    actions.reorder([first, second], [second.pk, first.pk], by=house.secretary)
    with pytest.raises(actions.ChangedSince):
        actions.clear(communique, by=house.approver, seen=seen)
    seen = fingerprint(sentences(communique))
    change(_with(house.public, text_en="They met. They parted."), by=None)
    with pytest.raises(actions.ChangedSince):
        actions.clear(communique, by=house.approver, seen=seen)


def test_it_is_cleared_once(house):
    communique = cleared(house)
    with pytest.raises(Refused, match="already"):
        actions.clear(communique, by=house.approver, seen=fingerprint(sentences(communique)))


def test_what_is_cleared_never_changes(house):
    communique = cleared(house)
    first, second = sentences(communique)
    for verb in (
        lambda: actions.add_sentence(CommuniqueSentence(communique=communique, text_en="Hm."), by=house.secretary),
        lambda: actions.change_sentence(_with(first, text_en="Hm."), by=house.secretary, expected=1),
        lambda: actions.split_sentence(first, {"text_en": "Hm."}, by=house.secretary, expected=1),
        lambda: actions.remove_sentence(first, by=house.secretary),
        lambda: actions.reorder([first, second], [second.pk, first.pk], by=house.secretary),
        lambda: actions.discard_communique(communique, by=house.secretary),
    ):
        with pytest.raises(Refused, match="cleared"):
            verb()
    with pytest.raises(Refused, match="already"):
        draft(house)


@pytest.mark.parametrize("who", ["approver", "secretary"])
def test_the_clearance_is_withdrawn_with_a_reason(house, who):
    communique = cleared(house)
    with pytest.raises(Refused, match="reason"):
        actions.withdraw_clearance(communique, by=getattr(house, who), reason=" ")
    actions.withdraw_clearance(communique, by=getattr(house, who), reason="A name was wrong.")
    communique.refresh_from_db()
    event = AuditEvent.objects.latest("pk")
    assert (communique.cleared_at, communique.cleared_by) == (None, None)
    assert (event.verb, event.reason) == ("clearance withdrawn", "A name was wrong.")
    with pytest.raises(Refused, match="not cleared"):
        actions.withdraw_clearance(communique, by=house.secretary, reason="Again.")


@pytest.mark.parametrize("who", ["reader", "delegate", "outsider"])
def test_nobody_else_withdraws_it(house, who):
    with pytest.raises(PermissionDenied):
        actions.withdraw_clearance(cleared(house), by=getattr(house, who), reason="No.")


# -- who reads it ----------------------------------------------------------------------------------------------------


def test_a_draft_is_the_own_side_s_and_what_is_cleared_everybody_s_who_reads_the_meeting(house):
    communique = draft(house)
    readers = ("secretary", "approver", "reader", "delegate", "outsider")

    def reading() -> list[str]:
        for name in readers:
            user = getattr(house, name)
            texts = CommuniqueSentence.objects.visible_to(user).count() == 2
            assert texts == Communique.objects.visible_to(user).exists()
        return [name for name in readers if Communique.objects.visible_to(getattr(house, name)).exists()]

    assert reading() == ["secretary", "approver", "reader"]
    actions.clear(communique, by=house.approver, seen=fingerprint(sentences(communique)))
    assert reading() == ["secretary", "approver", "reader", "delegate"]
    actions.withdraw_clearance(communique, by=house.secretary, reason="Too early.")
    assert reading() == ["secretary", "approver", "reader"]


def test_clearance_counts_for_drafts_and_for_what_is_cleared(house):
    change(_with(house.meeting, classification=2), by=None)
    uncleared = make.make_user("uncleared", Role.READER, house.committee, clearance=1)
    cleared(house)
    assert not Communique.objects.visible_to(uncleared).exists()


def test_of_a_draft_the_other_side_finds_no_history(house):
    communique = draft(house)
    client = Client(raise_request_exception=False)
    client.force_login(house.delegate)
    records = (communique, *sentences(communique))
    urls = [reverse("records:history", args=[each._meta.label_lower, each.pk]) for each in records]
    statuses = {client.get(each.get_history_url()).status_code for each in records}
    assert (statuses, {client.get(url).status_code for url in urls}) == ({403}, {404})


# -- beside the minutes ----------------------------------------------------------------------------------------------


def test_a_fresh_draft_says_what_the_minutes_say(house):
    assert report(draft(house)).is_clean


def test_other_words_are_shown_word_by_word(house):
    communique = draft(house)
    first, _second = sentences(communique)
    first.text_en, first.text_ja = "The two co-chairs met.", "両議長が電話で会談した。"
    actions.change_sentence(first, by=house.secretary, expected=1)
    [line] = report(communique).changed
    kinds = {w.language: [(p.kind, p.text) for p in w.pieces] for w in line.wordings}
    assert kinds == {
        "en": [("same", "The "), ("added", "two "), ("same", "co-chairs met.")],
        "ja": [("same", "両議長が"), ("added", "電話で"), ("same", "会談した。")],
        "ru": [("same", "Сопредседатели встретились.")],
    }
    assert report(communique).left_out == []


def test_a_sentence_of_no_entry_and_one_in_nobody_s_words_are_told_apart(house):
    communique = draft(house)
    actions.add_sentence(CommuniqueSentence(communique=communique, text_en="It rained."), by=house.secretary)
    strange = CommuniqueSentence(communique=communique, text_en="Cats sleep.", entry=house.public)
    actions.add_sentence(strange, by=house.secretary)
    found = report(communique)
    assert [line.number for line in found.free] == [3]
    assert [[w.kind for w in line.wordings] for line in found.changed] == [["added", "missing", "missing"]]


def test_what_is_left_out_is_named_by_language(house):
    communique = draft(house)
    first, second = sentences(communique)
    actions.remove_sentence(first, by=house.secretary)
    actions.change_sentence(_with(second, text_ru=""), by=house.secretary, expected=1)
    [part] = report(communique).left_out
    assert (part.number, part.whole, part.in_every_language, part.texts) == (
        1,
        False,
        True,
        [
            ("en", "The co-chairs met."),
            ("ja", "両議長が会談した。"),
            ("ru", "Сопредседатели встретились. Они договорились продолжать."),
        ],
    )


def test_an_entry_left_out_altogether_is_said_to_be_and_others_do_not_count(house):
    communique = draft(house)
    later = make.make_entry(house.meeting, "information", "It came later.", audience="public")
    [part] = report(communique).left_out
    assert (part.number, part.entry, part.whole, part.texts) == (4, later, True, [("en", "It came later.")])


def test_a_text_made_in_a_language_that_the_minutes_lack_is_new(house):
    entry = make.make_entry(house.meeting, "information", "Only English.", audience="public")
    communique = draft(house)
    last = sentences(communique)[-1]
    actions.change_sentence(_with(last, text_ja="英語のみ。"), by=house.secretary, expected=1)
    [line] = report(communique).changed
    assert (line.entry, [(w.language, w.kind) for w in line.wordings]) == (entry, [("en", "same"), ("ja", "added")])
    assert [str(name) for name in report(communique).untranslated] == ["Russian"]


def test_two_sentences_joined_are_still_word_for_word(house):
    communique = draft(house)
    first, second = sentences(communique)
    actions.remove_sentence(second, by=house.secretary)
    actions.change_sentence(_with(first, **FIRST), by=house.secretary, expected=1)
    assert report(communique).is_clean


def test_sentences_of_one_entry_make_a_paragraph(house):
    communique = draft(house)
    for text in ("It rained.", "It stopped."):
        actions.add_sentence(CommuniqueSentence(communique=communique, text_en=text), by=house.secretary)
    assert [len(run) for run in paragraphs(sentences(communique))] == [2, 1, 1]


def _with(record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    return record

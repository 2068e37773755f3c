"""Entries cut in two, joined, copied and brought back: what the desk's verbs on whole entries promise and refuse."""

from __future__ import annotations

from uuid import uuid4

import pytest

from meetings import actions
from meetings.actions.taking import TOP, FieldConflict
from meetings.models import Entry
from records.access import Audience
from records.actions import EditConflict
from records.audit import broken_links
from records.workflow import Refused
from tests import factories as make
from tests.rig.taking import begin, last_verb, texts, write

pytestmark = pytest.mark.django_db


# Split


def split(desk, entry, new=None, expected=None, **parts):
    return actions.split_entry(entry, parts, new=new or uuid4(), by=desk.secretary, expected=expected or entry.version)


def test_the_second_part_is_an_entry_of_its_own_right_behind(desk):
    item = make.make_agenda_item(desk.meeting)
    entry = make.make_entry(
        desk.meeting, "statement", "First. Second.", [desk.motegi], "public", agenda_item=item, text_ja="一。二。"
    )
    make.make_entry(desk.meeting, text_en="Last.")
    rest = split(desk, entry, text_en=("First. ", "Second."), text_ja=("一。", "二。"))
    entry.refresh_from_db()
    assert texts(desk) == ["First.", "Second.", "Last."]
    assert (entry.text_ja, rest.text_ja, rest.kind, rest.audience) == ("一。", "二。", "statement", "public")
    assert (rest.agenda_item, list(rest.speakers.all()), entry.version) == (item, [desk.motegi], 2)


def test_a_language_that_is_not_cut_stays_with_the_first_part(desk):
    entry = make.make_entry(desk.meeting, text_en="First. Second.", text_ja="全部。")
    rest = split(desk, entry, text_en=("First.", "Second."))
    entry.refresh_from_db()
    assert (entry.text_ja, rest.text_ja) == ("全部。", "")


@pytest.mark.parametrize("parts", [{}, {"text_en": ("All of it.", " ")}, {"text_en": ("", "All of it.")}])
def test_a_cut_leaves_words_on_both_sides(desk, parts):
    with pytest.raises(Refused, match="both parts need a text"):
        split(desk, make.make_entry(desk.meeting, text_en="All of it."), **parts)


def test_a_mention_goes_with_the_part_that_has_its_words(desk):
    entry = make.make_entry(desk.meeting, "agreement", "They agreed to meet. They agreed to write.")
    meet = make.make_mention(entry, words_en="agreed to meet")
    again = make.make_mention(entry, words_en="agreed to write", kind="reaffirms")
    rest = split(desk, entry, text_en=("They agreed to meet.", "They agreed to write."))
    assert list(entry.mentions.all()) == [meet]
    assert list(rest.mentions.all()) == [again]


def test_a_cut_of_what_somebody_else_has_changed_is_refused(desk):
    entry = make.make_entry(desk.meeting, text_en="First. Second.")
    write(desk, entry, text_en="First and second.")
    with pytest.raises(EditConflict):
        split(desk, entry, expected=1, text_en=("First.", "Second."))


def test_a_cut_sent_twice_cuts_once(desk):
    entry, key = make.make_entry(desk.meeting, text_en="First. Second."), uuid4()
    parts = {"text_en": ("First.", "Second.")}
    assert split(desk, entry, key, expected=1, **parts) == split(desk, entry, key, expected=1, **parts)
    assert texts(desk) == ["First.", "Second."]


# Joined


def join(desk, first, second, **more):
    return actions.join_entries(first, second, by=desk.secretary, **more)


def test_joined_entries_are_one_in_each_language(desk):
    first = make.make_entry(desk.meeting, "statement", "First.", [desk.motegi], text_ja="一。", text_ru="")
    second = make.make_entry(
        desk.meeting, "statement", "Second.", [desk.reshetnikov], text_ja="二。", text_ru="Второе."
    )
    whole = join(desk, first, second)
    assert (whole.text_en, whole.text_ja, whole.text_ru) == ("First. Second.", "一。二。", "Второе.")
    assert (set(whole.speakers.all()), Entry.objects.count()) == ({desk.motegi, desk.reshetnikov}, 1)


def test_paragraphs_stay_paragraphs_when_they_are_joined(desk):
    first = make.make_entry(desk.meeting, text_en="One.\nTwo.")
    assert join(desk, first, make.make_entry(desk.meeting, text_en="Three.")).text_en == "One.\nTwo.\nThree."


def test_the_narrower_audience_wins_and_the_documents_follow(desk):
    first = make.make_entry(desk.meeting, audience=Audience.PUBLIC)
    second = make.make_entry(desk.meeting, audience=Audience.INTERNAL)
    theirs = make.make_document(desk.meeting, entry=first, audience=Audience.SHARED)
    mine = make.make_document(desk.meeting, entry=second, audience=Audience.INTERNAL)
    whole = join(desk, first, second)
    theirs.refresh_from_db()
    mine.refresh_from_db()
    assert (whole.audience, theirs.audience, mine.entry) == (Audience.INTERNAL, Audience.INTERNAL, whole)


def test_mentions_follow_and_none_is_there_twice(desk):
    first = make.make_entry(desk.meeting, "agreement", "They agreed to meet.")
    second = make.make_entry(desk.meeting, "agreement", "They agreed to write, and to meet.")
    both = make.make_commitment(desk.committee)
    made = make.make_mention(first, both, words_en="agreed to meet")
    make.make_mention(second, both, "reaffirms", words_en="to meet")
    other = make.make_mention(second, words_en="agreed to write")
    assert set(join(desk, first, second).mentions.all()) == {made, other}


def test_a_commitment_is_not_put_into_what_is_no_agreement_or_internal(desk):
    statement = make.make_entry(desk.meeting, "statement", "Said.", [desk.motegi])
    promise = make.make_entry(desk.meeting, "agreement", "They agreed to hold the thing.")
    make.make_mention(promise)
    secret = make.make_entry(desk.meeting, "agreement", "And this.", audience=Audience.INTERNAL)
    with pytest.raises(Refused, match="only an agreement does"):
        join(desk, statement, promise)
    with pytest.raises(Refused, match="internal"):
        join(desk, promise, secret)


def test_sentences_of_the_communique_follow_what_stays_public(desk):
    first, second = (make.make_entry(desk.meeting, audience=Audience.PUBLIC) for _ in range(2))
    sentence = make.make_sentence(make.make_communique(desk.meeting), entry=second)
    whole = join(desk, first, second)
    sentence.refresh_from_db()
    assert sentence.entry == whole
    join(desk, whole, make.make_entry(desk.meeting, audience=Audience.SHARED))
    sentence.refresh_from_db()
    assert sentence.entry is None


def test_entries_that_are_too_long_together_stay_apart(desk):
    first, second = (make.make_entry(desk.meeting, text_ja="長" * 12_000) for _ in range(2))
    with pytest.raises(Refused, match="longer than"):
        join(desk, first, second)


# Copied


def test_a_copy_has_the_same_words_and_makes_no_commitment(desk):
    entry = make.make_entry(desk.meeting, "agreement", "They agreed to hold the thing.", [desk.motegi])
    make.make_mention(entry)
    make.make_entry(desk.meeting, text_en="Last.")
    copy = actions.copy_entry(entry, new=uuid4(), by=desk.secretary)
    assert texts(desk) == ["They agreed to hold the thing."] * 2 + ["Last."]
    assert (list(copy.speakers.all()), copy.mentions.count(), last_verb()) == ([desk.motegi], 0, "copied")


def test_a_copy_asked_for_twice_is_made_once(desk):
    entry, key = make.make_entry(desk.meeting), uuid4()
    first, second = (actions.copy_entry(entry, new=key, by=desk.secretary) for _ in range(2))
    assert (first.key, second.key, Entry.objects.count()) == (key, key, 2)


# Brought back


def remove(desk, entry):
    key = entry.key
    actions.remove_entry(entry, by=desk.secretary)
    return key


def test_what_was_deleted_comes_back_whole(desk):
    item = make.make_agenda_item(desk.meeting)
    entry = make.make_entry(
        desk.meeting,
        "agreement",
        "They agreed to hold the thing.",
        [desk.motegi],
        "public",
        agenda_item=item,
        text_ja="合意",
    )
    mention = make.make_mention(entry)
    document = make.make_document(desk.meeting, entry=entry, audience=Audience.SHARED)
    sentence = make.make_sentence(make.make_communique(desk.meeting), entry=entry)
    change = make.make_event_change()
    entry.event_changes.add(change)
    before = Entry.objects.filter(pk=entry.pk).values().get()
    actions.restore_entry(desk.meeting.minutes, remove(desk, entry), after=None, by=desk.secretary)
    back = Entry.objects.get()
    unlike = {"created_at", "updated_at"}
    after = Entry.objects.filter(pk=back.pk).values().get()
    assert {k: v for k, v in after.items() if k not in unlike} == {k: v for k, v in before.items() if k not in unlike}
    assert [list(back.speakers.all()), list(back.event_changes.all())] == [[desk.motegi], [change]]
    assert (list(back.mentions.all()), list(back.documents.all())) == ([mention], [document])
    assert list(back.communique_sentences.all()) == [sentence]
    assert list(broken_links()) == []


def test_what_only_it_promised_is_dropped_with_an_entry_and_promised_again(desk):
    entry = make.make_entry(desk.meeting, "agreement", "They agreed to hold the thing.")
    commitment = make.make_mention(entry).commitment
    key = remove(desk, entry)
    commitment.refresh_from_db()
    assert commitment.state == "dropped"
    actions.restore_entry(desk.meeting.minutes, key, after=None, by=desk.secretary)
    commitment.refresh_from_db()
    assert commitment.state == "proposed"


def test_it_comes_back_to_its_place_whatever_was_put_in_between(desk):
    one, two, _three = (make.make_entry(desk.meeting, text_en=text) for text in ("one", "two", "three"))
    key = remove(desk, two)
    begin(desk, text_en="nought", after=TOP)
    begin(desk, text_en="three and a half", after=Entry.objects.get(text_en="three").key)
    actions.restore_entry(desk.meeting.minutes, key, after=one.key, by=desk.secretary)
    assert texts(desk) == ["nought", "one", "two", "three", "three and a half"]


def test_its_version_goes_on_so_that_an_open_form_still_fits(desk):
    entry = make.make_entry(desk.meeting, text_en="Old.")
    write(desk, entry, text_en="New.")
    key = remove(desk, Entry.objects.get())
    back = actions.restore_entry(desk.meeting.minutes, key, after=None, by=desk.secretary)
    assert write(desk, back, version=2, text_en="Newer.").version == 3
    with pytest.raises(FieldConflict):
        write(desk, back, version=2, text_en="Other.")


def test_what_is_there_no_longer_stays_away(desk):
    item = make.make_agenda_item(desk.meeting)
    entry = make.make_entry(desk.meeting, "agreement", "Agreed.", [desk.motegi], agenda_item=item)
    commitment = make.make_mention(entry, words_en="Agreed").commitment
    key = remove(desk, entry)
    actions.remove_agenda_item(item, by=desk.secretary)
    actions.remove_attendance(desk.motegi, by=desk.secretary)
    make.make_mention(make.make_entry(desk.meeting, "agreement"), commitment)
    back = actions.restore_entry(desk.meeting.minutes, key, after=None, by=desk.secretary)
    assert (back.agenda_item, list(back.speakers.all()), list(back.mentions.all())) == (None, [], [])


def test_it_comes_back_once(desk):
    key = remove(desk, make.make_entry(desk.meeting))
    actions.restore_entry(desk.meeting.minutes, key, after=None, by=desk.secretary)
    with pytest.raises(Refused, match="back already"):
        actions.restore_entry(desk.meeting.minutes, key, after=None, by=desk.secretary)


def test_what_another_meeting_deleted_does_not_come_back_here(desk):
    other = make.make_meeting(desk.committee)
    key = remove(desk, make.make_entry(other))
    with pytest.raises(Entry.DoesNotExist):
        actions.restore_entry(desk.meeting.minutes, key, after=None, by=desk.secretary)

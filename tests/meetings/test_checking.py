"""What the check finds in minutes, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from meetings.checking import Finding, Minuted, findings
from meetings.entry_numbers import numbers_named
from meetings.models import Meeting
from records.access import Classification, Role
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting() -> Meeting:
    """Held, with somebody of each side, so that nothing is missing but what a test leaves out."""
    meeting = make.make_meeting(state="held", minutes={"standing_ja": "working", "standing_ru": "none"})
    for side in meeting.committee.sides:
        make.make_attendance(meeting, make.make_person(side))
    return meeting


def found(meeting: Meeting) -> list[Finding]:
    user = make.make_user(role=Role.SECRETARY, committee=meeting.committee)
    return findings(Minuted.read(Meeting.objects.get(pk=meeting.pk), user))


def codes(meeting: Meeting) -> list[str]:
    return [finding.code for finding in found(meeting)]


def said(meeting: Meeting, code: str) -> list[str]:
    return [f"{finding.about}: {finding.message}" for finding in found(meeting) if finding.code == code]


def entry(meeting: Meeting, kind: str = "discussion", text: str = "The sides discussed the plan.", **facts: Any) -> Any:
    facts.setdefault("text_ja", f"{text}（和文）")
    return make.make_entry(meeting, kind, text, **facts)


def agreement(meeting: Meeting, text: str = "The sides agreed to hold it on that occasion.", **facts: Any) -> Any:
    """An agreement, and the commitment that it makes of it."""
    commitment = {
        "text_ja": "開催する。",
        "timing_kind": "occasion",
        "timing_phrase_en": "on that occasion",
        **facts,
    }
    made = make.make_commitment(meeting.committee, **commitment)
    make.make_responsibility(made)
    return make.make_mention(entry(meeting, "agreement", text), made, words_en=text.rstrip("."))


def test_complete_minutes_have_nothing_to_mend(meeting):
    entry(meeting)
    agreement(meeting)
    assert found(meeting) == []


# Who spoke


def test_a_statement_without_a_speaker_stands_in_the_way(meeting):
    entry(meeting, "statement").speakers.clear()
    assert [(f.code, f.stands_in_the_way) for f in found(meeting)] == [("no_speaker", True)]


def test_a_speaker_who_sent_apologies_cannot_have_spoken(meeting):
    absent = make.make_attendance(meeting, sent_apologies=True, name_en="Absent One")
    entry(meeting, "statement", speakers=[absent])
    assert said(meeting, "absent_speaker") == [
        "Entry 1: Absent One sent apologies and no message, and so cannot have spoken."
    ]


def test_a_speaker_whose_message_was_read_has_spoken(meeting):
    reader = make.make_person()
    sender = make.make_attendance(meeting, sent_apologies=True, mode="message_read", read_by=reader)
    entry(meeting, "statement", speakers=[sender])
    assert codes(meeting) == []


# Languages


def test_a_missing_authentic_text_stands_in_the_way_and_a_working_one_does_not():
    meeting = make.make_meeting(state="held", minutes={"standing_en": "working", "standing_ru": "none"})
    for side in meeting.committee.sides:
        make.make_attendance(meeting, make.make_person(side))
    make.make_entry(meeting, text_en="Only English.")
    make.make_entry(meeting, text_en="", text_ja="日本語のみの記録。")
    make.make_entry(meeting, text_en="Our own note, which is nobody else's.", audience="internal")
    assert [(f.about, f.stands_in_the_way, f.message) for f in found(meeting)] == [
        ("Entry 1", True, "The authentic text is missing: Japanese."),
        ("Entry 2", False, "The working translation is missing: English."),
    ]


# Commitments


def test_an_agreement_without_a_commitment_is_worth_a_look_and_leads_to_the_form(meeting):
    made = entry(meeting, "agreement", "The sides agreed to meet.")
    assert [(f.code, f.stands_in_the_way, f.url) for f in found(meeting)] == [
        ("no_commitment", False, f"/meetings/{meeting}/entries/{made.pk}/commitment/")
    ]


def test_an_agreement_that_reaffirms_a_commitment_is_complete(meeting):
    reaffirming = entry(meeting, "agreement", "The sides agreed again.")
    make.make_mention(reaffirming, make.make_commitment(meeting.committee), "reaffirms", words_en="agreed again")
    assert codes(meeting) == []


def test_a_commitment_that_is_open_without_any_words_is_worth_a_look(meeting):
    agreement(meeting, "The sides agreed to hold it.", timing_kind="open", timing_phrase_en="")
    assert [(f.code, f.stands_in_the_way) for f in found(meeting)] == [("left_open", False)]


def test_a_commitment_that_nobody_is_to_keep_stands_in_the_way(meeting):
    mention = agreement(meeting)
    mention.commitment.responsibilities.all().delete()
    assert [(f.code, f.stands_in_the_way, f.url) for f in found(meeting)] == [
        ("nobody_responsible", True, f"/meetings/{meeting}/mentions/{mention.pk}/")
    ]


def test_a_commitment_without_its_authentic_text_is_worth_a_look():
    meeting = make.make_meeting(state="held", minutes={"standing_ru": "none"})
    agreement(meeting, text_ja="")
    assert "commitment_untranslated" in codes(meeting)


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"kind": "discussion"}, "makes_without_agreeing"), ({"audience": "internal"}, "makes_in_secret")],
)
def test_an_entry_that_was_changed_may_no_longer_make_its_commitment(meeting, facts, code):
    entry(meeting)
    mention = agreement(meeting)
    type(mention.entry).objects.filter(pk=mention.entry_id).update(**facts)
    assert [f.code for f in found(meeting) if f.stands_in_the_way] == [code]


def test_a_text_that_now_says_another_day_is_compared_with_the_timing(meeting):
    mention = agreement(
        meeting,
        "The sides agreed to send the list by 31 March 2021.",
        timing_kind="exact",
        timing_phrase_en="by 31 March 2021",
        due_on="2021-03-31",
    )
    assert codes(meeting) == []
    text = "The sides agreed to send the list by 30 April 2021."
    type(mention.entry).objects.filter(pk=mention.entry_id).update(text_en=text)
    assert codes(meeting) == ["words_gone", "timing_unquoted", "timing_gone"]


def test_a_mention_of_a_commitment_that_was_dropped_is_worth_a_look(meeting):
    dropped = make.make_commitment(meeting.committee, state="dropped")
    make.make_mention(entry(meeting), dropped, "reaffirms", words_en="discussed")
    assert codes(meeting) == ["dropped"]


def test_a_commitment_that_may_not_be_read_is_not_named(meeting):
    mention = agreement(meeting, classification=Classification.CONFIDENTIAL)
    user = make.make_user(role=Role.SECRETARY, committee=meeting.committee, clearance=Classification.OPEN)
    seen = findings(Minuted.read(meeting, user))
    assert [f.code for f in seen] == ["no_commitment"]
    assert str(mention.commitment) not in str(seen)


# Numbers


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("As recorded in entry 7.", "It says “entry 7”; there are 2 entries."),
        ("As recorded in entry 1.", "It says “entry 1”, and that is the entry itself."),
        ("As recorded in entry 2.", None),
    ],
)
def test_an_entry_named_by_a_number_that_is_not_there(meeting, text, message):
    entry(meeting, text=text, text_ja="前回のとおり記録された。")
    entry(meeting)
    assert [f.message for f in found(meeting)] == ([message] if message else [])


def test_a_number_that_counts_an_internal_entry_is_another_one_in_the_shared_edition(meeting):
    entry(meeting, text="Our own note on the figures.", audience="internal")
    entry(meeting, text="A thing that was discussed at length.")
    entry(meeting, text="As was said in entry 2.", text_ja="前述のとおり。")
    entry(meeting, text="As was said in entry 1.", text_ja="既に述べたとおり。")
    assert [(f.about, f.stands_in_the_way, f.message) for f in found(meeting)] == [
        ("Entry 4", True, "It says “entry 1”, which the shared edition does not print."),
        ("Entry 3", False, "It says “entry 2”, and the shared edition prints that entry as number 1."),
    ]


@pytest.mark.parametrize(
    ("language", "text", "numbers"),
    [
        ("en", "As said in entry 5, and in entries 3 and 7; item 4 above.", [5, 3, 7, 4]),
        ("en", "In entry 5, 7 companies are named.", [5]),
        ("en", "Plan item 3, item 4 of the Plan, agenda item 2, Article 5, entry into force, 8 items.", []),
        ("en", "Entry 5 of the annex and paragraph 3 of the memorandum.", []),
        ("ja", "第5項のとおり、上記3のとおり。", [5, 3]),
        ("ja", "第3条第5項、協力プランの第3項目、8項目の「協力プラン」、覚書の第2項、上記3件", []),
        ("ru", "См. пункт 5; в пунктах 3 и 4 отмечено; п. 7 выше.", [5, 3, 4, 7]),
        ("ru", "Пункт 3 Плана сотрудничества, пункт 5 статьи 3, План из восьми пунктов, пункт 5.1.", []),
        ("ru", "Пункт 2 повестки дня, Плана сотрудничества (пункт 3), пункт 4 меморандума.", []),
    ],
)
def test_entries_are_told_from_plan_items_articles_and_other_papers(language, text, numbers):
    assert sorted(number for _said, number in numbers_named(text, language)) == sorted(numbers)


# The meeting


def test_a_meeting_that_was_not_held_cannot_be_circulated():
    meeting = make.make_meeting(state="scheduled", minutes={"standing_ja": "none", "standing_ru": "none"})
    assert codes(meeting) == ["not_held", "nothing_to_share", "nobody_there", "nobody_there"]
    assert found(meeting)[0].url == f"/meetings/{meeting}/move/?target=held"


def test_an_agenda_item_under_which_nothing_stands_is_worth_a_look(meeting):
    spoken_of, silent = make.make_agenda_item(meeting), make.make_agenda_item(meeting, title_en="Other business")
    entry(meeting, agenda_item=spoken_of)
    assert said(meeting, "item_without_entry") == ["Agenda item 2: No entry stands under “Other business”."]
    assert found(meeting)[0].url == f"/meetings/{meeting}/agenda/{silent.pk}/"


def test_the_same_words_twice_are_found_whatever_their_spaces_and_capitals(meeting):
    entry(meeting, text="The sides discussed the whole plan.", text_ja="一")
    entry(meeting, text="The  sides discussed\nthe WHOLE plan.", text_ja="二")
    assert said(meeting, "repeated") == ["Entry 2: It says the same as entry 1."]


def test_three_hundred_entries_take_as_many_queries_as_one(meeting, django_assert_max_num_queries):
    user = make.make_user(role=Role.SECRETARY, committee=meeting.committee)

    def queries() -> int:
        with django_assert_max_num_queries(9) as captured:
            findings(Minuted.read(meeting, user))
        user.__dict__.pop("grants", None)
        return len(captured)

    agreement(meeting)
    one = queries()
    for number in range(3):
        agreement(meeting, f"The sides agreed to hold number {number} on that occasion.")
    assert queries() == one

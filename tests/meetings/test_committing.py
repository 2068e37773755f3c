"""What an entry of draft minutes does to commitments: the rules, and what the trail keeps of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from agreements import actions as agreements
from agreements.models import Commitment, CommitmentState, Responsibility
from directory.models import User
from meetings import actions
from meetings.actions import committing
from meetings.commitment_drafts import as_commitment, passages, responsible_sides
from meetings.models import Entry, Mention
from records.access import Classification, Role
from records.models import AuditEvent
from records.workflow import Refused
from tests import factories as make

pytestmark = pytest.mark.django_db

TEXT = "The co-chairs agreed to hold the session by 31 March 2021."


@pytest.fixture
def entry() -> Entry:
    return make.make_entry(make.make_meeting(state="held"), "agreement", TEXT)


@pytest.fixture
def secretary() -> User:
    return make.make_user(role=Role.SECRETARY)


def proposed(entry: Entry, **facts: Any) -> Commitment:
    timing = {"timing_kind": "exact", "timing_phrase_en": "by 31 March 2021", "due_on": date(2021, 3, 31)}
    return Commitment(committee=entry.minutes.meeting.committee, **{"text_en": "Hold the session.", **timing, **facts})


def made(entry: Entry, by: User, **facts: Any) -> Mention:
    words = {"en": "agreed to hold the session"}
    return committing.make_commitment(proposed(entry, **facts), entry, by=by, words=words)


# Making


def test_commitment_those_responsible_and_mention_are_one_transaction(entry, secretary):
    both = [Responsibility(side=side) for side in entry.minutes.meeting.committee.sides]
    mention = committing.make_commitment(
        proposed(entry), entry, by=secretary, words={"en": "agreed to hold the session"}, responsible=both
    )
    assert (mention.commitment.reference, mention.commitment.state) == ("JR-C-2020-01", "proposed")
    assert [event.label for event in AuditEvent.objects.order_by("-pk")[:4]][::-1] == [
        "agreements.commitment",
        "agreements.responsibility",
        "agreements.responsibility",
        "meetings.mention",
    ]


def test_when_the_words_are_refused_nothing_at_all_is_made(entry, secretary):
    with pytest.raises(Refused, match="The entry does not say this"):
        committing.make_commitment(proposed(entry), entry, by=secretary, words={"en": "agreed to dance"})
    assert not Commitment.objects.exists()


def test_references_follow_one_another_within_the_year_of_the_meeting(entry, secretary):
    make.make_commitment(reference="JR-C-2020-09")
    make.make_commitment(reference="JR-C-2021-12")
    make.make_commitment(reference="JR-C-2020-old")
    assert made(entry, secretary).commitment.reference == "JR-C-2020-10"


def test_the_reference_of_what_was_dropped_is_not_given_again(entry, secretary):
    committing.remove_mention(made(entry, secretary), by=secretary)
    assert made(entry, secretary).commitment.reference == "JR-C-2020-02"


@pytest.mark.parametrize("kind", ["statement", "discussion", "joint_assessment", "information"])
def test_only_an_agreement_makes_a_commitment(entry, secretary, kind):
    other = make.make_entry(entry.minutes, kind, TEXT)
    with pytest.raises(Refused, match="Only an agreement makes a commitment"):
        made(other, secretary)


def test_nobody_agrees_to_what_the_other_side_does_not_read(entry, secretary):
    with pytest.raises(Refused, match="internal"):
        made(make.make_entry(entry.minutes, "agreement", TEXT, audience="internal"), secretary)


def test_an_entry_makes_the_same_commitment_once(entry, secretary):
    made(entry, secretary)
    with pytest.raises(Refused, match="already makes this commitment"):
        made(entry, secretary)


def test_what_a_restricted_meeting_agreed_is_held_no_less_closely(secretary):
    meeting = make.make_meeting(classification=Classification.RESTRICTED)
    with pytest.raises(Refused, match="held no less closely"):
        made(make.make_entry(meeting, "agreement", TEXT), secretary)


def test_a_plan_item_of_the_committee_above_will_do_and_another_s_will_not(secretary):
    below = make.make_committee("JR-IR", parent=make.make_committee(), kind="subcommission")
    make.make_assignment(secretary, Role.SECRETARY, below)
    entry = make.make_entry(make.make_meeting(below), "agreement", TEXT)
    item = make.make_plan_item()
    foreign = make.make_plan_item(make.make_plan(make.make_committee("XX")))
    with pytest.raises(Refused, match="This plan item belongs to another committee"):
        made(entry, secretary, plan_item=foreign)
    assert made(entry, secretary, plan_item=item).commitment.reference == "JR-IR-C-2020-01"


def test_a_commitment_is_coupled_with_one_of_the_same_committee(entry, secretary):
    with pytest.raises(Refused, match="is another committee's"):
        made(entry, secretary, coupled_with=make.make_commitment(make.make_committee("XX")))


def test_two_commitments_do_not_hang_on_each_other(secretary):
    first = make.make_commitment()
    second = make.make_commitment(coupled_with=first)
    first.coupled_with = second
    with pytest.raises(Refused, match="hangs on this commitment itself"):
        agreements.change_commitment(first, by=secretary, expected=1)


def test_only_the_committee_s_sides_and_their_bodies_are_responsible(secretary):
    commitment = make.make_commitment()
    own, other = commitment.committee.sides
    with pytest.raises(Refused, match="has no part"):
        agreements.add_responsible(Responsibility(commitment=commitment, side=make.make_side("FR")), by=secretary)
    office = make.make_office(side=other)
    with pytest.raises(Refused, match="does not belong to this side"):
        agreements.add_responsible(Responsibility(commitment=commitment, side=own, office=office), by=secretary)


def test_those_responsible_become_exactly_those_named(secretary):
    commitment = make.make_commitment()
    own, other = commitment.committee.sides
    make.make_responsibility(commitment, side=own)
    wanted = [Responsibility(side=own, role="support"), Responsibility(side=other)]
    agreements.change_commitment(commitment, by=secretary, expected=1, responsible=wanted)
    named = commitment.responsibilities.order_by("side__code").values_list("side__code", "role")
    assert list(named) == [("JP", "support"), ("RU", "lead")]


def test_a_reader_makes_nothing(entry):
    with pytest.raises(PermissionDenied):
        made(entry, make.make_user(role=Role.READER))


@pytest.mark.parametrize("verb", ["make", "add", "change", "remove"])
def test_after_the_minutes_have_left_the_desk_nothing_is_done(entry, secretary, verb):
    mention = make.make_mention(entry, kind="reaffirms")
    entry.minutes.state = "circulated"
    entry.minutes.save()
    verbs = {
        "make": lambda: made(entry, secretary),
        "add": lambda: committing.add_mention(mention, by=secretary),
        "change": lambda: committing.change_mention(mention, by=secretary, expected=1),
        "remove": lambda: committing.remove_mention(mention, by=secretary),
    }
    with pytest.raises(Refused, match="only while they are a draft"):
        verbs[verb]()


def test_agreeing_to_the_minutes_agrees_to_what_was_proposed(entry, secretary):
    meeting = entry.minutes.meeting
    type(entry.minutes).objects.update(standing_ja="none", standing_ru="none")
    mention = made(entry, secretary)
    revision = actions.circulate(meeting.minutes, by=secretary)
    assert mention.commitment.reference in revision.content


# Mentions


def test_quoted_words_stand_in_the_text_whatever_the_spaces_and_capitals():
    text = "The sides agreed\nto hold it, in Tokyo, in May."
    quoted = ("AGREED to hold it", "agreed to hold … in May", "to hold it […] in May.", "sides ... Tokyo")
    assert [committing.quotes(words, text) for words in quoted] == [True] * 4
    assert [committing.quotes(words, text) for words in ("in May … Tokyo", "agreed to meet")] == [False, False]


def test_what_supersedes_a_commitment_is_noted_on_the_new_one(entry, secretary):
    mention, old = made(entry, secretary), make.make_commitment()
    committing.add_mention(
        Mention(entry=entry, commitment=old, kind="supersedes", words_en="hold the session"), by=secretary
    )
    mention.commitment.refresh_from_db()
    assert mention.commitment.supersedes == old


def test_an_entry_mentions_commitments_of_the_family_only(entry, secretary):
    foreign = make.make_commitment(make.make_committee("XX"))
    with pytest.raises(Refused, match="belongs to another committee"):
        committing.add_mention(
            Mention(entry=entry, commitment=foreign, kind="reaffirms", words_en="agreed"), by=secretary
        )
    below = make.make_committee("JR-IR", parent=make.make_committee(), kind="subcommission")
    mention = Mention(entry=entry, commitment=make.make_commitment(below), kind="reaffirms", words_en="agreed")
    assert committing.add_mention(mention, by=secretary).pk


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"words_en": ""}, "Quote the entry's words"),
        ({"words_en": "agreed", "kind": "makes"}, "Another entry already makes this commitment"),
    ],
)
def test_a_mention_needs_words_and_makes_nothing_twice(entry, secretary, facts, why):
    commitment = made(entry, secretary).commitment
    other = make.make_entry(entry.minutes, "agreement", "They agreed.")
    mention = Mention(**{"entry": other, "commitment": commitment, "kind": "reaffirms", **facts})
    with pytest.raises(Refused, match=why):
        committing.add_mention(mention, by=secretary)


def test_nothing_is_said_of_what_was_dropped(entry, secretary):
    dropped = make.make_commitment(state="dropped")
    with pytest.raises(Refused, match="was dropped"):
        committing.add_mention(
            Mention(entry=entry, commitment=dropped, kind="reaffirms", words_en="agreed"), by=secretary
        )


def test_a_mention_never_starts_or_stops_making_a_commitment(entry, secretary):
    mention = made(entry, secretary)
    mention.kind = "reaffirms"
    with pytest.raises(Refused, match="goes on doing so"):
        committing.change_mention(mention, by=secretary, expected=1)


def test_what_is_agreed_is_not_dropped_with_its_mention(entry, secretary):
    mention = make.make_mention(entry, make.make_commitment(state="agreed"))
    committing.remove_mention(mention, by=secretary)
    assert Commitment.objects.get().state == CommitmentState.AGREED


# What a passage proposes


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "The co-chairs agreed to hold it in May.", "Hold it in May."),
        ("en", "The two sides decided that the Russian side will pay", "The Russian side will pay."),
        ("en", "hold it in May,", "Hold it in May."),
        ("en", "The Japanese side agreed to send it.", "The Japanese side agreed to send it."),
        ("ja", "双方は、開会式を開催することで一致した。", "開会式を開催する。"),
        ("ja", "双方は、2022年末までとすることを決定した。", "2022年末までとする。"),
        ("ja", "双方は、議論を行った。", "双方は、議論を行った。"),
        ("ru", "Стороны договорились провести заседание.", "Провести заседание."),
        ("ru", "Сопредседатели договорились о том, что визит состоится.", "Визит состоится."),
        ("ru", "Стороны договорились о проведении заседания.", "Стороны договорились о проведении заседания."),
    ],
)
def test_the_words_become_what_is_to_be_done(language, said, text):
    assert as_commitment(said, language) == text


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        ({"en": "Both sides agreed."}, ["JP", "RU"]),
        ({"en": "The co-chairs agreed that the Russian side will send a list."}, ["RU"]),
        ({"ja": "日本側が一覧を提出することで一致した。"}, ["JP"]),
        ({"ru": "Российская сторона представит перечень."}, ["RU"]),
        ({"en": "The Japanese side and the Russian side will each send a list."}, ["JP", "RU"]),
        ({"en": "A kit made by Japanese and Russian companies."}, ["JP", "RU"]),
        ({"ja": "双方は一致した。"}, ["JP", "RU"]),
    ],
)
def test_the_side_that_is_named_is_responsible_and_otherwise_both(texts, codes):
    sides = [make.make_side("JP"), make.make_side("RU")]
    assert [side.code for side in responsible_sides(texts, sides)] == codes


def test_the_same_sentence_is_taken_from_each_language(entry):
    entry.text_en, entry.text_ja, entry.text_ru = "One. Two is here. Three.", "一。二はここ。三。", "Раз и два. Три."
    assert passages(entry, {"en": "is here"}) == {"en": "Two is here.", "ja": "二はここ。", "ru": "Раз и два. Три."}


def test_a_plan_item_is_read_by_number_title_or_agenda(entry):
    plan = make.make_plan()
    items = [make.make_plan_item(plan, title_en=title) for title in ("Healthy lives", "Cities", "Small firms")]

    def read(text: str, **facts: Any) -> Any:
        from meetings.commitment_drafts import propose

        passage = Entry(minutes=entry.minutes, kind="agreement", text_en=text, **facts)
        found = propose(passage, {}, spoken_on=date(2020, 12, 21), plan_items=items, sides=[], earlier=[])
        return found.plan_item

    assert read("They agreed to proceed under item 2 of the Cooperation Plan.") == items[1]
    assert read("They agreed to proceed under plan item 3.") == items[2]
    assert read("They agreed to support healthy lives.") == items[0]
    assert read("They agreed to go on with the eight-item Cooperation Plan.") is None
    agenda = make.make_agenda_item(entry.minutes.meeting, plan_item=items[1])
    assert read("They agreed to go on.", agenda_item=agenda) == items[1]

"""From an entry of the minutes to a commitment, and to what is said of those that there are."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.urls import reverse

from agreements.models import Commitment, CommitmentState
from meetings.models import Mention
from records.access import Audience, Classification, Role
from tests import factories as make

pytestmark = pytest.mark.django_db

TEXT = {
    "text_en": "The co-chairs agreed to hold on that occasion the opening ceremony of the exchange year.",
    "text_ja": "双方は、交流年の開会式を、その機会に開催することで一致した。",
    "text_ru": "Сопредседатели договорились провести в связи с этим заседанием церемонию открытия Года обменов.",
}


@pytest.fixture
def house(client_for) -> SimpleNamespace:
    committee = make.make_committee()
    meeting = make.make_meeting(committee)
    return SimpleNamespace(
        committee=committee,
        meeting=meeting,
        entry=make.make_entry(meeting, "agreement", **TEXT),
        secretary=client_for(make.make_user("secretary", Role.SECRETARY, committee)),
        cleared=client_for(make.make_user("open", Role.SECRETARY, committee, clearance=Classification.OPEN)),
        reader=client_for(make.make_user("reader", Role.READER, committee)),
    )


def address(name, thing):
    meeting = thing.entry.minutes.meeting if isinstance(thing, Mention) else thing.minutes.meeting
    return reverse(f"meetings:{name}", args=[meeting.reference, thing.pk])


def text_of(response) -> str:
    return response.content.decode()


def sent(form) -> dict[str, str]:
    """What a browser sends when the form is confirmed as it opened."""
    values = {name: form[name].value() for name in form.fields}
    return {name: str(value) for name, value in values.items() if value is not None}


# Making one


def test_an_agreement_becomes_a_commitment_with_one_confirmation(house):
    session = make.make_entry(house.meeting, "agreement", "Agreed to hold the session.", position=0)
    coupled = make.make_mention(session).commitment
    house.entry.position = 9
    house.entry.save()
    form = house.secretary.get(address("commitment-make", house.entry)).context["form"]
    response = house.secretary.post(address("commitment-make", house.entry), sent(form))
    assert (response.status_code, response.url) == (302, f"/meetings/{house.meeting}/#entry-{house.entry.pk}")
    made = Commitment.objects.get(reference="JR-C-2020-01")
    assert (made.state, made.timing_kind, made.due_on, made.review_on) == (
        CommitmentState.PROPOSED,
        "occasion",
        None,
        date(2021, 6, 21),
    )
    assert [made.timing_phrase_en, made.timing_phrase_ja, made.timing_phrase_ru] == [
        "on that occasion",
        "その機会に",
        "в связи с этим заседанием",
    ]
    assert made.text_en == "Hold on that occasion the opening ceremony of the exchange year."
    assert made.text_ja == "交流年の開会式を、その機会に開催する。"
    assert made.coupled_with == coupled
    assert [each.side.code for each in made.responsibilities.order_by("side__code")] == ["JP", "RU"]
    assert made.mentions.get().words_ja == TEXT["text_ja"]


def test_the_marked_words_are_the_text_and_the_other_languages_stay_whole(house):
    words = "hold on that occasion the opening ceremony"
    page = house.secretary.get(address("commitment-make", house.entry), {"words_en": words})
    form = page.context["form"]
    assert [form["text_en"].value(), form["words_en"].value(), form["words_ja"].value()] == [
        "Hold on that occasion the opening ceremony.",
        words,
        TEXT["text_ja"],
    ]


def test_each_timing_that_was_said_can_be_chosen_and_so_can_none(house):
    text = "The sides agreed to meet by 31 March 2021, considering the situation."
    entry = make.make_entry(house.meeting, "agreement", text)
    form = house.secretary.get(address("commitment-make", entry)).context["form"]
    assert [(choice.timing.kind, choice.timing.due_on) for choice in form.choices] == [
        ("exact", date(2021, 3, 31)),
        ("condition", None),
    ]
    house.secretary.post(address("commitment-make", entry), {**sent(form), "timing": "open"})
    made = Commitment.objects.get()
    assert (made.timing_kind, made.due_on, made.timing_phrase_en) == ("open", None, "")


def test_an_exact_day_is_due_and_needs_no_other_look(house):
    entry = make.make_entry(house.meeting, "agreement", "The sides agreed to submit the list by 31 March 2021.")
    house.secretary.post(
        address("commitment-make", entry), sent(house.secretary.get(address("commitment-make", entry)).context["form"])
    )
    made = Commitment.objects.get()
    assert (made.due_on, made.review_on, made.timing_phrase_en) == (date(2021, 3, 31), None, "by 31 March 2021")


def test_dates_that_hang_on_the_day_of_the_meeting_are_marked(house):
    entry = make.make_entry(house.meeting, "agreement", "The sides agreed to meet again next year.")
    assert "check the dates" in text_of(house.secretary.get(address("commitment-make", entry)))


def test_a_timing_is_written_by_hand_and_its_contradictions_are_named(house):
    form = house.secretary.get(address("commitment-make", house.entry)).context["form"]
    data = {**sent(form), "timing": "otherwise", "timing_kind": "exact", "timing_phrase_en": "on that occasion"}
    response = house.secretary.post(address("commitment-make", house.entry), data)
    assert (response.status_code, "A date goes with the timing" in text_of(response)) == (422, True)
    assert not Commitment.objects.exists()
    house.secretary.post(address("commitment-make", house.entry), {**data, "due_on": "2021-03-01"})
    assert Commitment.objects.get().due_on == date(2021, 3, 1)


def test_a_timing_that_was_written_and_not_chosen_is_not_lost_in_silence(house):
    form = house.secretary.get(address("commitment-make", house.entry)).context["form"]
    data = {**sent(form), "timing_phrase_en": "on that occasion, perhaps"}
    response = house.secretary.post(address("commitment-make", house.entry), data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["timing"])
    assert "on that occasion, perhaps" in text_of(response)


def test_sending_the_form_twice_makes_one_commitment(house):
    data = sent(house.secretary.get(address("commitment-make", house.entry)).context["form"])
    for _ in range(2):
        assert house.secretary.post(address("commitment-make", house.entry), data).status_code == 302
    assert Commitment.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"kind": "joint_assessment"}, "Only an agreement makes a commitment"),
        ({"kind": "agreement", "audience": Audience.INTERNAL}, "This entry is internal"),
    ],
)
def test_what_makes_no_commitment_is_explained(house, facts, why):
    entry = make.make_entry(house.meeting, text_en="The leaders agree.", **facts)
    page = house.secretary.get(address("commitment-make", entry))
    assert (page.status_code, why in text_of(page)) == (200, True)
    assert house.secretary.post(address("commitment-make", entry), {"text_en": "x"}).status_code == 422
    assert not Commitment.objects.exists()


def test_words_that_the_entry_does_not_say_are_refused_beside_the_field_and_kept(house):
    form = house.secretary.get(address("commitment-make", house.entry)).context["form"]
    response = house.secretary.post(address("commitment-make", house.entry), {**sent(form), "words_en": "never said"})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["words_en"])
    assert "never said" in text_of(response)


@pytest.mark.parametrize("words", ["a\x00b", "a\u202eb", "x" * 30_000])
def test_marked_words_that_cannot_be_read_are_left_aside_and_said_to_be(house, words):
    page = house.secretary.get(address("commitment-make", house.entry), {"words_en": words})
    assert (page.status_code, "could not be read" in text_of(page)) == (200, True)


def test_a_reader_makes_nothing_and_an_outsider_finds_nothing(house, client_for):
    outsider = client_for(make.make_user("outsider", Role.SECRETARY, make.make_committee("XX")))
    for name in ("commitment-make", "mention-add"):
        assert house.reader.get(address(name, house.entry)).status_code == 403
        assert outsider.get(address(name, house.entry)).status_code == 404


def test_after_the_minutes_have_left_the_desk_nothing_is_made(house):
    house.meeting.minutes.state = "circulated"
    house.meeting.minutes.save()
    assert house.secretary.get(address("commitment-make", house.entry)).url == f"/meetings/{house.meeting}/#minutes"


def test_the_form_takes_few_queries_however_many_entries_there_are(house, django_assert_max_num_queries):
    for number in range(5):
        make.make_mention(make.make_entry(house.meeting, "agreement", f"Agreed to hold {number}.", position=number))
    with django_assert_max_num_queries(12):
        assert house.secretary.get(address("commitment-make", house.entry)).status_code == 200


# Changing what was made


def made_by(house, **facts) -> Mention:
    commitment = make.make_commitment(house.committee, text_en="Hold the ceremony.", **facts)
    return make.make_mention(house.entry, commitment, words_en="agreed to hold")


def test_the_commitment_and_its_words_are_changed_together(house):
    mention = made_by(house)
    form = house.secretary.get(address("mention-edit", mention)).context["form"]
    data = {**sent(form), "timing": form.choices[0].value, "text_en": "Hold the opening ceremony."}
    side = house.committee.own_side
    data[f"who_{side.pk}_0"] = "side"
    assert house.secretary.post(address("mention-edit", mention), data).status_code == 302
    made = Commitment.objects.get()
    assert (made.text_en, made.timing_phrase_en) == ("Hold the opening ceremony.", "on that occasion")
    assert [str(each) for each in made.responsibilities.all()] == ["Japan"]


def test_a_second_editor_of_a_commitment_sees_both_texts(house):
    mention = made_by(house)
    data = sent(house.secretary.get(address("mention-edit", mention)).context["form"])
    house.secretary.post(address("mention-edit", mention), {**data, "text_en": "Their ceremony."})
    response = house.secretary.post(address("mention-edit", mention), {**data, "text_en": "My ceremony."})
    assert response.status_code == 409
    assert ("Their ceremony." in text_of(response), "My ceremony." in text_of(response)) == (True, True)
    merged = {**data, "text_en": "My ceremony.", "version": response.context["form"].data["version"]}
    assert house.secretary.post(address("mention-edit", mention), merged).status_code == 302


def test_removing_what_makes_a_commitment_drops_it_while_nobody_has_agreed(house):
    mention = made_by(house)
    page = text_of(house.secretary.get(address("mention-remove", mention)))
    assert "it is dropped" in page
    assert house.secretary.post(address("mention-remove", mention)).status_code == 302
    assert (Mention.objects.count(), Commitment.objects.get().state) == (0, CommitmentState.DROPPED)


def test_what_both_sides_have_agreed_to_stays_when_the_mention_goes(house):
    mention = made_by(house, state="agreed")
    assert "stays as it is" in text_of(house.secretary.get(address("mention-remove", mention)))
    house.secretary.post(address("mention-remove", mention))
    assert Commitment.objects.get().state == CommitmentState.AGREED


# Mentioning one that there is


@pytest.mark.parametrize("search", ["jr-c-2019-01", "OPENING ceremony", "開会式", "ЦЕРЕМОНИЮ", "first half"])
def test_a_commitment_is_found_by_its_reference_or_words_in_any_language(house, search):
    wanted = make.make_commitment(
        house.committee,
        reference="JR-C-2019-01",
        text_en="Hold the opening ceremony.",
        text_ja="開会式を開催する。",
        text_ru="Провести церемонию открытия.",
        timing_phrase_en="in the first half of 2020",
    )
    make.make_commitment(house.committee, text_en="Something else.")
    page = house.secretary.get(address("mention-add", house.entry), {"q": search})
    assert page.context["results"] == [wanted]


def test_the_search_finds_only_what_may_be_read_of_the_committee_s_family(house):
    below = make.make_committee("JR-IR", parent=house.committee, kind="subcommission")
    readable = make.make_commitment(house.committee, text_en="Telling word.")
    make.make_commitment(house.committee, text_en="Telling word, close.", classification=Classification.CONFIDENTIAL)
    make.make_commitment(below, text_en="Telling word below.")
    make.make_commitment(make.make_committee("XX"), text_en="Telling word elsewhere.")
    page = house.cleared.get(address("mention-add", house.entry), {"q": "telling"})
    assert page.context["results"] == [readable]


def test_an_entry_reaffirms_a_commitment(house):
    commitment = make.make_commitment(house.committee)
    choosing = f"{address('mention-add', house.entry)}?commitment={commitment}&words_en=hold+on+that+occasion"
    form = house.secretary.get(choosing).context["form"]
    assert form["words_en"].value() == "hold on that occasion"
    response = house.secretary.post(choosing, {**sent(form), "kind": "reaffirms"})
    mention = Mention.objects.get()
    assert (response.status_code, mention.kind, mention.words_en) == (302, "reaffirms", "hold on that occasion")
    page = text_of(house.reader.get(house.meeting.get_absolute_url()))
    assert f'href="{commitment.get_absolute_url()}"' in page


def test_a_commitment_that_may_not_be_read_cannot_be_chosen(house):
    hidden = make.make_commitment(house.committee, classification=Classification.CONFIDENTIAL)
    choosing = {"commitment": hidden.reference}
    assert house.secretary.get(address("mention-add", house.entry), choosing).status_code == 200
    assert house.cleared.get(address("mention-add", house.entry), choosing).status_code == 404


def test_a_mention_is_changed_and_a_second_editor_sees_both(house):
    mention = make.make_mention(house.entry, make.make_commitment(house.committee), "reaffirms")
    data = sent(house.secretary.get(address("mention-edit", mention)).context["form"])
    assert house.secretary.post(address("mention-edit", mention), {**data, "kind": "modifies"}).status_code == 302
    response = house.secretary.post(address("mention-edit", mention), {**data, "kind": "fulfils"})
    assert (response.status_code, Mention.objects.get().kind) == (409, "modifies")


def test_the_search_takes_the_same_queries_for_one_commitment_and_for_three(house, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(12) as captured:
            house.secretary.get(address("mention-add", house.entry))
        return len(captured)

    make.make_mention(make.make_entry(house.meeting))
    one = queries()
    for _ in range(2):
        make.make_mention(make.make_entry(house.meeting))
    assert queries() == one

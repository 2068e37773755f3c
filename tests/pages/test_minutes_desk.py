"""The minutes desk as pages that work by themselves, and as what its script is answered."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings import actions
from meetings.models import Entry
from records.access import Audience, Classification, Role
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client_for) -> SimpleNamespace:
    committee = make.make_committee()
    meeting = make.make_meeting(committee)
    return SimpleNamespace(
        committee=committee,
        meeting=meeting,
        url=reverse("meetings:minutes-desk", args=[meeting.reference]),
        speaker=make.make_attendance(meeting, make.make_motegi()),
        secretary=(secretary := make.make_user("secretary", Role.SECRETARY, committee)),
        client=client_for(secretary),
        colleague=client_for(make.make_user("colleague", Role.SECRETARY, committee, first_name="Akiko")),
    )


def send(desk, key, client=None, **fields):
    """What the desk's script sends, and what it is answered."""
    return (client or desk.client).post(f"{desk.url}entries/{key}/", fields, headers={"Accept": "application/json"})


def plain(desk, key, **fields):
    """What the same form sends without a script: all its fields."""
    return desk.client.post(f"{desk.url}entries/{key}/", fields)


def form_of(entry, **changes):
    facts = {"version": entry.version, "kind": entry.kind, "audience": entry.audience, "agenda_item": ""}
    speakers = [each.pk for each in entry.speakers.all()]
    texts = {name: getattr(entry, name) for name in ("text_en", "text_ja", "text_ru")}
    return {**facts, **texts, "speakers": speakers, **changes}


def queries(action) -> int:
    """How many queries it takes, beside those that begin and end a transaction."""
    with CaptureQueriesContext(connection) as taken:
        response = action()
    assert response.status_code in (200, 302), response.content
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for query in taken)


def changes(desk, cursor="", client=None):
    return (client or desk.client).get(f"{desk.url}changes/", {"since": cursor}).json()


def cursor_of(desk):
    return desk.client.get(desk.url).context["cursor"]


# Who may


def test_the_desk_is_kept_for_those_who_take_the_minutes(desk, client_for):
    reader = client_for(make.make_user("reader", Role.READER, desk.committee))
    outsider = client_for(make.make_user("outsider", Role.SECRETARY, make.make_committee("XX")))
    other_side = make.make_user("delegate", Role.SECRETARY, desk.committee, side=desk.committee.other_side)
    entry = make.make_entry(desk.meeting)
    for path in ("", "changes/"):
        statuses = [client.get(desk.url + path).status_code for client in (desk.client, reader, outsider)]
        assert statuses == [200, 403, 404]
        assert client_for(other_side).get(desk.url + path).status_code == 403
    for do in ("save", "delete", "split", "join", "duplicate", "up", "place"):
        answers = [send(desk, entry.key, client, do=do, version=1).status_code for client in (reader, outsider)]
        assert (do, answers) == (do, [403, 404])
    assert Entry.objects.count() == 1


def test_a_meeting_above_the_clearance_has_no_desk(desk, client_for):
    meeting = make.make_meeting(desk.committee, classification=Classification.CONFIDENTIAL)
    entry = make.make_entry(meeting)
    low = client_for(make.make_user("low", Role.SECRETARY, desk.committee, clearance=Classification.OPEN))
    url = reverse("meetings:minutes-desk", args=[meeting.reference])
    answers = [low.get(url), low.get(f"{url}changes/"), low.post(f"{url}entries/{entry.key}/", form_of(entry))]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_no_desk_reaches_another_meeting_s_entry(desk):
    stranger = make.make_entry(make.make_meeting(desk.committee))
    for do in ("delete", "split", "join", "duplicate", "up"):
        assert (do, send(desk, stranger.key, do=do).status_code) == (do, 410)
    assert send(desk, stranger.key, version=1, fields="text_en", text_en="x").status_code == 410
    assert send(desk, stranger.key, version=0, kind="", audience="shared", text_en="x").status_code == 404
    stranger.refresh_from_db()
    assert stranger.text_en == "The co-chairs discussed the plan."


# Saved by a script


def test_text_is_stored_under_the_key_that_the_desk_gave_it(desk):
    key = uuid4()
    answer = send(desk, key, version=0, kind="", audience="shared", text_ja="協議した。")
    entry = Entry.objects.get(key=key)
    assert (entry.kind, entry.text_ja, answer.json()["order"]) == ("discussion", "協議した。", [str(key)])
    assert f'id="entry-{key}"' in answer.json()["entry"]["html"]


def test_a_save_sends_only_what_changed_and_is_told_the_new_version(desk):
    entry = make.make_entry(desk.meeting, text_ja="古い")
    answer = send(desk, entry.key, version=1, fields="text_ja", text_ja="新しい")
    entry.refresh_from_db()
    assert (answer.json()["entry"]["version"], entry.text_ja) == (2, "新しい")
    assert entry.text_en == "The co-chairs discussed the plan."


def test_a_speaker_and_the_kind_are_saved_together(desk):
    entry = make.make_entry(desk.meeting)
    answer = send(desk, entry.key, version=1, fields="kind,speakers", kind="statement", speakers=desk.speaker.pk)
    assert (answer.json()["entry"]["kind"], answer.json()["entry"]["speakers"]) == ("statement", [desk.speaker.pk])


def test_what_is_refused_is_said_at_its_field(desk):
    entry = make.make_entry(desk.meeting)
    answer = send(desk, entry.key, version=1, fields="kind", kind="statement")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["speakers"])
    answer = send(desk, entry.key, version=1, fields="text_en", text_en="a\x00b")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["text_en"])
    for key in ("0" * 5000 + "1", "9" * 19, "-1", "１"):  # no page of ours has sent these
        answer = send(desk, entry.key, version=1, fields="speakers", speakers=key)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["speakers"])


def test_a_conflict_brings_both_texts_of_the_fields_it_is_about(desk):
    entry = make.make_entry(desk.meeting, text_en="Old.", text_ja="古い")
    send(desk, entry.key, desk.colleague, version=1, fields="text_en", text_en="Theirs.")
    answer = send(desk, entry.key, version=1, fields="text_en,text_ja", text_en="Mine.", text_ja="新しい")
    both = {"name": "text_en", "label": "English", "theirs": "Theirs.", "yours": "Mine."}
    assert (answer.status_code, answer.json()["conflict"]) == (409, [both])
    assert (answer.json()["entry"]["version"], answer.json()["entry"]["text_ja"]) == (2, "古い")


def test_an_entry_that_is_gone_is_said_to_be_gone(desk):
    entry = make.make_entry(desk.meeting)
    actions.remove_entry(Entry.objects.get(), by=desk.secretary)
    answer = send(desk, entry.key, version=1, fields="text_en", text_en="Still typing.")
    assert (answer.status_code, answer.json()) == (410, {"gone": True})


def test_minutes_that_have_left_the_desk_are_not_written(desk):
    entry = make.make_entry(desk.meeting)
    type(desk.meeting.minutes).objects.update(state="circulated")
    answer = send(desk, entry.key, version=1, fields="text_en", text_en="More.")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["__all__"])
    page = desk.client.get(desk.url).content.decode()
    assert "entries are edited only while they are a draft" in page
    assert 'data-state="circulated"' in page
    assert "<textarea" not in page


# Whole entries by a script


def test_a_cut_at_the_caret_counts_characters(desk):
    entry = make.make_entry(desk.meeting, text_en="", text_ja="𠮷野が述べた。次に移った。", text_ru="Сказал. Ещё.")
    answer = send(desk, entry.key, do="split", version=1, split_ja=7, split_ru=7).json()
    texts = [(each["text_ja"], each["text_ru"]) for each in (answer["entry"], answer["others"][0])]
    assert texts == [("𠮷野が述べた。", "Сказал."), ("次に移った。", "Ещё.")]
    assert answer["order"] == [str(entry.key), answer["others"][0]["key"]]


def test_joining_goes_to_the_one_before(desk):
    first, second = make.make_entry(desk.meeting, text_en="One."), make.make_entry(desk.meeting, text_en="Two.")
    assert send(desk, first.key, do="join", version=1).status_code == 422
    answer = send(desk, second.key, do="join", version=1).json()
    assert (answer["entry"]["key"], answer["entry"]["text_en"]) == (str(first.key), "One. Two.")
    assert (answer["removed"], answer["order"]) == (str(second.key), [str(first.key)])


def test_a_verb_on_what_somebody_has_changed_is_refused_with_what_it_is_now(desk):
    first, second = make.make_entry(desk.meeting), make.make_entry(desk.meeting)
    send(desk, second.key, desk.colleague, version=1, fields="text_en", text_en="Theirs.")
    for do in ("join", "delete", "split"):
        answer = send(desk, second.key, do=do, version=1, split_en=3)
        assert (do, answer.status_code, answer.json()["conflict"]) == (do, 409, [])
        assert answer.json()["entry"]["text_en"] == "Theirs."
    assert list(Entry.objects.all()) == [first, second]


def test_what_is_deleted_is_brought_back_with_one_press(desk):
    one, two, three = (make.make_entry(desk.meeting, text_en=text) for text in ("one", "two", "three"))
    answer = send(desk, two.key, do="delete", version=1).json()
    assert (answer["removed"], answer["order"]) == (str(two.key), [str(one.key), str(three.key)])
    back = desk.client.post(answer["undo"], headers={"Accept": "application/json"}).json()
    assert (back["entry"]["key"], back["order"]) == (str(two.key), [str(each.key) for each in (one, two, three)])
    assert desk.client.post(answer["undo"], headers={"Accept": "application/json"}).status_code == 422


@pytest.mark.parametrize(
    ("fields", "order"),
    [
        ({"do": "up"}, "bac"),
        ({"do": "down"}, "acb"),
        ({"do": "place", "after": ""}, "bac"),
        ({"do": "place", "after": "c"}, "acb"),
        ({"do": "place", "after": "nonsense"}, "abc"),
    ],
)
def test_entries_are_moved_by_keys_and_by_dragging(desk, fields, order):
    made = {text: make.make_entry(desk.meeting, text_en=text) for text in "abc"}
    if fields.get("after") in made:
        fields = {**fields, "after": made[fields["after"]].key}
    send(desk, made["b"].key, **fields)
    assert "".join(Entry.objects.values_list("text_en", flat=True)) == order


def test_moving_past_the_ends_moves_nothing(desk):
    made = [make.make_entry(desk.meeting, text_en=text) for text in "ab"]
    assert send(desk, made[0].key, do="up").status_code == 200
    assert send(desk, made[1].key, do="down").status_code == 200
    assert "".join(Entry.objects.values_list("text_en", flat=True)) == "ab"


def test_what_the_desk_does_not_know_changes_nothing(desk):
    assert send(desk, make.make_entry(desk.meeting).key, do="shred").status_code == 422
    assert Entry.objects.count() == 1


# Two secretaries


def test_each_sees_what_the_other_does(desk):
    kept, gone = make.make_entry(desk.meeting), make.make_entry(desk.meeting)
    cursor, key = cursor_of(desk), uuid4()
    send(desk, key, desk.colleague, version=0, kind="", audience="shared", text_en="New.", after=kept.key)
    send(desk, kept.key, desk.colleague, version=1, fields="text_en", text_en="Changed.")
    send(desk, gone.key, desk.colleague, do="delete")
    news = changes(desk, cursor)
    assert {each["key"]: each["text_en"] for each in news["entries"]} == {str(key): "New.", str(kept.key): "Changed."}
    assert {each["changed_by"] for each in news["entries"]} == {"Akiko"}
    assert (news["removed"], news["order"]) == ([str(gone.key)], [str(kept.key), str(key)])
    assert (news["state"], news["reload"], news["user"]) == ("draft", False, desk.secretary.pk)
    assert changes(desk, news["cursor"]) == {"cursor": news["cursor"], "user": desk.secretary.pk}


def test_what_comes_back_is_not_told_as_gone(desk):
    entry = make.make_entry(desk.meeting)
    cursor = cursor_of(desk)
    undo = send(desk, entry.key, desk.colleague, do="delete").json()["undo"]
    desk.colleague.post(undo, headers={"Accept": "application/json"})
    news = changes(desk, cursor)
    assert ([each["key"] for each in news["entries"]], news["removed"]) == ([str(entry.key)], [])


def test_an_order_a_mention_and_a_newcomer_at_the_table_are_told(desk):
    one, two = make.make_entry(desk.meeting), make.make_entry(desk.meeting, "agreement", "They agreed to hold it.")
    cursor = cursor_of(desk)
    send(desk, two.key, desk.colleague, do="up")
    news = changes(desk, cursor)
    assert (news["order"], news["entries"], news["reload"]) == ([str(two.key), str(one.key)], [], False)
    make.make_mention(two)
    assert [each["key"] for each in changes(desk, news["cursor"])["entries"]] == [str(two.key)]
    make.make_attendance(desk.meeting)
    assert changes(desk, news["cursor"])["reload"] is True


def test_another_meeting_s_events_are_not_told(desk):
    cursor = cursor_of(desk)
    make.make_entry(make.make_meeting(desk.committee))
    assert changes(desk, cursor) == {"cursor": cursor, "user": desk.secretary.pk}


@pytest.mark.parametrize("cursor", ["", "nonsense", "a\x00b", "0" * 64, "長" * 500])
def test_a_cursor_that_is_not_known_brings_everything(desk, cursor):
    entry = make.make_entry(desk.meeting)
    assert [each["key"] for each in changes(desk, cursor)["entries"]] == [str(entry.key)]


# Without a script


def test_the_page_shows_each_entry_and_opens_the_one_that_is_asked_for(desk):
    entry, other = make.make_entry(desk.meeting, text_en="First."), make.make_entry(desk.meeting, text_en="Second.")
    page = desk.client.get(f"{desk.url}?entry={entry.key}")
    assert page.context["opened"] == str(entry.key)
    text = page.content.decode()
    assert text.count('class="desk-form"') == 3  # the opened one, the new one, the one that the script copies
    assert all(f'id="entry-{each.key}"' in text for each in (entry, other))


def test_a_new_entry_inherits_what_is_likely(desk):
    item = make.make_agenda_item(desk.meeting)
    make.make_entry(desk.meeting, "agreement", "Agreed.", audience=Audience.PUBLIC, agenda_item=item)
    form = desk.client.get(desk.url).context["new_form"]
    assert (form["kind"], form["audience"], form["agenda_item"]) == ("agreement", "public", str(item.pk))
    make.make_entry(desk.meeting, "statement", "Said.", [desk.speaker])
    assert desk.client.get(desk.url).context["new_form"]["kind"] == ""  # who speaks next is not known


def test_a_new_entry_is_added_and_the_next_one_begun(desk):
    key = desk.client.get(desk.url).context["new_form"]["key"]
    answer = plain(desk, key, version=0, kind="", audience="shared", text_en="He said so.", speakers=desk.speaker.pk)
    assert (answer.status_code, answer.url) == (302, f"{desk.url}?added#desk-new")
    assert Entry.objects.get(key=key).kind == "statement"


def test_nothing_typed_is_lost_when_it_is_refused(desk):
    key = uuid4()
    answer = plain(
        desk, key, version=0, kind="statement", audience="public", text_en="Somebody said so.", text_ja="誰か"
    )
    text = answer.content.decode()
    assert (answer.status_code, "A statement needs its speaker" in text) == (422, True)
    assert ("Somebody said so.</textarea>" in text, "誰か</textarea>" in text, str(key) in text) == (True, True, True)
    form = answer.context["new_form"]
    assert (form["kind"], form["audience"], form["key"]) == ("statement", "public", key)


def test_both_texts_are_shown_in_the_row_and_sending_again_overwrites_knowingly(desk):
    entry = make.make_entry(desk.meeting, text_en="Old.")
    send(desk, entry.key, desk.colleague, version=1, fields="text_en", text_en="Theirs.")
    answer = plain(desk, entry.key, **form_of(entry, text_en="Mine."))
    text = answer.content.decode()
    assert (answer.status_code, "Theirs.</td>" in text, "Mine.</textarea>" in text) == (409, True, True)
    again = plain(desk, entry.key, **form_of(entry, text_en="Mine.", version=answer.context["form"]["version"]))
    entry.refresh_from_db()
    assert (again.status_code, entry.text_en) == (302, "Mine.")


def test_what_was_written_into_a_deleted_entry_can_be_added_anew(desk):
    entry = make.make_entry(desk.meeting, text_en="Old.")
    fields = form_of(entry, text_en="Still typing.")
    send(desk, entry.key, desk.colleague, do="delete")
    answer = plain(desk, entry.key, **fields)
    assert (answer.status_code, "Still typing.</textarea>" in answer.content.decode()) == (409, True)
    assert answer.context["new_form"]["version"] == 0
    plain(desk, answer.context["new_form"]["key"], **{**fields, "version": 0})
    assert [each.text_en for each in Entry.objects.all()] == ["Still typing."]


@pytest.mark.parametrize("do", ["up", "down", "join", "duplicate"])
def test_each_button_keeps_what_is_typed_beside_it(desk, do):
    make.make_entry(desk.meeting, text_en="Before.")
    entry = make.make_entry(desk.meeting, text_en="Old.")
    make.make_entry(desk.meeting, text_en="Behind.")
    answer = plain(desk, entry.key, do=do, **form_of(entry, text_en="Typed."))
    assert answer.status_code == 302
    assert any("Typed." in each.text_en for each in Entry.objects.all())


def test_a_line_of_hyphens_cuts_an_entry_in_two(desk):
    entry = make.make_entry(desk.meeting, text_ja="一。二。")
    fields = form_of(entry, text_en="First.\r\n---\r\nSecond.", text_ja="一。\r\n---\r\n二。")
    answer = plain(desk, entry.key, do="split", **fields)
    first, second = Entry.objects.all()
    assert [(each.text_en, each.text_ja) for each in (first, second)] == [("First.", "一。"), ("Second.", "二。")]
    assert answer.url == f"{desk.url}#entry-{second.key}"


def test_a_cut_that_says_not_where_keeps_the_text_and_stores_nothing(desk):
    entry = make.make_entry(desk.meeting, text_en="Old.")
    answer = plain(desk, entry.key, do="split", **form_of(entry, text_en="Typed."))
    assert (answer.status_code, "Typed.</textarea>" in answer.content.decode()) == (422, True)
    entry.refresh_from_db()
    assert (entry.text_en, entry.version) == ("Old.", 1)


def test_deleting_offers_to_bring_it_back(desk):
    one, two = make.make_entry(desk.meeting, text_en="one"), make.make_entry(desk.meeting, text_en="two")
    page = desk.client.get(plain(desk, two.key, do="delete", version=1).url)
    assert page.context["deleted"].endswith(f"{two.key}/restore/?after={one.key}")
    desk.client.post(page.context["deleted"])
    assert [each.text_en for each in Entry.objects.all()] == ["one", "two"]


def test_somebody_at_the_table_is_found_by_any_name_and_by_initials(desk):
    ((_person, names),) = desk.client.get(desk.url).context["people"]
    for typed in ("mt", "tm", "茂敏", "mote", "мот", "もて", "tosh"):
        assert any(word.startswith(typed) for word in names.split()), typed


def test_a_language_that_is_not_made_has_no_column_until_somebody_writes_it(desk):
    minutes = type(desk.meeting.minutes).objects
    minutes.update(standing_en="none")
    assert desk.client.get(desk.url).context["codes"] == ["ja", "ru"]
    make.make_entry(desk.meeting, text_en="Written all the same.")
    assert desk.client.get(desk.url).context["codes"] == ["en", "ja", "ru"]


def test_the_meeting_s_page_leads_to_the_desk_those_who_take_minutes(desk, client_for):
    page = reverse("meetings:meeting-detail", args=[desk.meeting.reference])
    reader = client_for(make.make_user("reader", Role.READER, desk.committee))
    shown = [f'href="{desk.url}"' in client.get(page).content.decode() for client in (desk.client, reader)]
    assert shown == [True, False]


# Quickly


def test_saving_an_entry_takes_six_queries(desk):
    entry = make.make_entry(desk.meeting)
    assert queries(lambda: send(desk, entry.key, version=1, fields="text_ja", text_ja="新しい")) == 6


def test_asking_for_news_takes_four_queries(desk):
    cursor = cursor_of(desk)
    assert queries(lambda: desk.client.get(f"{desk.url}changes/", {"since": cursor})) == 4


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_desk_opens_in_nine_queries_however_long_the_minutes_are(desk, count):
    item, commitment = make.make_agenda_item(desk.meeting), make.make_commitment(desk.committee)
    entries = [
        Entry(minutes=desk.meeting.minutes, kind="statement", text_en="Said.", agenda_item=item, position=place)
        for place in range(count)
    ]
    Entry.objects.bulk_create(entries)
    Entry.speakers.through.objects.bulk_create(
        Entry.speakers.through(entry=entry, attendance=desk.speaker) for entry in Entry.objects.all()
    )
    make.make_mention(Entry.objects.first(), commitment, "reaffirms")
    assert queries(lambda: desk.client.get(desk.url)) == 9

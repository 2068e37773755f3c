"""The history page: who changed which field from what to what, for those who may know."""

from __future__ import annotations

import time
from typing import Any

import pytest

from records import actions, history
from records.access import Permission, Role
from records.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary() -> Any:
    return factories.make_user("kanda", "secretary", first_name="Yui", last_name="Kanda")


def lines_of(response: Any) -> list[tuple[str, list[tuple[str, str, str]]]]:
    return [
        (line.sentence, [(change.label, change.before, change.after) for change in line.changes])
        for line in response.context["lines"]
    ]


def test_a_change_shows_who_what_from_what_to_what_and_why(client_for: Any, secretary: Any) -> None:
    meeting = factories.make_meeting()
    meeting.place_en, meeting.format = "Moscow", "in_person"
    actions.change(meeting, by=secretary, reason="Moved to Moscow.")
    response = client_for(secretary).get(meeting.get_history_url())
    assert lines_of(response)[0] == (
        "Yui Kanda changed meeting “JR-2020-12-21-CC”",
        [("Format", "video conference", "in person"), ("Place (English)", "", "Moscow")],
    )
    assert "Reason: Moved to Moscow." in response.text


def test_times_name_the_zone_of_the_reader(client_for: Any, secretary: Any) -> None:
    meeting = factories.make_meeting()
    secretary.time_zone = "Europe/Moscow"
    secretary.save()
    created = lines_of(client_for(secretary).get(meeting.get_history_url()))[-1][1]
    assert ("Begins", "", "21 December 2020, 09:00 MSK") in created


def test_the_words_of_a_deleted_part_stay_on_the_page_of_its_meeting(client_for: Any, secretary: Any) -> None:
    entry = factories.make_entry(text_en="Words that were taken out.")
    url = entry.get_history_url()
    actions.delete(entry, by=secretary, reason="Entered twice.")
    sentence, changes = lines_of(client_for(secretary).get(url))[0]
    assert sentence == "Yui Kanda deleted entry “discussion: Words that were taken out.”"
    assert ("Text (English)", "Words that were taken out.", "") in changes


def test_a_part_has_a_history_of_its_own(client_for: Any, secretary: Any) -> None:
    meeting = factories.make_meeting()
    first, _second = factories.make_entry(meeting), factories.make_entry(meeting)
    response = client_for(secretary).get(f"/records/meetings.entry/{first.pk}/history/")
    assert len(lines_of(response)) == 1


def test_inside_a_text_only_what_changed_is_marked(client_for: Any, secretary: Any) -> None:
    entry = factories.make_entry(text_en="Both sides welcomed it.", text_ja="双方は歓迎した。")
    entry.text_en, entry.text_ja = "Both sides confirmed it.", "双方は確認した。"
    actions.change(entry, by=secretary)
    text = client_for(secretary).get(entry.get_history_url()).text
    assert "Both sides <del>welcomed</del><ins>confirmed</ins> it." in text
    assert "双方は<del>歓迎</del><ins>確認</ins>した。" in text


def test_hostile_text_stays_text(client_for: Any, secretary: Any) -> None:
    entry = factories.make_entry(text_en="<script>alert(1)</script>")
    entry.text_en = "<script>alert(2)</script>"
    actions.change(entry, by=secretary)
    assert "<script>alert" not in client_for(secretary).get(entry.get_history_url()).text


def test_a_japanese_passage_is_not_repeated_for_one_new_word(client_for: Any, secretary: Any) -> None:
    before = "双方は、経済分野の協力を進めていくことで一致した。次回会合は未定である。"
    after = "双方は、貿易経済分野の協力を進めていくことで一致した。次回会合は来年である。"
    entry = factories.make_entry(text_en="", text_ja=before)
    entry.text_ja = after
    actions.change(entry, by=secretary)
    text = client_for(secretary).get(entry.get_history_url()).text
    assert (
        "双方は、<ins>貿易</ins>経済分野の協力を進めていくことで一致した。次回会合は<del>未定</del><ins>来年</ins>である。"
        in text
    )


def test_sentences_without_a_word_in_common_are_not_woven_into_each_other(client_for: Any, secretary: Any) -> None:
    entry = factories.make_entry(text_en="It rained all day. They agreed.")
    entry.text_en = "Nobody came. They agreed."
    actions.change(entry, by=secretary)
    text = client_for(secretary).get(entry.get_history_url()).text
    assert "<del>It rained all day. </del><ins>Nobody came. </ins>They agreed." in text


def test_very_long_texts_are_compared_before_a_person_tires() -> None:
    entry = factories.make_entry(text_en="word " * 3_900, text_ru="слово " * 3_300)
    entry.text_en, entry.text_ru = "other " * 3_300, "слово " * 3_299
    actions.change(entry, by=None)
    began = time.process_time()
    [line] = history.lines(AuditEvent.objects.order_by("-pk")[:1])
    assert time.process_time() - began < 1
    assert {change.label: len(change.pieces) for change in line.changes} == {"Text (English)": 2, "Text (Russian)": 2}


@pytest.mark.parametrize(
    ("role", "side", "clearance", "status"),
    [
        ("reader", "own", 2, 200),
        ("administrator", "own", 2, 200),
        ("secretary", "own", 0, 404),
        ("approver", "other", 2, 403),
    ],
)
def test_who_may_read_the_history(client_for: Any, role: str, side: str, clearance: int, status: int) -> None:
    meeting = factories.make_meeting(classification=1)
    user = factories.make_user("somebody", role, side=getattr(meeting.committee, f"{side}_side"), clearance=clearance)
    assert client_for(user).get(meeting.get_history_url()).status_code == status


def test_another_committee_and_nobody_find_nothing(client_for: Any) -> None:
    meeting = factories.make_meeting()
    stranger = factories.make_user("stranger", "secretary", factories.make_committee("XX"))
    assert client_for(stranger).get(meeting.get_history_url()).status_code == 404
    assert client_for(None).get(meeting.get_history_url()).status_code == 302


def test_whoever_reads_the_history_reads_what_is_internal() -> None:
    """So that the page need not hide the parts of a record one by one."""
    assert [
        r for r in Role if Permission.HISTORY_READ in r.permissions and Permission.INTERNAL_READ not in r.permissions
    ] == []


@pytest.mark.parametrize(
    "path",
    [
        "meetings.meeting/999/history/",
        "meetings.meeting/99999999999999999999999999/history/",
        "directory.user/1/history/",
        "records.auditevent/1/history/",
        "no.such/1/history/",
        "nonsense/1/history/",
        "a.b.c/1/history/",
    ],
)
def test_what_is_no_record_has_no_history(client_for: Any, secretary: Any, path: str) -> None:
    assert client_for(secretary).get(f"/records/{path}").status_code == 404


@pytest.mark.parametrize("page", ["2", "x", "\x00", "99999999999999999999"])
def test_a_long_history_is_read_by_pages(client_for: Any, secretary: Any, page: str) -> None:
    meeting = factories.make_meeting()
    for number in range(33):
        factories.make_agenda_item(meeting, title_en=f"Item {number}", position=number)
    response = client_for(secretary).get(meeting.get_history_url(), {"page": page})
    assert response.status_code == 200
    assert "35 in all" in response.text


@pytest.mark.parametrize("events", [1, 3])
def test_a_history_takes_the_same_few_queries_however_long(
    client_for: Any, secretary: Any, events: int, django_assert_max_num_queries: Any
) -> None:
    meeting = factories.make_meeting()
    for _number in range(events):
        factories.make_attendance(meeting)
    client = client_for(secretary)
    with django_assert_max_num_queries(8):
        client.get(meeting.get_history_url())


def test_the_trail_outlives_the_code(client_for: Any, secretary: Any) -> None:
    """Fields and kinds that no longer exist, and values of another type than today's, are still shown."""
    from records import audit

    meeting = factories.make_meeting()
    with actions.one_transaction():
        actions.note(audit.Event("stamped", meeting, None, {"seal": ["old", "new"], "date": [None, "in spring"]}))
    line = lines_of(client_for(secretary).get(meeting.get_history_url()))[0]
    assert line == (
        "The system: stamped, meeting “JR-2020-12-21-CC”",
        [("Date", "", "in spring"), ("Seal", "old", "new")],
    )


def test_a_commitment_held_too_closely_is_not_named(client_for: Any) -> None:
    secret = factories.make_commitment(reference="JR-C-SECRET", classification=2)
    mention = factories.make_mention(commitment=secret)
    reader = client_for(factories.make_user("reader", "reader", clearance=0))
    meeting = mention.entry.minutes.meeting
    assert "JR-C-SECRET" not in reader.get(meeting.get_history_url()).text
    assert "JR-C-SECRET" not in reader.get("/").text
    cleared = client_for(factories.make_user("cleared", "reader", clearance=2))
    assert "JR-C-SECRET" in cleared.get(meeting.get_history_url()).text

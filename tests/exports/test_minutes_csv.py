"""The minutes and the list as tables."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils.translation import override

from meetings.exports.editions import OPERATOR
from meetings.exports.tables import entries_csv, meetings_csv, minutes_csv
from meetings.models import Meeting, Minutes
from records.access import Edition, Role
from tests.exports.reading import rows_of
from tests.exports.scene import SECRETS, UNPRINTED_ITEM, make_scene
from tests.factories import (
    make_attendance,
    make_committee,
    make_entry,
    make_meeting,
    make_mention,
    make_side,
    make_user,
)

pytestmark = pytest.mark.django_db


def csv_of(meeting: Meeting, edition: Edition = Edition.SHARED, language: str = "en", user: Any = OPERATOR) -> bytes:
    minutes = Minutes.objects.get(meeting=meeting)
    return b"".join(minutes_csv(minutes, edition=edition, languages=(language,), user=user))


def test_there_is_one_row_per_entry_with_everything_asked_for() -> None:
    rows = rows_of(csv_of(make_scene().meeting))
    assert rows == [
        {
            "Meeting": "JR-2020-12-21-CC",
            "Date": "2020-12-21",
            "Time at the own side": "2020-12-21 15:00–15:50 JST (UTC+9)",
            "Time at the other side": "2020-12-21 09:00–09:50 MSK (UTC+3)",
            "Number": "1",
            "Kind": "Statement",
            "Speaker": "Motegi Toshimitsu; Reshetnikov, Maksim Gennadyevich",
            "Office": "Minister for Foreign Affairs; Minister of Economic Development",
            "Side": "Japan; Russia",
            "Text (English)": "Stated that consultations went on.",
            "Text (Japanese)": "協議が続いたと述べた。",
            "Text (Russian)": "Заявили, что консультации продолжались.",
            "Audience": "Shared with the other side",
            "Commitment": "",
        },
        rows[1],
    ]
    assert (rows[1]["Number"], rows[1]["Audience"], rows[1]["Commitment"]) == ("2", "Public", "JR-C-2020-01")


def test_both_clocks_are_right_over_midnight() -> None:
    meeting = make_meeting(starts_at=datetime(2020, 12, 20, 16, 0, tzinfo=UTC), ends_at=None)
    make_entry(meeting)
    [row] = rows_of(csv_of(meeting))
    assert (row["Time at the own side"], row["Time at the other side"]) == (
        "2020-12-21 01:00 JST (UTC+9)",
        "2020-12-20 19:00 MSK (UTC+3)",
    )


@pytest.mark.parametrize("edition", [Edition.SHARED, Edition.PUBLIC])
def test_nothing_internal_is_anywhere_in_the_table(edition: Edition) -> None:
    meeting = make_scene().meeting
    assert all(secret in csv_of(meeting, Edition.INTERNAL).decode() for secret in SECRETS)
    text = csv_of(meeting, edition).decode()
    assert [secret for secret in (*SECRETS, UNPRINTED_ITEM, "Internal") if secret in text] == []
    assert [row["Number"] for row in rows_of(text.encode())] == (["1", "2"] if edition == Edition.SHARED else ["1"])


def test_the_other_side_gets_shared_rows_even_of_an_internal_edition() -> None:
    meeting = make_scene().meeting
    guest = make_user(role=Role.READER, side=make_side("RU"))
    rows = rows_of(csv_of(meeting, Edition.INTERNAL, user=guest))
    assert [row["Text (English)"] for row in rows] == [
        "Stated that consultations went on.",
        "Agreed to hold the session.",
    ]


def test_formulas_in_every_column_of_text_are_inert() -> None:
    meeting = make_meeting()
    speaker = make_attendance(meeting, name_en="=cmd|' /C calc'!A0", office_title_en="@office")
    make_entry(meeting, "statement", '=HYPERLINK("http://example.org")', [speaker], text_ja="＝1+1", text_ru="\t-1")
    [row] = rows_of(csv_of(meeting))
    assert [row[name][:2] for name in ("Speaker", "Office", "Text (English)", "Text (Japanese)", "Text (Russian)")] == [
        "'=", "'@", "'=", "'＝", "'\t",
    ]  # fmt: skip


def test_a_text_of_several_lines_stays_one_row() -> None:
    meeting = make_meeting()
    make_entry(meeting, text_en='First, "quoted"\nsecond\n\nthird')
    content = csv_of(meeting)
    assert rows_of(content)[0]["Text (English)"] == 'First, "quoted"\nsecond\n\nthird'
    assert all(line.count("\r") <= 1 for line in content.decode().split("\r\n"))
    assert content.endswith(b"\r\n")


def test_words_are_in_the_language_asked_for_and_its_text_comes_first() -> None:
    meeting = make_scene().meeting
    with override("ru"):  # the interface's language has no say
        content = csv_of(meeting, language="ja")
    [_, row, *_] = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert row[6:10] == [
        "茂木敏充; レシェトニコフ、マクシム・ゲンナジエヴィチ",
        "外務大臣; 経済発展大臣",
        "日本; ロシア",
        "協議が続いたと述べた。",
    ]


def test_the_entries_of_many_meetings_come_in_the_order_of_the_list() -> None:
    other = make_committee("XX")
    meetings = [
        make_meeting(date=date(2020, 1, 1)),
        make_meeting(date=date(2021, 1, 1)),
        make_meeting(other, date=date(2020, 6, 1)),
    ]
    for position in (2, 1):
        for meeting in meetings:
            make_entry(meeting, text_en=f"Position {position}", position=position)
    for ordering in ([], ["reference"], ["-committee__code"]):
        listed = Meeting.objects.order_by(*ordering) if ordering else Meeting.objects.all()
        rows = rows_of(b"".join(entries_csv(listed, edition=Edition.SHARED, languages=("en",), user=OPERATOR)))
        assert [row["Number"] for row in rows] == ["1", "2"] * 3
        assert [row["Text (English)"] for row in rows] == ["Position 1", "Position 2"] * 3
        if ordering != ["-committee__code"]:
            assert [row["Meeting"] for row in rows[::2]] == [meeting.reference for meeting in listed]


def test_a_person_gets_the_entries_of_their_committees_only() -> None:
    make_entry(make_meeting(), text_en="Ours")
    make_entry(make_meeting(make_committee("XX")), text_en="Theirs")
    reader = make_user(role=Role.READER)
    every = Meeting.objects.visible_to(reader)
    rows = rows_of(b"".join(entries_csv(every, edition=Edition.INTERNAL, languages=("en",), user=reader)))
    assert [row["Text (English)"] for row in rows] == ["Ours"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        meeting = make_meeting(date=date(2020, 1, 1 + number))
        for _ in range(count):
            make_mention(make_entry(meeting, speakers=[make_attendance(meeting), make_attendance(meeting)]))
    with django_assert_num_queries(7):
        b"".join(entries_csv(Meeting.objects.all(), edition=Edition.SHARED, languages=("en",), user=OPERATOR))


@pytest.mark.parametrize("at_once", [1, 3])
def test_the_table_is_the_same_however_much_is_read_at_once(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        meeting = make_meeting(date=date(2020, 1, 1 + number))
        for _ in range(number):
            make_mention(make_entry(meeting, speakers=[make_attendance(meeting), make_attendance(meeting)]))

    def table() -> bytes:
        every = Meeting.objects.order_by("-reference")
        return b"".join(entries_csv(every, edition=Edition.SHARED, languages=("en",), user=OPERATOR))

    whole = table()
    assert [row["Number"] for row in rows_of(whole)] == ["1", "2", "3", "1", "2", "1"]
    monkeypatch.setattr("meetings.exports.tables.ENTRIES_AT_ONCE", at_once)
    assert table() == whole


def test_no_row_is_read_before_the_heads_are_sent(django_assert_num_queries: Any) -> None:
    minutes = make_scene().minutes
    with django_assert_num_queries(0):
        parts = minutes_csv(minutes, edition=Edition.SHARED, languages=("en",), user=OPERATOR)
        assert next(parts).startswith('\ufeff"Meeting","Date",'.encode())


def test_the_list_is_a_table_in_its_own_order() -> None:
    make_meeting(title_en="=1+1", place_en="Sapporo", format="hybrid")
    make_meeting(date=date(2019, 12, 18), kind="session", ordinal=15, date_precision="month")
    rows = rows_of(b"".join(meetings_csv(Meeting.objects.order_by("date", "pk"), language="en")))
    assert rows == [
        {
            "Reference": "JR-2019-12-18-S15",
            "Title": "15th session",
            "Committee": "Intergovernmental Committee JR",
            "Kind": "Session",
            "Format": "Video conference",
            "State": "Draft",
            "Date": "2019-12",
            "Time at the own side": "",
            "Time at the other side": "",
            "Place": "",
            "Minutes": "",
            "Whose turn": "",
        },
        {
            "Reference": "JR-2020-12-21-CC",
            "Title": "'=1+1",
            "Committee": "Intergovernmental Committee JR",
            "Kind": "Co-chairs' meeting",
            "Format": "Hybrid",
            "State": "Draft",
            "Date": "2020-12-21",
            "Time at the own side": "2020-12-21 15:00–15:50 JST (UTC+9)",
            "Time at the other side": "2020-12-21 09:00–09:50 MSK (UTC+3)",
            "Place": "Sapporo",
            "Minutes": "",
            "Whose turn": "",
        },
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_one_query_for_any_number_of_meetings(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        make_meeting(date=date(2020, 1, 1 + number))
    with django_assert_num_queries(1):
        b"".join(meetings_csv(Meeting.objects.all(), language="en"))

"""The minutes on paper: who was there, on both clocks, what was said, and nothing about what is left out."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.exceptions import PermissionDenied

from meetings.exports.editions import OPERATOR
from meetings.exports.minutes import minutes_data, minutes_document
from meetings.models import Entry, Meeting, Minutes
from records.access import Edition, Role
from records.exports.typst import Document
from tests.exports.reading import everything_in, printed
from tests.exports.scene import SECRETS, UNPRINTED_ITEM, make_scene
from tests.factories import (
    make_attendance,
    make_commitment,
    make_entry,
    make_meeting,
    make_mention,
    make_person,
    make_revision,
    make_side,
    make_user,
)
from tests.rig import verapdf

pytestmark = pytest.mark.django_db


def data_of(meeting: Meeting, edition: Edition = Edition.SHARED, languages: tuple[str, ...] = ("en",)) -> Any:
    minutes = Minutes.objects.get(meeting=meeting)
    return minutes_data(minutes, edition=edition, languages=languages, user=OPERATOR)


def document_of(
    meeting: Meeting, edition: Edition = Edition.SHARED, languages: tuple[str, ...] = ("en",), user: Any = OPERATOR
) -> Document:
    minutes = Minutes.objects.get(meeting=meeting)
    return minutes_document(minutes, edition=edition, languages=languages, user=user)


def fact(data: Any, label: str, language: str = "en") -> str:
    return next(fact["value"][language] for fact in data["facts"] if fact["label"]["en"] == label)


# -- facts -----------------------------------------------------------------------------------------------------------


def test_the_time_is_on_both_sides_clocks() -> None:
    assert fact(data_of(make_meeting()), "Time") == "15:00–15:50 JST (UTC+9), Tokyo\n09:00–09:50 MSK (UTC+3), Moscow"


def test_a_meeting_at_night_in_one_capital_says_that_the_other_has_another_day() -> None:
    meeting = make_meeting(
        starts_at=datetime(2020, 12, 20, 16, 0, tzinfo=UTC), ends_at=datetime(2020, 12, 20, 17, 0, tzinfo=UTC)
    )
    assert fact(data_of(meeting), "Time") == (
        "01:00–02:00 JST (UTC+9), Tokyo\n19:00–20:00 MSK (UTC+3), Moscow (20 December 2020)"
    )


def test_the_day_is_written_out_as_each_language_writes_it() -> None:
    data = data_of(make_meeting(), languages=("en", "ja"))
    assert fact(data, "Date") == "Monday, 21 December 2020"
    assert "2020年（令和2年）12月21日" in fact(data_of(make_meeting(), languages=("ja", "en")), "Date", "ja")
    assert "21 декабря 2020\u202fг." in fact(data_of(make_meeting(), languages=("ru", "en")), "Date", "ru")


def test_a_day_not_known_exactly_is_not_made_exact() -> None:
    data = data_of(make_meeting(date_precision="month"))
    assert [each["label"]["en"] for each in data["facts"]] == ["Date", "Format"]
    assert fact(data, "Date") == "December 2020"


def test_the_classification_is_for_the_internal_edition_alone() -> None:
    meeting = make_meeting()
    assert fact(data_of(meeting, Edition.INTERNAL), "Classification") == "Open"
    for edition in (Edition.SHARED, Edition.PUBLIC):
        assert "Classification" not in [each["label"]["en"] for each in data_of(meeting, edition)["facts"]]


def test_the_house_stands_in_the_letterhead(settings: Any) -> None:
    settings.MINISTRY = {"en": "Ministry of Foreign Affairs", "ja": "外務省", "ru": ""}
    assert data_of(make_meeting(), languages=("ja", "ru"))["letterhead"] == {
        "organisation": {"ja": "外務省", "ru": "Ministry of Foreign Affairs"},
        "committee": {"ja": "政府間委員会 JR", "ru": "Межправительственная комиссия JR"},
    }


def test_a_numbered_session_and_a_title_of_its_own_are_in_the_title() -> None:
    session = make_meeting(kind="session", ordinal=15)
    named = make_meeting(title_en="Opening ceremony")
    assert data_of(session)["title"] == {"en": "Minutes of the 15th session"}
    assert data_of(named)["title"] == {"en": "Minutes: Opening ceremony"}


def test_what_is_not_verified_says_so() -> None:
    assert data_of(make_meeting(unverified=True))["footer"]["note"] == {"en": "Not verified in a source."}


# -- who -------------------------------------------------------------------------------------------------------------


def test_attendance_is_by_side_with_apologies_and_who_read_a_message() -> None:
    meeting = make_meeting()
    deputy = make_person(make_side("RU"), family_name_en="Torosov", given_name_en="Ilya")
    minister = make_person(make_side("RU"), family_name_en="Minister", given_name_en="The")
    make_attendance(meeting, deputy, name_en="TOROSOV Ilya", mode="in_person")
    make_attendance(meeting, minister, mode="message_read", read_by=deputy, sent_apologies=True, role="co_chair")
    data = data_of(meeting)
    assert [side["name"]["en"] for side in data["sides"]] == ["Japan", "Russia"]
    [torosov] = data["sides"][1]["people"]
    [absent] = data["sides"][1]["apologies"]
    assert torosov["mode"] == {"en": "In person"}
    assert absent["mode"] == {"en": "Message read by TOROSOV Ilya"}
    assert data["sides"][0] == {"name": {"en": "Japan"}, "people": [], "apologies": []}


def test_a_name_missing_in_a_script_is_printed_in_another() -> None:
    meeting = make_meeting()
    make_attendance(meeting, name_en="MOTEGI Toshimitsu", name_ja="")
    [person] = data_of(meeting, languages=("ja", "en"))["sides"][0]["people"]
    assert person["name"] == {"ja": "MOTEGI Toshimitsu", "en": "MOTEGI Toshimitsu"}


# -- what an edition leaves out --------------------------------------------------------------------------------------


def test_entries_and_agreements_are_numbered_within_the_edition() -> None:
    meeting = make_scene().meeting
    for edition, entries, agreements in [
        (Edition.INTERNAL, [1, 2, 3, 4, 5], [3, 4]),
        (Edition.SHARED, [1, 2], [2]),
        (Edition.PUBLIC, [1], [1]),
    ]:
        data = data_of(meeting, edition)
        assert [entry["number"] for entry in data["entries"]] == entries
        assert [agreement["number"] for agreement in data["agreements"]] == agreements


@pytest.mark.parametrize("edition", [Edition.SHARED, Edition.PUBLIC])
@pytest.mark.parametrize("languages", [("en",), ("en", "ja"), ("ru",)])
def test_nothing_internal_is_anywhere_in_the_file(edition: Edition, languages: tuple[str, ...]) -> None:
    meeting = make_scene().meeting
    internal = document_of(meeting, Edition.INTERNAL, languages).pdf
    assert any(secret in everything_in(internal) for secret in SECRETS)
    content = everything_in(document_of(meeting, edition, languages).pdf)
    assert [secret for secret in SECRETS if secret in content] == []
    assert ("Stated that consultations" in content) == (edition == Edition.SHARED and "en" in languages)


@pytest.mark.parametrize("edition", [Edition.SHARED, Edition.PUBLIC])
def test_the_file_is_the_same_with_and_without_internal_entries(edition: Edition) -> None:
    scene = make_scene()
    before = document_of(scene.meeting, edition, ("en", "ja"))
    Entry.objects.filter(pk__in=[entry.pk for entry in scene.internal]).delete()
    assert document_of(scene.meeting, edition, ("en", "ja")) == before


def test_the_public_agenda_holds_only_what_something_is_printed_under() -> None:
    meeting = make_scene().meeting
    assert [item["title"]["en"] for item in data_of(meeting, Edition.PUBLIC)["agenda"]] == ["Economic relations"]
    assert UNPRINTED_ITEM in [item["title"]["en"] for item in data_of(meeting)["agenda"]]


def test_a_commitment_is_named_only_where_its_classification_allows() -> None:
    meeting = make_scene().meeting
    named = {edition: data_of(meeting, edition)["agreements"][-1]["commitment"] for edition in Edition}
    assert named == {
        Edition.INTERNAL: "JR-C-2020-01",
        Edition.SHARED: "JR-C-2020-01",
        Edition.PUBLIC: "JR-C-2020-01",
    }


def test_a_restricted_commitment_is_shared_in_the_minutes_of_a_restricted_meeting_and_never_public() -> None:
    meeting = make_meeting(classification=1)
    entry = make_entry(meeting, "agreement", "Agreed.", audience="public")
    make_mention(entry, make_commitment(reference="JR-C-9", classification=1))
    assert data_of(meeting, Edition.SHARED)["agreements"][0]["commitment"] == "JR-C-9"
    assert data_of(meeting, Edition.PUBLIC)["agreements"][0]["commitment"] is None


def test_every_edition_carries_the_hash_of_its_revision() -> None:
    meeting = make_meeting(minutes={"state": "agreed"})
    revision = make_revision(meeting.minutes)
    hashes = {edition: data_of(meeting, edition)["footer"]["hash"] for edition in Edition}
    assert hashes == dict.fromkeys(Edition, revision.digest)


def test_a_draft_carries_no_hash() -> None:
    meeting = make_meeting()
    make_revision(meeting.minutes)
    assert data_of(meeting, Edition.INTERNAL)["footer"]["hash"] is None


def test_the_other_side_is_refused_the_internal_edition() -> None:
    meeting = make_scene().meeting
    guest = make_user(role=Role.READER, side=make_side("RU"))
    with pytest.raises(PermissionDenied):
        document_of(meeting, Edition.INTERNAL, user=guest)
    assert "Stated that consultations" in printed(document_of(meeting, user=guest).pdf)


def test_a_reader_whose_clearance_is_too_low_finds_nothing_to_print() -> None:
    meeting = make_scene(classification=2).meeting
    reader = make_user(role=Role.READER, clearance=1)
    data = minutes_data(meeting.minutes, edition=Edition.INTERNAL, languages=("en",), user=reader)
    assert (data["entries"], data["agenda"], data["sides"][0]["people"]) == ([], [], [])


# -- the file --------------------------------------------------------------------------------------------------------


def test_the_same_minutes_give_the_same_bytes() -> None:
    meeting = make_scene().meeting
    assert document_of(meeting, languages=("en", "ja")) == document_of(meeting, languages=("en", "ja"))


def test_the_file_is_dated_when_the_last_thing_in_it_was_changed() -> None:
    scene = make_scene()
    reader = pypdf.PdfReader(io.BytesIO(document_of(scene.meeting, Edition.PUBLIC).pdf))
    assert reader.metadata is not None
    newest = Minutes.objects.get(meeting=scene.meeting).entries.get(pk=scene.public.pk).mentions.latest("pk").updated_at
    made = reader.metadata.creation_date
    assert made is not None
    assert abs((made - newest).total_seconds()) < 2


def test_title_and_language_are_in_the_file() -> None:
    reader = pypdf.PdfReader(io.BytesIO(document_of(make_scene().meeting, languages=("ru", "en")).pdf))
    assert reader.metadata is not None
    assert reader.metadata.title is not None
    assert "Minutes of the co-chairs’ meeting" in reader.metadata.title
    assert reader.root_object["/Lang"] == "ru"


def test_japanese_and_russian_come_back_from_the_page() -> None:
    meeting = make_scene().meeting
    japanese, russian = (printed(document_of(meeting, languages=(code,)).pdf) for code in ("ja", "ru"))
    assert "協議が続いたと述べた。" in japanese
    assert "レシェトニコフ、マクシム・ゲンナジエヴィチ" in japanese
    assert "2020年（令和2年）12月21日" in japanese
    assert "консультации продолжались" in russian
    assert "Решетников Максим Геннадьевич" in russian


def test_a_text_missing_in_a_language_is_said_to_be_missing() -> None:
    assert "〔" in printed(document_of(make_scene().meeting, languages=("ru",)).pdf)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(count: int, django_assert_num_queries: Any) -> None:
    meeting = make_meeting()
    for _ in range(count):
        entry = make_entry(meeting, "agreement", speakers=[make_attendance(meeting), make_attendance(meeting)])
        make_mention(entry)
    minutes = Minutes.objects.select_related("meeting__committee__own_side", "meeting__committee__other_side").get()
    with django_assert_num_queries(5):
        minutes_data(minutes, edition=Edition.SHARED, languages=("en", "ja"), user=OPERATOR)


@pytest.mark.verapdf
@pytest.mark.skipif(bool(verapdf.available()), reason=verapdf.available() or "")
def test_every_edition_is_both_pdf_ua_1_and_pdf_a_2a(tmp_path: Path) -> None:
    meeting = make_scene(place_en="Tokyo").meeting
    files = []
    for edition, languages in zip(Edition, [("en",), ("en", "ja"), ("ru", "ja")], strict=True):
        file = tmp_path / f"{edition}.pdf"
        file.write_bytes(document_of(meeting, edition, languages).pdf)
        files.append(file)
    assert verapdf.validate(files) == []

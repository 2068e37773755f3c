"""The communiqué as it leaves the house: on paper, for Word, as plain text, for machines."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.exports.communique import communique_document, communique_docx, communique_json, communique_text
from meetings.exports.editions import OPERATOR
from meetings.models import Communique, Entry
from records.access import Role
from records.actions import change
from records.models import AuditEvent
from tests.exports.reading import everything_in, printed
from tests.exports.scene import SECRETS, make_scene
from tests.factories import (
    make_committee,
    make_communique,
    make_entry,
    make_meeting,
    make_sentence,
    make_side,
    make_user,
)
from tests.rig import verapdf

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]


def made(entry: Entry | None = None, *, is_cleared: bool = True, **facts: Any) -> Communique:
    """Three sentences: two from a public entry, of which the second is missing in Russian, and one from none."""
    entry = entry or make_entry(make_meeting(**facts), "agreement", "They agreed.", audience="public")
    communique = make_communique(entry.minutes.meeting)
    first = {"text_en": "They agreed.", "text_ja": "双方は一致した。", "text_ru": "Стороны договорились."}
    make_sentence(communique, entry=entry, **first)
    make_sentence(communique, entry=entry, text_en="The session is held.", text_ja="会合は開催される。")
    make_sentence(communique, text_en="It rained.", text_ja="雨が降った。", text_ru="Шёл дождь.")
    if is_cleared:
        communique.cleared_at, communique.cleared_by = timezone.now(), make_user()
        change(communique, by=None)
    return communique


def texts(communique: Communique, *languages: str) -> str:
    return communique_text(communique, languages=languages, user=OPERATOR).decode()


# -- plain text ------------------------------------------------------------------------------------------------------


def test_sentences_of_one_entry_are_one_paragraph() -> None:
    communique = made()
    assert texts(communique, "en").split("\n\n")[1:] == ["They agreed. The session is held.", "It rained.\n"]
    japanese = texts(communique, "ja").split("\n\n")
    assert japanese[1:] == ["双方は一致した。会合は開催される。", "雨が降った。\n"]


def test_an_entry_that_is_no_longer_public_holds_no_paragraph_together() -> None:
    communique = made()
    Entry.objects.update(audience="internal")
    assert "They agreed.\n\nThe session is held.\n\nIt rained." in texts(communique, "en")


def test_what_is_missing_in_a_language_is_said_to_be_missing() -> None:
    communique = made()
    russian = texts(communique, "ru")
    assert "Стороны договорились. 〔" in russian
    assert texts(communique, "en", "ru") == f"{texts(communique, 'en')}\n* * *\n\n{russian}"


def test_a_draft_says_on_every_paper_that_it_is_not_cleared() -> None:
    draft, cleared = made(is_cleared=False), made()
    assert ("not cleared" in texts(draft, "en"), "not cleared" in texts(cleared, "en")) == (True, False)
    for communique, expected in ((draft, True), (cleared, False)):
        pdf = printed(communique_document(communique, languages=("en",), user=OPERATOR).pdf)
        assert ("not cleared" in pdf) == expected
        word = docx.Document(io.BytesIO(communique_docx(communique, languages=("en",), user=OPERATOR)))
        everywhere = [*word.paragraphs, *word.sections[0].first_page_header.paragraphs]
        assert any("not cleared" in paragraph.text for paragraph in everywhere) == expected


# -- machines --------------------------------------------------------------------------------------------------------


def test_machines_read_every_language_and_the_key_of_the_entry() -> None:
    communique = made()
    key = str(communique.meeting.minutes.entries.get(audience="public").key)
    content = json.loads(communique_json(communique, user=OPERATOR))
    assert content["sentences"] == [
        {"text": {"en": "They agreed.", "ja": "双方は一致した。", "ru": "Стороны договорились."}, "entry": key},
        {"text": {"en": "The session is held.", "ja": "会合は開催される。"}, "entry": key},
        {"text": {"en": "It rained.", "ja": "雨が降った。", "ru": "Шёл дождь."}, "entry": None},
    ]
    assert (content["meeting"], content["cleared_at"] is None) == (communique.meeting.reference, False)


def test_the_key_of_an_entry_that_is_no_longer_public_is_left_out() -> None:
    communique = made()
    entry = communique.meeting.minutes.entries.get(audience="public")
    entry.audience = "internal"
    change(entry, by=None)
    content = communique_json(communique, user=OPERATOR).decode()
    assert str(entry.key) not in content
    assert {sentence["entry"] for sentence in json.loads(content)["sentences"]} == {None}


# -- paper -----------------------------------------------------------------------------------------------------------


def test_the_paper_holds_the_text_and_nothing_else_of_the_minutes() -> None:
    content = everything_in(communique_document(made(make_scene().public), languages=("en", "ru"), user=OPERATOR).pdf)
    assert [word for word in (*SECRETS, "consultations went on", "MOTEGI") if word in content] == []
    assert "They agreed. The session is held." in content


def test_the_same_communique_gives_the_same_bytes() -> None:
    communique = made()
    for make in (communique_document, communique_docx, communique_text):
        first, second = (make(communique, languages=("en", "ja"), user=OPERATOR) for _ in range(2))
        assert first == second


def test_japanese_and_russian_come_back_from_the_page() -> None:
    communique = made()
    assert "双方は一致した。会合は開催される。" in printed(
        communique_document(communique, languages=("ja",), user=OPERATOR).pdf
    )
    assert "Шёл дождь." in printed(communique_document(communique, languages=("ru",), user=OPERATOR).pdf)


@pytest.mark.verapdf
@pytest.mark.skipif(bool(verapdf.available()), reason=verapdf.available() or "")
def test_every_paper_is_both_pdf_ua_1_and_pdf_a_2a(tmp_path: Path) -> None:
    files = []
    for number, languages in enumerate([("ja",), ("en", "ru"), ("ru", "ja"), ("en",)]):
        file = tmp_path / f"{number}.pdf"
        communique = made(is_cleared=number % 2 == 0, place_en="Tokyo")
        file.write_bytes(communique_document(communique, languages=languages, user=OPERATOR).pdf)
        files.append(file)
    assert verapdf.validate(files) == []


# -- Word ------------------------------------------------------------------------------------------------------------


def test_word_gets_real_styles_and_two_columns_as_a_table() -> None:
    communique = made()
    one = docx.Document(io.BytesIO(communique_docx(communique, languages=("en",), user=OPERATOR)))
    assert [(p.style.name, p.text) for p in one.paragraphs if p.style.name in ("Title", "Normal")] == [
        ("Normal", "Intergovernmental Committee JR"),
        ("Title", "Communiqué on the co-chairs’ meeting"),
        ("Normal", "They agreed. The session is held."),
        ("Normal", "It rained."),
    ]
    two = docx.Document(io.BytesIO(communique_docx(communique, languages=("en", "ja"), user=OPERATOR)))
    [table] = two.tables
    assert [cell.text for cell in table.rows[-1].cells] == ["It rained.", "雨が降った。"]


# -- downloads -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "language", "filename"),
    [
        ("pdf", "en+ru", "JR-2020-12-21-CC communique en+ru.pdf"),
        ("docx", "ja", "JR-2020-12-21-CC communique ja.docx"),
        ("txt", "en", "JR-2020-12-21-CC communique en.txt"),
        ("json", "en", "JR-2020-12-21-CC communique en+ja+ru.json"),
    ],
)
def test_each_download_is_named_and_written_down(
    client_for: ClientFor, suffix: str, language: str, filename: str
) -> None:
    communique = made()
    client = client_for(make_user(role=Role.READER, side=make_side("RU")))
    address = reverse(f"meetings:communique-{suffix}", args=[communique.meeting.reference])
    response = client.get(address, {"language": language})
    assert (response.status_code, f'filename="{filename}"' in response["Content-Disposition"]) == (200, True)
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.label, event.changes["format"]) == (
        "downloaded",
        "meetings.communique",
        [None, suffix],
    )


def test_a_draft_says_so_in_its_name_and_is_not_there_for_the_other_side(client_for: ClientFor) -> None:
    communique = made(is_cleared=False)
    address = reverse("meetings:communique-txt", args=[communique.meeting.reference])
    response = client_for(make_user(role=Role.READER)).get(address)
    assert 'communique en draft.txt"' in response["Content-Disposition"]
    before = AuditEvent.objects.filter(verb="downloaded").count()
    assert client_for(make_user(role=Role.READER, side=make_side("RU"))).get(address).status_code == 404
    assert client_for(make_user(role=Role.SECRETARY, committee=make_committee("XX"))).get(address).status_code == 404
    assert AuditEvent.objects.filter(verb="downloaded").count() == before


def test_where_there_is_none_there_is_nothing_to_take(client_for: ClientFor) -> None:
    meeting = make_meeting()
    client = client_for(make_user(role=Role.SECRETARY))
    assert client.get(reverse("meetings:communique-pdf", args=[meeting.reference])).status_code == 404


def test_an_impossible_language_is_answered_with_what_is_possible(client_for: ClientFor) -> None:
    communique = made()
    address = reverse("meetings:communique-pdf", args=[communique.meeting.reference])
    response = client_for(make_user(role=Role.READER)).get(address, {"language": "xx"})
    assert (response.status_code, "Choose en, ja or ru" in response.content.decode()) == (400, True)

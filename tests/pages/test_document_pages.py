"""Documents on a meeting's page: attaching, correcting, removing, taking away, as people of different rights do it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from meetings.models import Document
from records.access import Audience, Role
from records.models import AuditEvent
from secretariat.middleware import Guard
from tests import factories as make

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 a letter"


@pytest.fixture
def house(client_for: Any) -> SimpleNamespace:
    committee = make.make_committee()
    people = {
        "secretary": make.make_user("secretary", Role.SECRETARY, committee),
        "reader": make.make_user("reader", Role.READER, committee),
        "outsider": make.make_user("outsider", Role.SECRETARY, make.make_committee("XX")),
        "delegate": make.make_user("delegate", Role.READER, committee, side=committee.other_side),
    }
    meeting = make.make_meeting(committee)
    return SimpleNamespace(meeting=meeting, **{name: client_for(person) for name, person in people.items()})


def address(page: str, thing: Any) -> str:
    if page == "add":
        return reverse("meetings:document-add", args=[thing.reference])
    return reverse(f"meetings:document-{page}", args=[thing.meeting.reference, thing.pk])


def facts(content: bytes = PDF, name: str = "letter.pdf", **more: Any) -> dict[str, Any]:
    file = SimpleUploadedFile(name, content, "text/html")
    return {"upload": file, "kind": "letter", "title": "Letter", "audience": "internal", **more}


def taken(client: Any, document: Document) -> tuple[int, bytes]:
    response = client.get(address("download", document))
    return response.status_code, response.getvalue()


# -- attaching -------------------------------------------------------------------------------------------------------


def test_a_secretary_attaches_a_document(house: SimpleNamespace) -> None:
    response = house.secretary.post(address("add", house.meeting), facts(title="", name="口上書 12.PDF"))
    assert (response.status_code, response["Location"]) == (302, f"/meetings/{house.meeting}/#documents")
    document = Document.objects.get()
    assert (document.title, document.name, document.media_type) == ("口上書 12", "口上書 12.pdf", "application/pdf")
    page = house.secretary.get(house.meeting.get_absolute_url()).content.decode()
    assert address("download", document) in page


def test_the_form_takes_files_and_says_which(house: SimpleNamespace) -> None:
    page = house.secretary.get(address("add", house.meeting)).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert 'accept=".pdf,.docx,.xlsx,.odt,.jpg,.jpeg,.png,.tif,.tiff,.txt"' in page


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script>", "page.html"),
        (b"<svg onload='alert(1)'/>", "drawing.svg"),
        (b"<html>", "letter.pdf"),
        (PDF, "letter.pdf.html"),
        (PDF, "letter.html.pdf"),
        (PDF, "../../letter"),
        (b"", "letter.pdf"),
    ],
)
def test_what_is_not_accepted_is_said_beside_the_field(house: SimpleNamespace, content: bytes, name: str) -> None:
    response = house.secretary.post(address("add", house.meeting), facts(content, name, title="What I typed"))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["upload"]
    assert "What I typed" in response.content.decode()
    assert Document.objects.count() == 0


def test_without_a_file_nothing_is_attached(house: SimpleNamespace) -> None:
    for sent in (facts() | {"upload": ""}, {}):
        response = house.secretary.post(address("add", house.meeting), sent)
        assert response.status_code == 422
        assert response.context["form"].errors["upload"] == ["Choose a file."]


def test_after_another_mistake_the_form_asks_for_the_file_again(house: SimpleNamespace) -> None:
    response = house.secretary.post(address("add", house.meeting), facts(audience="everybody"))
    assert response.status_code == 422
    assert "choose it again" in response.content.decode()


def test_a_file_that_is_too_large_is_answered_with_413(house: SimpleNamespace, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 1024**2
    response = house.secretary.post(address("add", house.meeting), facts(PDF.ljust(1024**2 + 1), title="Kept"))
    assert response.status_code == 413
    assert "at most 1 MB" in response.content.decode()
    assert "Kept" in response.content.decode()


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [
        ("/meetings/JR/documents/add/", 25_000_000, 200),
        ("/meetings/JR/documents/add/", 26_100_000, 413),
        ("/meetings/JR/documents/1/", 5_100_000, 413),
        ("/meetings/new/", 5_100_000, 413),
        ("/nowhere/", 5_100_000, 413),
    ],
)
def test_only_the_address_that_takes_files_takes_large_bodies(path: str, length: int, status: int) -> None:
    def handler(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    request = RequestFactory().post(path)
    request.META["CONTENT_LENGTH"] = str(length)
    assert Guard(handler)(request).status_code == status


def test_a_form_sent_twice_attaches_once(house: SimpleNamespace) -> None:
    page = house.secretary.get(address("add", house.meeting))
    key = page.context["form"]["submission"].value()
    for _turn in range(2):
        response = house.secretary.post(address("add", house.meeting), facts(submission=key))
        assert response.status_code == 302
    assert Document.objects.count() == 1


def test_an_infected_file_is_refused(house: SimpleNamespace, settings: Any, tmp_path: Path) -> None:
    script = tmp_path / "scan.sh"
    script.write_text('#!/bin/sh\n! grep -q virus "$1"\n')
    script.chmod(0o700)
    settings.ANTIVIRUS_COMMAND = str(script)
    response = house.secretary.post(address("add", house.meeting), facts(b"%PDF- virus"))
    assert response.status_code == 422
    assert "virus scanner found something" in response.content.decode()
    assert house.secretary.post(address("add", house.meeting), facts()).status_code == 302


def test_a_meeting_that_was_called_off_offers_and_takes_no_documents(house: SimpleNamespace) -> None:
    type(house.meeting).objects.update(state="cancelled")
    assert address("add", house.meeting) not in house.secretary.get(house.meeting.get_absolute_url()).content.decode()
    assert house.secretary.post(address("add", house.meeting), facts()).status_code == 422


# -- correcting and removing -----------------------------------------------------------------------------------------


def test_what_is_said_of_a_document_is_corrected_and_its_file_stays(house: SimpleNamespace) -> None:
    document = make.make_document(house.meeting, PDF)
    typed = {"version": "1", "kind": "annex", "title": "Annex 1", "audience": "shared", "entry": ""}
    assert house.secretary.post(address("edit", document), typed).status_code == 302
    document.refresh_from_db()
    assert (document.title, document.kind, document.audience, document.version) == ("Annex 1", "annex", "shared", 2)
    assert house.secretary.post(address("edit", document), typed | {"title": "Annex 2"}).status_code == 409
    assert taken(house.secretary, document) == (200, PDF)


def test_the_entrys_audience_is_the_limit(house: SimpleNamespace) -> None:
    entry = make.make_entry(house.meeting, audience=Audience.INTERNAL)
    response = house.secretary.post(address("add", house.meeting), facts(entry=entry.pk, audience="shared"))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["audience"]


def test_removing_asks_once_and_names_the_document(house: SimpleNamespace) -> None:
    document = make.make_document(house.meeting, title="Letter of 3 December")
    assert "Letter of 3 December" in house.secretary.get(address("remove", document)).content.decode()
    assert Document.objects.count() == 1
    assert house.secretary.post(address("remove", document), {"version": "1"}).status_code == 302
    assert Document.objects.count() == 0


def test_removing_what_somebody_else_changed_is_refused(house: SimpleNamespace) -> None:
    document = make.make_document(house.meeting)
    assert house.secretary.post(address("remove", document), {"version": "7"}).status_code == 422
    assert Document.objects.count() == 1


# -- who may -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["download", "edit", "remove"])
def test_another_committees_document_is_not_there(house: SimpleNamespace, page: str) -> None:
    document = make.make_document(house.meeting, audience="public")
    assert house.outsider.get(address(page, document)).status_code == 404
    assert house.outsider.post(address(page, document), {"version": "1"}).status_code in (404, 405)
    assert house.outsider.post(address("add", house.meeting), facts()).status_code == 404
    assert Document.objects.get() == document


def test_a_document_is_found_under_its_own_meeting_only(house: SimpleNamespace) -> None:
    document = make.make_document(house.meeting)
    elsewhere = make.make_meeting(house.meeting.committee)
    for page in ("download", "edit", "remove"):
        url = reverse(f"meetings:document-{page}", args=[elsewhere.reference, document.pk])
        assert house.secretary.get(url).status_code == 404


@pytest.mark.parametrize("page", ["edit", "remove"])
def test_a_reader_takes_documents_away_and_changes_none(house: SimpleNamespace, page: str) -> None:
    document = make.make_document(house.meeting, PDF)
    assert taken(house.reader, document) == (200, PDF)
    assert house.reader.post(address(page, document), {"version": "1"}).status_code == 403
    assert house.reader.post(address("add", house.meeting), facts()).status_code == 403


def test_the_other_side_sees_what_is_shared_and_nothing_else(house: SimpleNamespace) -> None:
    shared = make.make_document(house.meeting, PDF, title="For both", audience="shared")
    internal = make.make_document(house.meeting, b"%PDF- own", title="For us", audience="internal")
    page = house.delegate.get(house.meeting.get_absolute_url()).content.decode()
    assert ("For both" in page, "For us" in page) == (True, False)
    assert taken(house.delegate, shared) == (200, PDF)
    assert house.delegate.get(address("download", internal)).status_code == 404


# -- taking away -----------------------------------------------------------------------------------------------------


def test_a_document_is_downloaded_and_never_shown(house: SimpleNamespace) -> None:
    document = make.make_document(house.meeting, name="口上書.pdf")
    response = house.reader.get(address("download", document))
    assert response.getvalue() == b"%PDF-1.7 a letter"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E5%8F%A3%E4%B8%8A%E6%9B%B8.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Length"] == "17"
    assert "no-store" in response["Cache-Control"]


def test_a_type_that_is_not_on_the_list_leaves_as_bytes(house: SimpleNamespace) -> None:
    document = make.make_document(house.meeting)
    Document.objects.update(media_type="text/html")
    response = house.reader.get(address("download", document))
    assert response["Content-Type"] == "application/octet-stream"
    response.getvalue()


def test_each_download_is_written_down(house: SimpleNamespace) -> None:
    document = make.make_document(house.meeting, title="Letter")
    for client in (house.reader, house.delegate, house.secretary):
        client.get(address("download", document)).getvalue()
    events = AuditEvent.objects.filter(verb="downloaded", object_pk=document.pk, label="meetings.document")
    assert [(event.actor_name, event.root_label) for event in events] == [
        ("reader", "meetings.meeting"),
        ("secretary", "meetings.meeting"),
    ]
    assert events[0].changes == {"name": [None, "letter.pdf"], "digest": [None, document.digest]}
    assert "downloaded" in house.secretary.get(house.meeting.get_history_url()).content.decode()


def test_a_file_that_is_missing_is_said_and_not_written_down(house: SimpleNamespace) -> None:
    document = make.make_document(house.meeting)
    Path(document.file.path).unlink()
    assert house.reader.get(address("download", document)).status_code == 503
    assert not AuditEvent.objects.filter(verb="downloaded").exists()


def test_the_page_reads_three_documents_in_as_many_queries_as_one(
    house: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for turn in range(3):
        entry = make.make_entry(house.meeting, "discussion", f"Entry {turn}")
        make.make_document(house.meeting, entry=entry)
        with django_assert_max_num_queries(12) as captured:
            assert house.secretary.get(house.meeting.get_absolute_url()).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2]

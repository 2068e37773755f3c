"""Sealed papers signed by the ministry: valid to poppler and OpenSSL, still PDF/A and PDF/UA, and refused in time."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from meetings import actions
from meetings.exports.sealing import print_copies
from meetings.exports.signing import open_signatory, signatures_in
from meetings.models import Minutes, SealedCopy
from meetings.verification import verify_file
from records.access import Role
from records.exports.typst import compile_pdf
from records.workflow import Refused
from tests.exports.scene import make_scene
from tests.factories import make_user
from tests.rig import certificates, verapdf
from tests.rig.certificates import Issued, issue
from tests.rig.sample_minutes import sample_minutes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_elsewhere(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    return issue(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def signing(settings: Any, issued: Issued) -> Issued:
    return configure(settings, issued)


def configure(settings: Any, issued: Issued) -> Issued:
    settings.SIGNING_CERTIFICATE, settings.SIGNING_PASSWORD_FILE = str(issued.archive), str(issued.password)
    return issued


def agreed_minutes() -> Minutes:
    """Minutes that only wait for the seal, in English alone."""
    minutes = make_scene(state="held").minutes
    revision = actions.circulate(minutes, by=None)
    Minutes.objects.filter(pk=minutes.pk).update(state="agreed")
    assert revision.number == 1
    return Minutes.objects.get(pk=minutes.pk)


def seal(minutes: Minutes) -> list[SealedCopy]:
    actions.seal(minutes, by=None, print_copies=print_copies)
    return list(SealedCopy.objects.order_by("pk"))


def content(copy: SealedCopy) -> bytes:
    with copy.file.open("rb") as file:
        return file.read()


def sealed_paper(edition: str = "shared") -> bytes:
    return content(next(copy for copy in seal(agreed_minutes()) if copy.edition == edition))


def changed(pdf: bytes, at: int = 5000) -> bytes:
    """The same with one byte changed."""
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def by_poppler(pdf: bytes, folder: Path) -> str:
    file = folder / "signed.pdf"
    file.write_bytes(pdf)
    run = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False)
    return run.stdout


def by_openssl(pdf: bytes, folder: Path, authority: Path) -> bool:
    """Whether the signature holds and its certificate is the authority's: from the standard's words, without a PDF
    library."""
    found = re.search(rb"/ByteRange\s*\[\s*(\d+) (\d+) (\d+) (\d+)", pdf)
    assert found
    first, length, second, rest = map(int, found.groups())
    (folder / "signed").write_bytes(pdf[first : first + length] + pdf[second : second + rest])
    (folder / "signature.der").write_bytes(bytes.fromhex(pdf[length + 1 : second - 1].decode()))
    run = subprocess.run(
        ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature.der", "-content", "signed",
         "-CAfile", str(authority), "-purpose", "any", "-out", "/dev/null"],
        cwd=folder, capture_output=True, check=False,
    )  # fmt: skip
    return run.returncode == 0


# -- what is signed --------------------------------------------------------------------------------------------------


def test_each_edition_is_signed_and_the_signed_file_is_the_one_that_is_kept(signing: Issued) -> None:
    for copy in seal(agreed_minutes()):
        [signature] = signatures_in(content(copy))
        assert (signature.signer, signature.is_intact) == ("外務省 Ministry", True)
        assert verify_file(content(copy)).is_unaltered


def test_the_machine_readable_text_is_still_inside(signing: Issued) -> None:
    names = PdfReader(io.BytesIO(sealed_paper())).attachments
    assert list(names) == ["JR-2020-12-21-CC.json"]


@pytest.mark.poppler
def test_poppler_finds_the_signature_valid_and_over_the_whole_file(signing: Issued, tmp_path: Path) -> None:
    said = by_poppler(sealed_paper(), tmp_path)
    for expected in (
        "Signature Type: ETSI.CAdES.detached",
        "Signature is Valid.",
        "Total document signed",
        "外務省 Ministry",
        "SHA-256",
    ):
        assert expected in said


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_openssl_finds_it_valid_and_the_certificate_the_authority_s(signing: Issued, tmp_path: Path) -> None:
    paper = sealed_paper()
    assert by_openssl(paper, tmp_path, signing.authority)
    (tmp_path / "other").mkdir()
    stranger = issue(tmp_path / "other")
    assert not by_openssl(paper, tmp_path, stranger.authority)


@pytest.mark.poppler
@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_one_changed_byte_breaks_it_for_everybody(signing: Issued, tmp_path: Path) -> None:
    altered = changed(sealed_paper())
    assert "Signature is Valid." not in by_poppler(altered, tmp_path)
    assert not by_openssl(altered, tmp_path, signing.authority)
    assert [signature.is_intact for signature in signatures_in(altered)] == [False]


def test_what_is_appended_is_not_covered(signing: Issued) -> None:
    assert [signature.is_intact for signature in signatures_in(sealed_paper() + b"\n% more\n%%EOF\n")] == [False]


@pytest.mark.verapdf
def test_signed_papers_are_still_pdf_a_3a_and_pdf_ua_1(signing: Issued, tmp_path: Path) -> None:
    files = []
    for copy in seal(agreed_minutes()):
        file = tmp_path / f"{copy.edition}.pdf"
        file.write_bytes(content(copy))
        files.append(file)
    assert verapdf.validate(files, ("ua1", "3a")) == []


def test_without_a_certificate_nothing_is_signed() -> None:
    paper = sealed_paper()
    assert signatures_in(paper) == []
    assert verify_file(paper).is_unaltered


def test_pyhanko_is_loaded_only_when_something_is_signed() -> None:
    code = "import django; django.setup(); import meetings.urls, sys; print('pyhanko' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


# -- what cannot be used ---------------------------------------------------------------------------------------------


def wrong_certificates(folder: Path) -> Iterator[tuple[str, Issued]]:
    now = datetime.now(UTC)
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("expired", {"valid_from": now - timedelta(days=9), "valid_until": now - timedelta(days=2)}),
        ("not valid before", {"valid_from": now + timedelta(days=2)}),
        ("password is wrong", {"password": "another"}),
        ("not made for signing", {"for_signing": False}),
    ]
    for number, (reason, facts) in enumerate(kinds):
        place = folder / str(number)
        place.mkdir()
        yield reason, issue(place, **facts)
    empty = folder / "empty.p12"
    empty.write_bytes(b"")
    password = folder / "password"
    password.write_text(certificates.PASSWORD)
    yield "is not PKCS#12", Issued(empty, password, empty)
    yield "cannot be read", Issued(folder / "nowhere.p12", password, empty)
    yield "cannot be read", Issued(empty, folder / "nowhere", empty)


def test_sealing_is_refused_with_the_reason_and_nothing_is_half_sealed(settings: Any, tmp_path: Path) -> None:
    minutes = agreed_minutes()
    for reason, issued in wrong_certificates(tmp_path):
        configure(settings, issued)
        with pytest.raises(Refused, match=reason) as refusal:
            seal(minutes)
        assert "Nothing was sealed" in str(refusal.value)
        assert str(tmp_path) not in str(refusal.value)
        minutes = Minutes.objects.get(pk=minutes.pk)
        assert (minutes.state, SealedCopy.objects.count()) == ("agreed", 0)
    assert not (tmp_path / "files").exists()


def said_by_the_check() -> list[Any]:
    found = checks.run_checks(include_deployment_checks=True)
    return [each for each in found if str(each.id).startswith("meetings.")]


def test_the_check_before_a_start_says_the_same(settings: Any, tmp_path: Path) -> None:
    for reason, issued in wrong_certificates(tmp_path):
        configure(settings, issued)
        [message] = [
            each for each in checks.run_checks(include_deployment_checks=True) if "meetings" in (each.id or "")
        ]
        assert (message.id, reason in message.msg) == ("meetings.E001", True)


def test_the_check_is_content_with_a_good_certificate_and_with_none(settings: Any, signing: Issued) -> None:
    for path in (settings.SIGNING_CERTIFICATE, ""):
        settings.SIGNING_CERTIFICATE = path
        assert said_by_the_check() == []


def test_the_check_warns_before_it_expires_and_when_everybody_may_read_it(settings: Any, tmp_path: Path) -> None:
    issued = configure(settings, issue(tmp_path, valid_until=datetime.now(UTC) + timedelta(days=20)))
    issued.archive.chmod(0o644)
    assert [each.id for each in said_by_the_check()] == ["meetings.W001", "meetings.W002"]


def test_the_page_names_the_reason_and_the_minutes_stay_agreed(settings: Any, client_for: Any, tmp_path: Path) -> None:
    minutes = agreed_minutes()
    configure(settings, Issued(tmp_path / "nowhere.p12", tmp_path / "nowhere", tmp_path))
    client = client_for(make_user("secretary", Role.SECRETARY))
    address = reverse("meetings:minutes-move", args=[minutes.meeting.reference])
    response = client.post(address, {"target": "sealed"})
    assert response.status_code == 422
    assert "certificate cannot be used" in response.content.decode()
    assert Minutes.objects.get(pk=minutes.pk).state == "agreed"


# -- what is said of a signature -------------------------------------------------------------------------------------


def verified(client: Any, pdf: bytes) -> str:
    response = client.post(reverse("meetings:minutes-verify"), {"file": SimpleUploadedFile("minutes.pdf", pdf)})
    return " ".join(response.content.decode().split())


def test_the_page_says_who_signed_and_that_it_is_intact(signing: Issued, client_for: Any) -> None:
    page = verified(client_for(make_user("reader", Role.READER)), sealed_paper())
    assert "Signed by “外務省 Ministry”, in a certificate issued by “Throw-away" in page
    assert "The signature is intact." in page


def test_the_page_says_that_a_signature_is_broken(signing: Issued, client_for: Any) -> None:
    page = verified(client_for(make_user("reader", Role.READER)), changed(sealed_paper()))
    assert "The signature of “外務省 Ministry” is broken" in page
    assert "Not verified." in page


def test_a_stranger_s_signature_makes_nothing_genuine(settings: Any, signing: Issued, client_for: Any) -> None:
    """Somebody signs another text in the ministry's name with a certificate of their own making."""
    signatory = open_signatory(at=timezone.now())
    assert signatory
    forged = signatory.sign(compile_pdf("minutes", sample_minutes(), timestamp=timezone.now()).pdf, reason="Sealed")
    page = verified(client_for(make_user("reader", Role.READER)), forged)
    assert "Not verified." in page
    assert "It is not a paper sealed here" in page
    assert "The signature is intact." not in page


def test_unsigned_papers_are_verified_as_before(client_for: Any) -> None:
    page = verified(client_for(make_user("reader", Role.READER)), sealed_paper())
    assert "Unaltered." in page
    assert "It carries no signature." in page


def test_the_command_says_the_same(signing: Issued, tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "minutes.pdf"
    file.write_bytes(sealed_paper())
    call_command("verify_minutes", str(file))
    assert "Signature intact: 外務省 Ministry on 20" in capsys.readouterr().out
    file.write_bytes(changed(file.read_bytes()))
    with pytest.raises(CommandError, match="Not verified"):
        call_command("verify_minutes", str(file))
    assert "Signature broken: 外務省 Ministry." in capsys.readouterr().err


@pytest.mark.parametrize(
    "hostile",
    [
        b"%PDF-1.7\n/ByteRange [0 1 2 3]",
        b"%PDF-1.7\n/ByteRange [9999999999999 -1 0 0]\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.7\n1 0 obj[1 0 R]endobj/ByteRange\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n"
        b"trailer<</Root 1 0 R/Size 2>>\nstartxref\n38\n%%EOF",
    ],
)
def test_a_hostile_file_is_only_not_verified(hostile: bytes) -> None:
    found = verify_file(hostile)
    assert (found.is_unaltered, [each.is_intact for each in found.signatures]) == (False, [False])

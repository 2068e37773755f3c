"""The ministry's signature on sealed papers, where settings name its certificate, and what can be said of a signature.

PAdES baseline B-B (ETSI EN 319 142-1): the subfilter ETSI.CAdES.detached, the signer's certificate bound by the signed
attributes, the whole file covered, nothing drawn on the page. No request leaves the machine, so there is no time stamp
and no answer of a revocation service in it.

pyHanko is imported only where it is needed: it takes as long to load as half the program.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from records.dates import written
from records.workflow import Refused

logger = logging.getLogger(__name__)

FIELD = "Seal"
#: What a certificate must allow, where it says what it is for (RFC 5280, 4.2.1.3).
_USES = {"digital_signature", "non_repudiation"}
#: The parts of a name that people read, in this order (X.520).
_NAMES = ("common_name", "organizational_unit_name", "organization_name", "country_name")


@dataclass(frozen=True)
class Signature:
    """What a PDF's signature says of itself, and whether it fits the file.

    ``signer`` and ``issuer`` are the names in the certificate; whether it is genuine is for whoever knows the issuer.
    """

    signer: str
    issuer: str
    fingerprint: str  # SHA-256 of the certificate, in hexadecimal
    signed_at: datetime | None
    is_intact: bool  # it covers the whole file, and not a byte was changed


class Signatory:
    """The ministry's key and certificate, opened once for all papers of a sealing."""

    def __init__(self, signer: Any) -> None:
        self._signer = signer

    @property
    def expires_at(self) -> datetime:
        return self._signer.signing_cert.not_valid_after

    def sign(self, pdf: bytes, *, reason: str) -> bytes:
        """``pdf`` with the signature appended; no byte of it is changed. Raises ``Refused`` where that fails."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign import PdfSignatureMetadata, PdfSigner
        from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
        from pyhanko.sign.general import SigningError

        facts = PdfSignatureMetadata(
            field_name=FIELD,
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha256",
            reason=reason,
            certify=True,  # so that a reader says at once when something was added afterwards
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        field = SigFieldSpec(FIELD, readable_field_name=FIELD)
        # PDF/A wants each object on a line of its own, the first one that is appended too.
        file = IncrementalPdfFileWriter(io.BytesIO(pdf if pdf.endswith(b"\n") else pdf + b"\n"))
        try:
            signed = PdfSigner(facts, self._signer, new_field_spec=field).sign_pdf(file).getvalue()
        except (PdfError, SigningError, ValueError) as error:
            logger.exception("A paper could not be signed.")
            raise _unusable(str(error)) from error
        if not all(signature.is_intact for signature in signatures_in(signed)):
            raise _unusable(_("the key is not that of the certificate"))
        return signed


def open_signatory(*, at: datetime) -> Signatory | None:
    """The key and certificate that settings name, fit to sign at ``at``; ``None`` where settings name none.

    Raises ``Refused`` with the reason when they cannot be used.
    """
    if not settings.SIGNING_CERTIFICATE:
        return None
    from pyhanko.sign.signers import SimpleSigner

    archive = _read(settings.SIGNING_CERTIFICATE)
    password = _read(settings.SIGNING_PASSWORD_FILE).strip(b"\r\n") if settings.SIGNING_PASSWORD_FILE else None
    try:
        signer = SimpleSigner.load_pkcs12_data(archive, other_certs=[], passphrase=password)
    except (ValueError, TypeError, AttributeError):  # the last two: without a key, without a certificate
        raise _unusable(_("the password is wrong, or the file is not PKCS#12 with a key and its certificate")) from None
    certificate = signer.signing_cert
    if at < certificate.not_valid_before:
        raise _unusable(_("it is not valid before %(day)s") % {"day": written(certificate.not_valid_before.date())})
    if at > certificate.not_valid_after:
        raise _unusable(_("it expired on %(day)s") % {"day": written(certificate.not_valid_after.date())})
    usage = certificate.key_usage_value
    if usage is not None and not _USES & set(usage.native):
        raise _unusable(_("it is not made for signing"))
    return Signatory(signer)


def signatures_in(pdf: bytes) -> list[Signature]:
    """The signatures in ``pdf``, in the order in which they were made. Never raises, whatever the file is.

    Where a signature cannot be read any more it counts as broken; without even a name where that cannot be read.
    """
    if b"/ByteRange" not in pdf:
        return []
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        return [_described(each) for each in PdfFileReader(io.BytesIO(pdf), strict=False).embedded_regular_signatures]
    except Exception as error:  # the file is a stranger's, and a parser breaks in many ways
        logger.info("The signatures in a PDF could not be read: %r", error)
        return [Signature("", "", "", None, False)]


def _described(embedded: Any) -> Signature:
    certificate = embedded.signer_cert
    return Signature(
        signer=_named(certificate.subject),
        issuer=_named(certificate.issuer),
        fingerprint=certificate.sha256.hex(),
        signed_at=embedded.self_reported_timestamp,
        is_intact=_is_intact(embedded),
    )


def _named(name: Any) -> str:
    """A name in a certificate as people say it: whose, of which office, house and country."""
    parts = name.native
    said = [parts[each] for each in _NAMES if each in parts]
    flat = [word for each in said for word in ([each] if isinstance(each, str) else each)]
    return ", ".join(map(str, flat)) or str(name.human_friendly)


def _is_intact(embedded: Any) -> bool:
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    try:
        covers = embedded.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE
        fits, holds = validate_sig_integrity(
            embedded.signer_info, embedded.signer_cert, "data", embedded.compute_digest()
        )
    except Exception as error:  # as above
        logger.info("A signature could not be checked: %r", error)
        return False
    return covers and fits and holds


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        logger.error("%s cannot be read: %s", path, error.strerror)  # for the log alone: the page names no path
        raise _unusable(_("a file that the settings name cannot be read")) from error


def _unusable(reason: str) -> Refused:
    return Refused(
        _("The ministry’s certificate cannot be used: %(reason)s. Nothing was sealed; tell the administrator.")
        % {"reason": reason}
    )

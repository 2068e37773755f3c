"""Is this paper what it says it is? A sealed PDF to the byte, a machine-readable text to the letter."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from meetings.exports.signing import Signature, signatures_in
from meetings.models import Revision, SealedCopy
from meetings.revisions import Verification, verify


@dataclass(frozen=True)
class Finding:
    """What was found. ``revision`` is the one it is, or claims to be; ``is_unaltered`` says whether it is that."""

    kind: str  # "pdf", "json" or "other"
    is_unaltered: bool
    revision: Revision | None = None
    superseded_by: Revision | None = None
    digest: str = ""
    signatures: list[Signature] = field(default_factory=list)  # of a PDF, in the order in which they were made


def verify_file(data: bytes) -> Finding:
    """What ``data``, a PDF or a JSON text, is. Never raises for its form."""
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(b"%PDF-"):
        return _verify_pdf(data, digest)
    try:
        content = json.loads(data)
        found = verify(content)
    except (ValueError, KeyError, TypeError, RecursionError):
        return Finding("other", False, digest=digest)
    claimed = found.revision or _claimed(content)
    return Finding("json", found.is_unaltered, claimed, found.superseded_by, found.digest)


def _verify_pdf(data: bytes, digest: str) -> Finding:
    copy = SealedCopy.objects.filter(digest=digest).select_related("revision__minutes__meeting").first()
    signatures = signatures_in(data)
    if copy is not None:
        later = Verification(copy.revision.digest, copy.revision).superseded_by
        return Finding("pdf", True, copy.revision, later, digest, signatures)
    return Finding("pdf", False, _claimed(_attached(data)), digest=digest, signatures=signatures)


def _attached(data: bytes) -> Any:
    """The machine-readable text inside an altered PDF, if it can still be read, to say what it claims to be."""
    try:
        files = PdfReader(io.BytesIO(data)).attachments
        return next((json.loads(texts[0]) for texts in files.values()), None)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError, IndexError):
        return None


def _claimed(content: Any) -> Revision | None:
    try:
        reference, number = content["meeting"]["reference"], content["number"]
    except (TypeError, KeyError):
        return None
    if not (isinstance(number, int) and isinstance(reference, str) and reference.isascii() and reference.isprintable()):
        return None
    revisions = Revision.objects.filter(minutes__meeting__reference=reference[:40], number=max(0, min(number, 10**6)))
    return revisions.select_related("minutes__meeting").first()

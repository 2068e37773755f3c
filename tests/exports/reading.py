"""What comes out of a file again, read by programs that are not ours."""

from __future__ import annotations

import csv
import io
import subprocess
import zlib
from typing import Any

import pypdf


def printed(pdf: bytes) -> str:
    """The text as a reader copies it from the pages, line ends as spaces."""
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def everything_in(pdf: bytes) -> str:
    """Whatever the file holds: text, structure, metadata, attachments, and each stream unpacked."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    parts = [printed(pdf), str(reader.metadata), str(reader.xmp_metadata and reader.xmp_metadata.stream.get_data())]
    assert dict(reader.attachments) == {}
    for number in range(1, len(reader.xref[0]) + len(reader.xref_objStm) + 1):
        thing: Any = reader.get_object(number)
        parts.append(str(thing))
        if hasattr(thing, "get_data"):
            try:
                parts.append(thing.get_data().decode("utf-8", "replace"))
            except (zlib.error, NotImplementedError):
                continue
    return "\n".join(parts)


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file by the heads of its columns."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))

"""Files as they come in: of a kind that is on the list, what they say they are, not too large, checked for viruses.

``UploadField`` in a form, or ``check_upload`` elsewhere, turns what a browser sent into an ``Upload``. Verbs that store
files take nothing else, so that nothing unchecked is stored.
"""

from __future__ import annotations

import codecs
import hashlib
import logging
import os
import re
import shlex
import struct
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from xml.etree import ElementTree

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.text import clean_text, is_visible
from records.workflow import Refused

logger = logging.getLogger(__name__)

View = TypeVar("View", bound=Callable[..., Any])

#: Seconds that the virus scanner may take for one file.
SCAN_SECONDS = 60
#: What a zip's table of contents may take, in bytes: some ten thousand parts.
_MAX_CONTENTS = 1_000_000
#: How many times larger than the largest upload an office document may be when unpacked.
_MAX_UNPACKED = 20
_PIECE = 64 * 1024
#: Bytes of a name in UTF-8: file systems take 255, and people add "(1)".
_MAX_NAME = 200


@dataclass(frozen=True)
class Upload:
    """A checked file. ``name`` is fit to be shown and downloaded under, ``digest`` is SHA-256 in hexadecimal."""

    content: File[bytes]
    name: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True)
class FileType:
    """A kind of file that is taken. ``fits`` says whether the bytes are of that kind."""

    media_type: str
    fits: Callable[[File[bytes]], bool]


def accepts_files(view: View) -> View:
    """Let ``view`` receive a body as large as ``MAX_UPLOAD_BYTES`` allows; all others take forms only."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def check_upload(file: File[bytes]) -> Upload:
    """The file, checked. Raises ``Refused`` with what is wrong with it; its ``code`` says so to programs."""
    name = clean_name(file.name or "")
    kind = _kind_of(name)
    size = file.size
    if size == 0:
        raise _refused(_("The file is empty."), "empty")
    if size > settings.MAX_UPLOAD_BYTES:
        most = settings.MAX_UPLOAD_BYTES // 1024**2
        raise _refused(_("The file is too large: at most %(most)d MB are accepted.") % {"most": most}, "too_large")
    file.seek(0)
    if not kind.fits(file):
        raise _refused(
            _("The content is not what the file's name says, or has in it what is not accepted: macros, a password."),
            "not_as_named",
        )
    _scan(file)
    digest = _digest(file)
    file.seek(0)
    return Upload(file, name, kind.media_type, size, digest)


def served_as(media_type: str) -> str:
    """The type under which a stored file leaves: one from the list, whatever the record says."""
    return media_type if media_type in {kind.media_type for kind in FILE_TYPES.values()} else "application/octet-stream"


class UploadField(forms.FileField):
    """A file of a kind that is on the list; cleans to an ``Upload``."""

    default_error_messages = {"required": gettext_lazy("Choose a file.")}

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _what_is_accepted())
        super().__init__(allow_empty_file=True, **options)  # ``check_upload`` says so itself

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ",".join(f".{extension}" for extension in FILE_TYPES)}

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        return check_upload(file) if file else None


# Names


#: Endings of what a program runs or a browser shows, which must not hide before the last one.
_ACTIVE = re.compile(
    r"(?:apk|app|bat|cmd|com|cpl|css|dll|docm|exe|hta|s?html?|jar|jse?|lnk|mht(?:ml)?|mjs|msi|phar|php|pl|ps1|py|reg"
    r"|scr|sh|svgz?|swf|vb[es]|wasm|wsf|xht(?:ml)?|xlsm|xml|xslt?)\Z"
)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)\Z", re.IGNORECASE)  # device names on Windows
_NOT_IN_NAMES = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]"
)


def clean_name(name: str) -> str:
    """``name`` without a path, control characters or what reverses the reading direction, in NFC, not too long.

    Always usable as a file's name on every system, and as a file name after RFC 6266.
    """
    name = name.replace("\\", "/").rpartition("/")[2]
    name = _NOT_IN_NAMES.sub("", name)
    name = re.sub(r'[<>:"|?*;%]', "_", name)
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = extension, ""
    stem = stem.strip(" .")
    if not any(is_visible(character) for character in stem):
        stem = "document"
    if _RESERVED.match(stem.partition(".")[0]):
        stem = f"_{stem}"
    extension = extension.strip().lower()[:10]
    room = _MAX_NAME - len(extension.encode()) - 1
    stem = clean_text(stem).encode()[:room].decode(errors="ignore").rstrip(" .")
    return f"{stem}.{extension}" if extension else stem


def _kind_of(name: str) -> FileType:
    stem, _dot, extension = name.rpartition(".")
    is_disguised = any(_ACTIVE.match(part.strip().lower()) for part in stem.split(".")[1:])
    if extension not in FILE_TYPES or not stem or is_disguised:
        raise _refused(
            _("Files of this kind are not accepted. Accepted are: %(kinds)s.") % {"kinds": ", ".join(FILE_TYPES)},
            "not_on_the_list",
        )
    return FILE_TYPES[extension]


# Contents


def _begins(*beginnings: bytes) -> Callable[[File[bytes]], bool]:
    def fits(file: File[bytes]) -> bool:
        return file.read(16).startswith(beginnings)

    return fits


def _is_text(file: File[bytes]) -> bool:
    """UTF-8 without control characters, and not a page for a browser in disguise."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    beginning = ""
    try:
        for piece in _pieces(file):
            text = decoder.decode(piece)
            if re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text):
                return False
            beginning = beginning or text[:1000]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return not re.match(r"\s*<(?:!|\?|html|head|body|script|svg)", beginning, re.IGNORECASE)


def _is_office(main: str) -> Callable[[File[bytes]], bool]:
    """An Office Open XML package whose main part has the content type ``main``, without macros or active controls."""

    def fits(file: File[bytes]) -> bool:
        archive = _archive(file)
        if archive is None:
            return False
        listing = _part(archive, "[Content_Types].xml")
        # No document type, and no encoding in which one could hide: entities make small files large.
        if listing is None or b"\x00" in listing or b"<!" in listing.replace(b"<!--", b""):
            return False
        try:
            parts = list(ElementTree.fromstring(listing))  # noqa: S314 (see above)
        except ElementTree.ParseError:
            return False
        types = {part.get("ContentType", "").lower() for part in parts}
        names = {name.lower() for name in archive.namelist()}
        return main in types and not any(_is_active(word) for word in types | names)

    return fits


def _is_open_document(media_type: str) -> Callable[[File[bytes]], bool]:
    """An OpenDocument package of that type, without macros."""

    def fits(file: File[bytes]) -> bool:
        archive = _archive(file)
        if archive is None or _part(archive, "mimetype") != media_type.encode():
            return False
        return not any(name.lower().startswith(("basic/", "scripts/")) for name in archive.namelist())

    return fits


def _is_active(word: str) -> bool:
    return "macroenabled" in word or "vbaproject" in word or "activex" in word


def _archive(file: File[bytes]) -> zipfile.ZipFile | None:
    """The zip, unless it is broken, encrypted, or would unpack to more than an honest document does."""
    if file.read(4) != b"PK\x03\x04" or not _has_short_contents(file):
        return None
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    is_encrypted = any(part.flag_bits & 0x1 for part in parts)
    return None if is_encrypted or unpacked > _MAX_UNPACKED * settings.MAX_UPLOAD_BYTES else archive


def _has_short_contents(file: File[bytes]) -> bool:
    """Whether the table of contents is short: it is read whole before anything else can be asked."""
    file.seek(max(0, file.size - 0x10000 - 22))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    record = tail[place : place + 22]
    is_zip64 = tail[max(0, place - 20) : max(0, place)].startswith(b"PK\x06\x07")
    return place >= 0 and len(record) == 22 and not is_zip64 and struct.unpack("<I", record[12:16])[0] < _MAX_CONTENTS


def _part(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """One part of the zip, unpacked; ``None`` where it is missing, broken or larger than such parts are."""
    try:
        with archive.open(name) as part:
            content = part.read(_MAX_CONTENTS)
            return None if part.read(1) else content
    except Exception:  # the unpackers raise errors of many kinds for what is broken
        return None


#: What is taken, by the ending of its name. Nothing that a browser would run, and no macros.
FILE_TYPES: dict[str, FileType] = {
    "pdf": FileType("application/pdf", _begins(b"%PDF-")),
    "docx": FileType(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _is_office("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    ),
    "xlsx": FileType(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _is_office("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    ),
    "odt": FileType(
        "application/vnd.oasis.opendocument.text", _is_open_document("application/vnd.oasis.opendocument.text")
    ),
    "jpg": FileType("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": FileType("image/jpeg", _begins(b"\xff\xd8\xff")),
    "png": FileType("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "tif": FileType("image/tiff", _begins(b"II*\x00", b"MM\x00*")),
    "tiff": FileType("image/tiff", _begins(b"II*\x00", b"MM\x00*")),
    "txt": FileType("text/plain; charset=utf-8", _is_text),
}


def _what_is_accepted() -> Any:
    return gettext_lazy("PDF, DOCX, XLSX, ODT, JPEG, PNG, TIFF or plain text (UTF-8); no macros.")


def _pieces(file: File[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(_PIECE):
        yield piece


def _digest(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in _pieces(file):
        digest.update(piece)
    return digest.hexdigest()


# Viruses


def _scan(file: File[bytes]) -> None:
    """Ask the scanner named in the settings, if one is. What it cannot check is refused like what it finds."""
    if not settings.ANTIVIRUS_COMMAND:
        return
    with _on_disk(file) as path:
        answer = _answer_of([*shlex.split(settings.ANTIVIRUS_COMMAND), path])
    if answer == 1:
        logger.warning("The virus scanner found something in an upload; it was refused.")
        raise _refused(_("The virus scanner found something in this file. It was not kept."), "infected")
    if answer != 0:
        logger.error("The virus scanner could not check an upload (it answered %s); the upload was refused.", answer)
        raise _refused(
            _("The file could not be checked for viruses, and was not kept. Try later, or tell the administrator."),
            "not_checked",
        )


def _answer_of(command: list[str]) -> int | None:
    """The exit code; ``None`` when the scanner cannot be started or takes too long."""
    try:
        return subprocess.run(  # noqa: S603 (the command is the administrator's, the path our own; no shell)
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SCAN_SECONDS,
            # Nothing of our own surroundings, in which the secret key may stand.
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
            check=False,
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return None


@contextmanager
def _on_disk(file: File[bytes]) -> Iterator[str]:
    """A path under which the scanner can read the file."""
    if hasattr(file, "temporary_file_path"):
        yield file.temporary_file_path()
        return
    with tempfile.NamedTemporaryFile(prefix="upload-") as copy:
        for piece in _pieces(file):
            copy.write(piece)
        copy.flush()
        yield copy.name


def _refused(message: str, code: str) -> Refused:
    refusal = Refused(message, field="upload")
    refusal.code = code
    return refusal

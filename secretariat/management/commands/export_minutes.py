"""Minutes from a shell: the same files as from the meeting's page."""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import ArgumentTypeError
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from meetings.exports.akomantoso import minutes_akn
from meetings.exports.docx import minutes_docx
from meetings.exports.editions import OPERATOR, Languages, filename, note_download, parse_languages
from meetings.exports.json import NotFrozen, minutes_json
from meetings.exports.minutes import minutes_document
from meetings.exports.tables import minutes_csv
from meetings.models import Meeting, Minutes
from records.access import Edition
from records.exports.typst import CompileError
from records.languages import CODES


class Command(BaseCommand):
    help = (
        "Write the minutes of one meeting to a file, as the web page does. The trail says that an operator took them. "
        "An existing file is replaced in one step, when the new one is complete."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", metavar="MEETING_REFERENCE", help="such as JR-2020-12-21-CC")
        parser.add_argument(
            "--format", choices=("pdf", "csv", "docx", "json", "akn"), default="pdf", help="default: pdf"
        )
        parser.add_argument(
            "--language", type=_languages, default=("en",), help="en, ja, ru, or two as in en+ja; default: en"
        )
        parser.add_argument("--edition", choices=Edition.values, default=Edition.SHARED.value, help="default: shared")
        parser.add_argument(
            "--output",
            metavar="FILE",
            help="- is standard output; default: here, under a name that says it all",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        languages: Languages = options["language"]
        if isinstance(languages, str):  # from call_command, which does not parse what is already a value
            languages = _languages(languages)
        edition, format = Edition(options["edition"]), options["format"]
        if format == "json":  # holds them all: its hash covers them all
            languages = CODES
        if format == "akn" and len(languages) > 1:
            raise CommandError("An Akoma Ntoso file is in one language: choose en, ja or ru.")
        minutes = _minutes(options["reference"])
        suffix = "akn.xml" if format == "akn" else format
        target = options["output"] or filename(minutes.meeting.reference, edition, languages, suffix)
        content = self._content(minutes, edition, languages, format)
        if target == "-":
            for part in content:
                sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()
        else:
            _write(Path(target), content)
            self.stderr.write(f"Written: {target}", self.style.SUCCESS)
        note_download(minutes, edition=edition, languages=languages, format=format, by=None)

    def _content(self, minutes: Minutes, edition: Edition, languages: Languages, format: str) -> Iterable[bytes]:
        if format == "csv":
            return minutes_csv(minutes, edition=edition, languages=languages, user=OPERATOR)
        if format == "docx":
            return [minutes_docx(minutes, edition=edition, languages=languages, user=OPERATOR)]
        if format == "json":
            return [self._revision(minutes, edition)]
        if format == "akn":
            return [minutes_akn(minutes, edition=edition, language=languages[0], user=OPERATOR)]
        try:
            document = minutes_document(minutes, edition=edition, languages=languages, user=OPERATOR)
        except CompileError as error:
            raise CommandError(f"The PDF could not be made: {error}") from error
        if document.substituted:
            numbers = ", ".join(f"U+{ord(character):04X}" for character in document.substituted)
            self.stderr.write(f"Marked by their numbers, since no font has them: {numbers}", self.style.WARNING)
        return [document.pdf]

    def _revision(self, minutes: Minutes, edition: Edition) -> bytes:
        try:
            return minutes_json(minutes, edition=edition, user=OPERATOR)
        except NotFrozen:
            raise CommandError("There is no revision yet: these minutes are a draft. Circulating makes one.") from None


def _languages(value: str) -> Languages:
    try:
        return parse_languages(value)
    except ValidationError as error:
        raise ArgumentTypeError(" ".join(error.messages)) from error


def _minutes(reference: str) -> Minutes:
    minutes = Minutes.objects.select_related("meeting__committee__own_side", "meeting__committee__other_side")
    try:
        return minutes.get(meeting__reference=reference)
    except Minutes.DoesNotExist:
        known = list(Meeting.objects.values_list("reference", flat=True))
        near = get_close_matches(reference.upper(), known, n=5, cutoff=0.5) or known[:5]
        hint = f" Near to it: {', '.join(near)}." if near else " There are no meetings yet."
        raise CommandError(f"No meeting has the reference {reference!r}.{hint}") from None


def _write(target: Path, content: Iterable[bytes]) -> None:
    """All or nothing: a reader of ``target`` sees the old file or the new one."""
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name[:80]}.", delete=False) as file:
            try:
                for part in content:
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(target)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}.") from error

"""Says which minutes a PDF or JSON is, and whether it is unaltered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from meetings.exports.signing import Signature
from meetings.verification import verify_file


class Command(BaseCommand):
    help = "Verify a sealed PDF or the machine-readable text of minutes. Exit 0 only when it is unaltered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            found = verify_file(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        if found.kind == "other":
            raise CommandError("This is neither a PDF nor the machine-readable text of minutes.")
        name = f"revision {found.revision.number} of {found.revision.minutes}" if found.revision else ""
        for signature in found.signatures:
            self._tell_of(signature)
        if not found.is_unaltered:
            claim = f" It claims to be {name}." if name else ""
            raise CommandError(f"Not verified: no sealed paper or revision kept here is the same.{claim}")
        self.stdout.write(f"Unaltered: {name}.")
        if found.superseded_by:
            self.stdout.write(f"Superseded by a corrigendum, revision {found.superseded_by.number}.")

    def _tell_of(self, signature: Signature) -> None:
        if not signature.is_intact:
            self.stderr.write(f"Signature broken: {signature.signer or 'it cannot be read'}.", self.style.ERROR)
            return
        when = f" on {signature.signed_at.isoformat(timespec='seconds')}" if signature.signed_at else ""
        self.stdout.write(f"Signature intact: {signature.signer}{when}.")
        self.stdout.write(f"  Certificate issued by {signature.issuer}, SHA-256 {signature.fingerprint}")

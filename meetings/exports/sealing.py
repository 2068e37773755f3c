"""The papers of sealed minutes: each edition in the languages that count, with the machine-readable text inside.

Where the settings name the ministry's certificate, each is signed with it.
"""

from __future__ import annotations

import logging
from itertools import product

from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.actions.agreeing import PrintedCopy
from meetings.exports.editions import OPERATOR
from meetings.exports.minutes import Paper
from meetings.exports.signing import open_signatory
from meetings.models import Minutes, Revision, Standing
from meetings.revisions import canonical, content_of, in_edition
from records.access import Edition
from records.exports.typst import Attachment, CompileError, compile_pdf
from records.languages import CODES
from records.workflow import Refused

logger = logging.getLogger(__name__)


def sealing_languages(minutes: Minutes) -> list[tuple[str, ...]]:
    """The authentic languages, two beside each other on a paper; without any, English."""
    authentic = [code for code in CODES if getattr(minutes, f"standing_{code}") == Standing.AUTHENTIC] or ["en"]
    return [tuple(authentic[start : start + 2]) for start in range(0, len(authentic), 2)]


def print_copies(revision: Revision) -> list[PrintedCopy]:
    """Every edition of the revision as PDF/A-3a and PDF/UA-1, its JSON (RFC 8785) attached as the source.

    All of them or none: raises ``Refused`` where they should be signed and cannot be, before anything is stored.
    """
    signatory = open_signatory(at=timezone.now())
    minutes, content = revision.minutes, content_of(revision)
    copies = []
    for edition, languages in product(Edition, sealing_languages(minutes)):
        paper = Paper(minutes, edition, languages, OPERATOR)
        text = canonical(in_edition(content, edition))
        attachment = Attachment(f"{minutes.meeting.reference}.json", text, "The same text for machines")
        try:
            pdf = compile_pdf(
                "minutes",
                paper.data(),
                timestamp=revision.made_at,
                standards=("a-3a", "ua-1"),
                attachment=attachment,
            ).pdf
        except CompileError as error:
            logger.exception("The sealed papers of %s could not be set.", minutes.meeting)
            raise Refused(
                _("The papers could not be printed, so nothing was sealed. Try again in a minute.")
            ) from error
        if signatory is not None:
            reason = f"{minutes.meeting.reference}, revision {revision.number}, SHA-256 {revision.digest}"
            pdf = signatory.sign(pdf, reason=reason)
        copies.append(PrintedCopy(edition, "+".join(languages), pdf))
    return copies

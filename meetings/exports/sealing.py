"""The papers of sealed minutes: each edition in the languages that count, with the machine-readable text inside."""

from __future__ import annotations

from collections.abc import Iterator

from meetings.actions.agreeing import PrintedCopy
from meetings.exports.editions import OPERATOR
from meetings.exports.minutes import Paper
from meetings.models import Minutes, Revision, Standing
from meetings.revisions import canonical, content_of, in_edition
from records.access import Edition
from records.exports.typst import Attachment, compile_pdf
from records.languages import CODES


def sealing_languages(minutes: Minutes) -> tuple[str, ...]:
    """The authentic languages, at most two beside each other; without any, English."""
    authentic = [code for code in CODES if getattr(minutes, f"standing_{code}") == Standing.AUTHENTIC]
    return tuple(authentic[:2]) or ("en",)


def print_copies(revision: Revision) -> Iterator[PrintedCopy]:
    """Every edition of the revision as PDF/A-3a and PDF/UA-1, its JSON (RFC 8785) attached as the source."""
    minutes = revision.minutes
    languages = sealing_languages(minutes)
    for edition in Edition:
        paper = Paper(minutes, edition, languages, OPERATOR)
        text = canonical(in_edition(content_of(revision), edition))
        document = compile_pdf(
            "minutes",
            paper.data(),
            timestamp=revision.made_at,
            standards=("a-3a", "ua-1"),
            attachment=Attachment(f"{minutes.meeting.reference}.json", text, "The same text for machines"),
        )
        yield PrintedCopy(edition, "+".join(languages), document.pdf)

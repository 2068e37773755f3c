"""The papers of sealed minutes: each edition in the languages that count, with the machine-readable text inside."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from meetings.actions.agreeing import PrintedCopy
from meetings.exports.editions import OPERATOR
from meetings.exports.minutes import Paper
from meetings.models import Minutes, Revision, Standing
from meetings.revisions import canonical, content_of, in_edition
from records.access import Edition
from records.exports.typst import Attachment, compile_pdf
from records.languages import CODES


def sealing_languages(minutes: Minutes) -> list[tuple[str, ...]]:
    """The authentic languages, two beside each other on a paper; without any, English."""
    authentic = [code for code in CODES if getattr(minutes, f"standing_{code}") == Standing.AUTHENTIC] or ["en"]
    return [tuple(authentic[start : start + 2]) for start in range(0, len(authentic), 2)]


def print_copies(revision: Revision) -> Iterator[PrintedCopy]:
    """Every edition of the revision as PDF/A-3a and PDF/UA-1, its JSON (RFC 8785) attached as the source."""
    minutes, content = revision.minutes, content_of(revision)
    for edition, languages in product(Edition, sealing_languages(minutes)):
        paper = Paper(minutes, edition, languages, OPERATOR)
        text = canonical(in_edition(content, edition))
        document = compile_pdf(
            "minutes",
            paper.data(),
            timestamp=revision.made_at,
            standards=("a-3a", "ua-1"),
            attachment=Attachment(f"{minutes.meeting.reference}.json", text, "The same text for machines"),
        )
        yield PrintedCopy(edition, "+".join(languages), document.pdf)

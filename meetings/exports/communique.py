"""The communiqué as it leaves the house: on paper, for Word, as plain text for the web, and for machines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from meetings.communique_report import paragraphs, texts_of
from meetings.exports import labels
from meetings.exports.docx import Script
from meetings.exports.editions import Languages
from meetings.exports.labels import Text, in_each, missing
from meetings.models import Communique, CommuniqueSentence, Meeting
from meetings.revisions import canonical
from records.access import Audience
from records.dates import written
from records.exports.typst import Document, compile_pdf
from records.languages import CODES, pick

SCHEMA = "secretariat-communique-1"
_BETWEEN = {"ja": ""}  # sentences; a space elsewhere


def communique_document(communique: Communique, *, languages: Languages, user: Any) -> Document:
    """The PDF, in one language or in two columns, dated when the last thing printed in it was changed.

    Raises ``typst.CompileError``.
    """
    paper = Paper(communique, languages, user)
    return compile_pdf("communique", paper.data(), timestamp=paper.changed_at)


def communique_docx(communique: Communique, *, languages: Languages, user: Any) -> bytes:
    """The same for Word. The same communiqué gives the same bytes."""
    paper = Paper(communique, languages, user)
    return _CommuniqueScript(paper.data(), paper.changed_at).communique()


def communique_text(communique: Communique, *, languages: Languages, user: Any) -> bytes:
    """The same as plain text in UTF-8, one language after the other, to be put on a page of the web."""
    data = Paper(communique, languages, user).data()
    return "\n\n* * *\n\n".join(_plain(data, language) for language in languages).encode() + b"\n"


def communique_json(communique: Communique, *, user: Any) -> bytes:
    """All languages for machines, as RFC 8785 writes it; each sentence with the key of its public entry, or none."""
    paper = Paper(communique, CODES, user)
    meeting = communique.meeting
    content = {
        "schema": SCHEMA,
        "meeting": meeting.reference,
        "date": meeting.date.isoformat(),
        "date_precision": str(meeting.date_precision),
        "committee": {code: name for code in CODES if (name := getattr(meeting.committee, f"name_{code}"))},
        "title": paper.data()["title"],
        "cleared_at": communique.cleared_at.isoformat() if communique.cleared_at else None,
        "sentences": [
            {
                "text": {code: text for code, text in texts_of(sentence).items() if text},
                "entry": str(sentence.entry.key) if sentence.entry and _is_public(sentence) else None,
            }
            for sentence in paper.sentences
        ],
    }
    return canonical(content).encode()


def communique_filename(communique: Communique, languages: Languages, suffix: str) -> str:
    """``JR-2020-12-21-CC communique en+ja.pdf``; a draft says so."""
    standing = "" if communique.is_cleared else " draft"
    return f"{communique.meeting.reference} communique {'+'.join(languages)}{standing}.{suffix}"


class Paper:
    """The communiqué in some languages, read from the database once, as far as the person may read it."""

    def __init__(self, communique: Communique, languages: Languages, user: Any) -> None:
        self.communique, self.languages = communique, languages
        self.meeting: Meeting = communique.meeting
        found = CommuniqueSentence.objects.visible_to(user).filter(communique=communique).select_related("entry")
        self.sentences = list(found.order_by("position", "pk"))

    @property
    def changed_at(self) -> datetime:
        """When anything printed here was last changed."""
        return max(record.updated_at for record in [self.meeting, self.communique, *self.sentences])

    def data(self) -> dict[str, Any]:
        """What ``communique.typ`` prints; its head describes each key."""
        meeting, each = self.meeting, self._each
        return {
            "languages": list(self.languages),
            "labels": labels.of_the_form(self.languages),
            "letterhead": {
                "organisation": each(labels.organisation),
                "committee": each(lambda language: pick(meeting.committee, "name", language)),
            },
            "title": each(lambda language: title(meeting, language)),
            "subtitle": each(lambda language: labels.subtitle(meeting, language)),
            "reference": meeting.reference,
            "edition_label": each(lambda language: _("For publication") if self._is_cleared else _not_cleared()),
            "state_label": each(self._standing),
            "paragraphs": [
                each(lambda language, run=run: _joined(run, language)) for run in paragraphs(self.sentences)
            ],
            "footer": {"hash": None, "note": self._note()},
        }

    @property
    def _is_cleared(self) -> bool:
        return self.communique.is_cleared

    def _each(self, make: Callable[..., Any]) -> Text:
        return in_each(self.languages, make)

    def _standing(self, language: str) -> str:
        at = self.communique.cleared_at or self.changed_at
        day = written(at.astimezone(ZoneInfo(self.meeting.committee.own_side.time_zone)).date(), language=language)
        pattern = _("Cleared on %(date)s") if self._is_cleared else _("Draft of %(date)s, not cleared")
        return pattern % {"date": day}

    def _note(self) -> Text | None:
        """What a reader must know before the first word."""

        def note(language: str) -> str:
            draft = "" if self._is_cleared else _("This draft is for the own side alone.")
            doubt = _("Not verified in a source.") if self.meeting.unverified else ""
            return _BETWEEN.get(language, " ").join(filter(None, (draft, doubt)))

        return None if self._is_cleared and not self.meeting.unverified else self._each(note)


class _CommuniqueScript(Script):
    """The data of ``communique.typ``, written down for Word."""

    def communique(self) -> bytes:
        self._head()
        if not self.parallel:
            for paragraph in self.data["paragraphs"]:
                self._passage(self.first, paragraph, style="Normal")
            return self.sheet.save()
        new_row = self._columns(self.data["title"], torn=True)
        for paragraph in self.data["paragraphs"]:
            for cell, language in zip(new_row(), self.languages, strict=True):
                self._passage(language, paragraph, style="Cell", into=cell)
        return self.sheet.save()


def title(meeting: Meeting, language: str) -> str:
    """“Communiqué on the 15th session”; a meeting with a title of its own has it after a colon."""
    if own := pick(meeting, "title", language):
        return _("Communiqué: %(title)s") % {"title": own}
    if meeting.ordinal is None:
        return {
            "session": _("Communiqué on the session"),
            "co_chairs": _("Communiqué on the co-chairs’ meeting"),
            "subcommission": _("Communiqué on the sub-commission’s meeting"),
            "working_level": _("Communiqué on the working-level meeting"),
        }[meeting.kind]
    pattern = {
        "session": _("Communiqué on the %(number)s session"),
        "co_chairs": _("Communiqué on the %(number)s co-chairs’ meeting"),
        "subcommission": _("Communiqué on the %(number)s meeting of the sub-commission"),
        "working_level": _("Communiqué on the %(number)s working-level meeting"),
    }[meeting.kind]
    return pattern % {"number": labels.ordinal(meeting.ordinal, language)}


def _not_cleared() -> str:
    return _("Draft – not cleared")


def _is_public(sentence: CommuniqueSentence) -> bool:
    return sentence.entry is not None and sentence.entry.audience == Audience.PUBLIC


def _joined(run: list[CommuniqueSentence], language: str) -> str:
    """A paragraph, empty where no sentence of it has a text; where some have one, the others are said to be missing."""
    texts = [getattr(sentence, f"text_{language}") for sentence in run]
    if not any(texts):
        return ""
    return _BETWEEN.get(language, " ").join(text or f"〔{missing()}〕" for text in texts)


def _plain(data: dict[str, Any], language: str) -> str:
    note, label = data["footer"]["note"], data["labels"][language]
    head = [
        data["letterhead"]["committee"][language],
        data["title"][language],
        data["subtitle"][language],
        f"{data['state_label'][language]} · {data['reference']}",
        *([note[language]] if note else []),
    ]
    body = [paragraph[language] or f"〔{label['missing']}〕" for paragraph in data["paragraphs"]]
    return "\n\n".join(["\n".join(head), *body])

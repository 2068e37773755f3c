"""The public texts on the meetings that are told in full: most of them cleared, the last one still a draft."""

from __future__ import annotations

from typing import Any

from directory.models import User
from meetings import actions
from meetings.communique_report import Texts, drafted, fingerprint
from meetings.models import Communique, CommuniqueSentence, Entry
from records.access import Audience
from records.languages import CODES
from secretariat.demo.reading import content, three
from secretariat.demo.shelf import Shelf, store


def add_communiques(shelf: Shelf) -> None:
    """Write them down, and have the approver clear those that are cleared; so the people have to be there."""
    approver = User.objects.get(username="approver")
    for facts in content("communiques")["communiques"]:
        meeting = shelf["meeting", facts["meeting"]]
        communique = store(Communique(meeting=meeting))
        entries = list(meeting.minutes.entries.order_by("position", "pk"))
        for place, (entry, texts) in enumerate(_sentences(facts, entries), start=1):
            store(CommuniqueSentence(communique=communique, entry=entry, position=place, **texts))
        if facts["cleared"]:
            sentences = communique.sentences.select_related("entry").order_by("position", "pk")
            actions.clear(communique, by=approver, seen=fingerprint(sentences))


def _sentences(facts: dict[str, Any], entries: list[Entry]) -> list[tuple[Entry | None, Texts]]:
    if "sentences" not in facts:
        return [(entry, texts) for entry in entries if entry.audience == Audience.PUBLIC for texts in drafted(entry)]
    found: list[tuple[Entry | None, Texts]] = []
    for each in facts["sentences"]:
        entry = entries[each["entry"] - 1] if "entry" in each else None
        texts = each.get("text") or [getattr(entry, f"text_{code}") for code in CODES]
        found.append((entry, three("text", texts)))
    return found

"""A meeting with something to hide: its internal entries are in words that are found nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from meetings.models import Entry, Meeting
from records.access import Audience, Classification
from tests.factories import (
    make_agenda_item,
    make_attendance,
    make_commitment,
    make_entry,
    make_meeting,
    make_mention,
    make_motegi,
    make_office,
    make_reshetnikov,
    make_side,
)

#: Words of internal entries only.
SECRETS = ("Zeppelin", "飛行船計画", "Цеппелин", "JR-C-SECRET")
#: The title of an agenda item that both sides know and under which nothing but internal entries stands.
UNPRINTED_ITEM = "Anything else"


@dataclass
class Scene:
    meeting: Meeting
    shared: Entry
    public: Entry
    internal: list[Entry]

    @property
    def minutes(self) -> Any:
        return self.meeting.minutes


def make_scene(**facts: Any) -> Scene:
    """Five entries: internal, shared, internal agreement, public agreement, internal."""
    facts = {"place_en": "", **facts}
    meeting = make_meeting(**facts)
    motegi = make_attendance(
        meeting,
        make_motegi(),
        make_office(
            side=make_side("JP"),
            title_en="Minister for Foreign Affairs",
            title_ja="外務大臣",
            title_ru="Министр иностранных дел",
        ),
        role="co_chair",
    )
    reshetnikov = make_attendance(
        meeting,
        make_reshetnikov(),
        make_office(
            side=make_side("RU"),
            title_en="Minister of Economic Development",
            title_ja="経済発展大臣",
            title_ru="Министр экономического развития",
        ),
        role="co_chair",
    )
    item = make_agenda_item(meeting, title_en="Economic relations", title_ja="経済関係", title_ru="Экономика")
    hidden_item = make_agenda_item(meeting, title_en=UNPRINTED_ITEM)
    secrets = {"text_en": "Zeppelin.", "text_ja": "飛行船計画。", "text_ru": "Цеппелин."}
    first = make_entry(meeting, audience=Audience.INTERNAL, agenda_item=hidden_item, **secrets)
    shared = make_entry(
        meeting,
        "statement",
        "Stated that consultations went on.",
        [motegi, reshetnikov],
        agenda_item=item,
        text_ja="協議が続いたと述べた。",
        text_ru="Заявили, что консультации продолжались.",
    )
    second = make_entry(meeting, "agreement", audience=Audience.INTERNAL, agenda_item=item, **secrets)
    make_mention(second, make_commitment(reference="JR-C-SECRET-1"))
    public = make_entry(
        meeting,
        "agreement",
        "Agreed to hold the session.",
        audience=Audience.PUBLIC,
        agenda_item=item,
        text_ja="会合の開催で一致した。",
    )
    make_mention(public, make_commitment(reference="JR-C-2020-01"))
    make_mention(
        public,
        make_commitment(reference="JR-C-SECRET-2", classification=Classification.CONFIDENTIAL),
        kind="reaffirms",
    )
    third = make_entry(meeting, "information", audience=Audience.INTERNAL, agenda_item=hidden_item, **secrets)
    return Scene(meeting, shared, public, [first, second, third])

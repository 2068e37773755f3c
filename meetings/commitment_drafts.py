"""What a passage of minutes proposes as a commitment: read from its words, to be confirmed by an officer.

Pure: it works on rows that were read already. Where the words say nothing, it proposes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from agreements.models import Commitment, PlanItem
from agreements.timing import ParallelTiming, in_parallel
from directory.models import Side
from meetings.models import Entry, Mention, MentionKind
from records.differences import sentences
from records.languages import CODES
from records.text import folded

_AGREED = {
    "en": re.compile(
        r"^(?:(?:the|both|two)\s+)*(?:(?:co-?chairs|sides|parties|ministers|delegations|they)\s+)?(?:(?:have|also|further)\s+)*"
        r"(?:agreed|decided|resolved|undertook)\s+(?:to|that)\s+",
        re.IGNORECASE,
    ),
    "ru": re.compile(
        r"^(?:(?:обе|две)\s+)?(?:(?:стороны|сопредседатели|министры|делегации)\s+)?(?:также\s+)?"
        r"(?:договорились|условились|решили|приняли решение)(?:\s+о том,\s+что(?:бы)?)?\s+(?!об?\s)",
        re.IGNORECASE,
    ),
    "ja": re.compile(r"^(?:双方|両者|両国|両大臣|両共同議長|共同議長)は、?"),
}
_AGREED_IN_JAPANESE = re.compile(
    r"こと(?:で|に|を|について)、?(?:意見が?一致|一致|合意|決定|確認)(?:し(?:た|ました)|を?見た|をみた)。?$"
)
_PLAN_ITEM = (
    re.compile(r"\bplan item (?:no\.? ?)?(\d{1,2})\b", re.IGNORECASE),
    re.compile(r"\b(?:item|point) (?:no\.? ?)?(\d{1,2}) of the (?:[\w-]+ ){0,4}plan\b", re.IGNORECASE),
    re.compile(r"プラン[」』]?の?(?:第\s*)?(\d{1,2})\s*(?:番目の)?(?:項目?|点目)"),
    re.compile(r"\bпункт\w{0,2} (\d{1,2}) (?:[\w-]+ ){0,3}?план", re.IGNORECASE),
    re.compile(r"\b(\d{1,2})-(?:й|го|му|м) пункт\w{0,2} (?:[\w-]+ ){0,3}?план", re.IGNORECASE),
)
_A_SIDE = {
    "en": r"\b{stem}\w* (?:side|party|delegation|government|ministry|ministries)\b",
    "ja": r"{stem}(?:連邦|国)?(?:側|政府|代表団)",
    "ru": r"\b{stem}\w* (?:сторон|делегаци|правительств|министерств)",
}
_FORM_OF_STATE = re.compile("(?:連邦|共和国|王国|国)$")
_STEM = 4  # of a country's name, as far as “Japan” and “Japanese”, «Россия» and «российская» share it
_SHORTEST_TITLE = 5


@dataclass(frozen=True)
class Proposal:
    """A commitment as it could be made of a passage. ``timings`` begin with the one to propose."""

    texts: dict[str, str]
    words: dict[str, str]
    timings: list[ParallelTiming]
    plan_item: PlanItem | None
    sides: list[Side]
    coupled_with: Commitment | None


def propose(
    entry: Entry,
    selected: Mapping[str, str],
    *,
    spoken_on: date,
    plan_items: Sequence[PlanItem],
    sides: Sequence[Side],
    earlier: Sequence[Entry],
) -> Proposal:
    """Read a commitment from ``entry``, from the ``selected`` words in those languages in which some were marked.

    ``earlier`` are the entries before it, in their order, with their mentions: an occasion may point back to one.
    """
    around = passages(entry, selected)
    words = {code: selected.get(code) or text for code, text in around.items()}
    timings = _selected_first(in_parallel(around, spoken_on=spoken_on), selected)
    return Proposal(
        texts={code: as_commitment(text, code) for code, text in words.items()},
        words=words,
        timings=timings,
        plan_item=_plan_item(entry, around, plan_items),
        sides=responsible_sides(around, sides),
        coupled_with=_made_before(earlier) if timings and timings[0].points_back else None,
    )


def passages(entry: Entry, selected: Mapping[str, str]) -> dict[str, str]:
    """The sentences in which words were selected, and the same ones in the other languages, where they can be told.

    Where they cannot, the whole text: it is to be cut down.
    """
    texts = {code: text for code in CODES if (text := getattr(entry, f"text_{code}"))}
    cut = {code: sentences(text, code) for code, text in texts.items()}
    places: set[int] = set()
    for code, words in selected.items():
        places |= _covered(cut.get(code, []), words)
    count = {len(parts) for code, parts in cut.items() if selected.get(code)}
    found = {code: words for code, words in selected.items() if words and code not in texts}
    for code, parts in cut.items():
        is_told = places and {len(parts)} == count
        found[code] = "".join(part for n, part in enumerate(parts) if not is_told or n in places).strip()
    return {code: found[code] for code in CODES if code in found}


def as_commitment(text: str, language: str) -> str:
    """The words without “the co-chairs agreed to”, as a sentence of their own."""
    text = text.strip()
    if language == "ja":
        rest = _AGREED_IN_JAPANESE.sub("", text)
        if rest != text:
            text = _AGREED["ja"].sub("", rest)
        return text if not text or text.endswith("。") else f"{text}。"
    text = _AGREED[language].sub("", text)
    text = text[:1].upper() + text[1:]
    return text if not text or text[-1] in ".!?…" else f"{text.rstrip(' ,;:')}."


def responsible_sides(texts: Mapping[str, str], sides: Sequence[Side]) -> list[Side]:
    """The one side that is named as a side (“the Russian side is to …”); otherwise both."""
    named = [side for side in sides if any(_is_named(side, code, text) for code, text in texts.items())]
    return named if len(named) == 1 else list(sides)


def _is_named(side: Side, language: str, text: str) -> bool:
    name = getattr(side, f"name_{language}", "")
    if not name:
        return False
    stem = _FORM_OF_STATE.sub("", name) if language == "ja" else name[:_STEM]
    pattern = _A_SIDE[language].format(stem=re.escape(stem))
    return re.search(pattern, text, re.IGNORECASE) is not None


def _covered(parts: Sequence[str], words: str) -> set[int]:
    """The places of the sentences over which ``words`` reach; none where they do not stand in the text."""
    start = "".join(parts).find(words) if words else -1
    if start < 0:
        return set()
    covered, place = set(), 0
    for number, part in enumerate(parts):
        if place < start + len(words) and place + len(part) > start:
            covered.add(number)
        place += len(part)
    return covered


def _selected_first(timings: list[ParallelTiming], selected: Mapping[str, str]) -> list[ParallelTiming]:
    """What was said in the selected words themselves comes before what only their sentence says."""
    if not any(selected.values()):
        return timings

    def is_outside(timing: ParallelTiming) -> bool:
        return not any(phrase in selected.get(code, "") for code, phrase in timing.phrases.items())

    return sorted(timings, key=is_outside)


def _plan_item(entry: Entry, texts: Mapping[str, str], plan_items: Sequence[PlanItem]) -> PlanItem | None:
    """The one that is named by its number or its title, else the one that the agenda item concerns."""
    numbers = {int(found[1]) for text in texts.values() for row in _PLAN_ITEM for found in row.finditer(text)}
    named = [
        item
        for item in plan_items
        if item.number in numbers
        or any(
            len(title) >= _SHORTEST_TITLE and folded(title) in folded(texts.get(code, ""))
            for code, title in zip(CODES, (item.title_en, item.title_ja, item.title_ru), strict=True)
        )
    ]
    if len(named) == 1:
        return named[0]
    concerned = entry.agenda_item.plan_item_id if entry.agenda_item else None
    return next((item for item in plan_items if item.pk == concerned), None)


def _made_before(earlier: Sequence[Entry]) -> Commitment | None:
    """The commitment that was made last before; failing that, the one that was mentioned last."""
    mentions: list[Mention] = [mention for entry in earlier for mention in entry.mentions.all()]
    made = [mention for mention in mentions if mention.kind == MentionKind.MAKES]
    return (made or mentions)[-1].commitment if mentions else None


def commitments_of(entries: Iterable[Entry]) -> list[Commitment]:
    """Every commitment that the entries mention, once, in the order of their first mention."""
    return list({m.commitment_id: m.commitment for entry in entries for m in entry.mentions.all()}.values())

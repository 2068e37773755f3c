"""Entries that a text names by their numbers: “entry 5”, “item 3 above”, 第5項, «пункт 5».

Numbers of other things are left alone: of plan and agenda items, of articles, of other papers' points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ONE = r"(?P<numbers>\d{1,4})(?!\d|\.\d)"
_SEVERAL = r"(?P<numbers>\d{1,4}(?:\s*(?:,|and|or|to|и|или|по|及び|と|、|から|[–—〜～-])\s*(?:第)?\d{1,4}(?!\d))*)"
_PAPERS_EN = r"(?! of the (?:plan|annex|appendix|memorand|agreement|treaty|protocol|agenda|convention|addend|joint))"
_PAPERS_RU = (
    r"(?!\s+(?:[\w-]+\s+){0,2}?(?:план|стат|соглашен|меморандум|повестк|догов|прилож|устав|указ|закон|деклараци|"
    r"заявлени|контракт|дополнен|перечн|программ|конвенц|протокола (?!заседан|встреч)))"
)
_PAPERS_JA = (
    r"(?<![条款編章節])(?<!プランの)(?<!プラン第)(?<!議題)(?<!」の)(?<!(?:協定|条約|覚書|計画|議題|別添|憲章|声明)の)"
)

_NAMED = {
    "en": (
        re.compile(rf"\bentry\s+(?:no\.?\s*)?{_ONE}{_PAPERS_EN}", re.IGNORECASE),
        re.compile(rf"\bentries\s+(?:nos?\.?\s*)?{_SEVERAL}(?!\d|\.\d){_PAPERS_EN}", re.IGNORECASE),
        re.compile(
            rf"(?<!plan )(?<!agenda )\b(?:items?|points?|paragraphs?|paras?\.?)\s+(?:nos?\.?\s*)?{_SEVERAL},?\s+"
            r"(?:above|below|of (?:these|the present|the) minutes)\b",
            re.IGNORECASE,
        ),
    ),
    "ja": (
        re.compile(rf"{_PAPERS_JA}第{_SEVERAL}項(?!目)"),
        re.compile(rf"(?:上記|前記|下記|本議事録の?)第?{_SEVERAL}(?:項(?!目)|番)?(?![\d年月日件名人か個回万億%])"),
    ),
    "ru": (
        re.compile(rf"(?<![\w-])(?:пункт(?:а|е|у|ом)?|п\.)\s*{_ONE}{_PAPERS_RU}", re.IGNORECASE),
        re.compile(rf"(?<![\w-])(?:пункт(?:ы|ов|ах|ам|ами)|пп\.)\s*{_SEVERAL}(?!\d|\.\d){_PAPERS_RU}", re.IGNORECASE),
    ),
}
_BEFORE_RU = re.compile(
    r"(?:план|стат|соглашен|меморандум|повестк|договор|приложен)[\w-]*[\s,(«»]*(?:\w+[\s,(«»]+){0,2}$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d{1,4}")


def numbers_named(text: str, language: str) -> Iterator[tuple[str, int]]:
    """Each number by which an entry is named, with the words that do it: (“entries 3 and 5”, 5)."""
    taken: set[int] = set()
    for pattern in _NAMED.get(language, ()):
        for found in pattern.finditer(text):
            if found.start("numbers") in taken:
                continue
            if language == "ru" and _BEFORE_RU.search(text[max(0, found.start() - 60) : found.start()]):
                continue
            taken.add(found.start("numbers"))
            for number in _DIGITS.findall(found["numbers"]):
                yield found[0], int(number)

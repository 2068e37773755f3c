"""Reads the content files: TOML, three texts at a time in the order English, Japanese, Russian."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from records.dates import Precision
from records.languages import columns

_FOLDER = Path(__file__).parent / "content"
_CONFIDENCE = {
    "A": "Official source.",
    "B": "Press or other secondary source.",
    "C": "Inferred from what the source shows.",
    "K": "General knowledge: not, or not in every part, seen in a source.",
}
_PRECISIONS = {1: Precision.YEAR, 2: Precision.MONTH, 3: Precision.DAY}


def content(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def words() -> list[str]:
    """Short, unmistakable words for passwords: about 240, nearly eight bits each."""
    return (_FOLDER / "words.txt").read_text(encoding="utf-8").split()


def three(name: str, texts: Sequence[str]) -> dict[str, str]:
    """``three("title", [en, ja, ru])`` are the fields ``title_en``, ``title_ja``, ``title_ru``. No texts, no fields."""
    return dict(zip(columns(name), texts, strict=True)) if texts else {}


def known(name: str, day: str) -> dict[str, Any]:
    """A date field and its precision, from a day as exactly as it is known: 2020-12-21, 2003-06, 1994 or nothing."""
    if not day:
        return {}
    parts = [int(part) for part in day.split("-")]
    year, month, day_of_month = (*parts, 1, 1)[:3]
    return {name: date(year, month, day_of_month), f"{name.removesuffix('_on')}_precision": _PRECISIONS[len(parts)]}


def sourced(facts: dict[str, Any]) -> dict[str, Any]:
    """The fields of ``records.models.Sourced``. What is general knowledge (K) is unverified and says so."""
    sources = facts.get("source", [])
    lines = [sources] if isinstance(sources, str) else [*sources]
    confidence = facts["confidence"]
    note = facts.get("note", "")
    return {
        "source": "\n".join([*lines, _CONFIDENCE[confidence], *([note] if note else [])]),
        "unverified": confidence == "K",
    }

"""Which characters the fonts in ``templates/typst/fonts`` can draw, and what is printed for the others.

A PDF that promises PDF/A and PDF/UA may not hold a character without a glyph: one emoji in one name and the whole
document fails. So such a character is replaced before it is set, by its number and where every reader sees it.
"""

import struct
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

# Invisible, and harmless beside a visible character: joiners, soft hyphen, word joiner, variation selectors.
_COMPANIONS = {0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}


def mark(character: str) -> str:
    """What is printed where ``character`` cannot be: ``〓[U+1F600]``."""
    return f"〓[U+{ord(character):04X}]"


@cache
def families(fonts: Path) -> tuple[frozenset[int], ...]:
    """The code points each family draws in all of its weights; families are files named alike up to the hyphen.

    They come in the order in which Typst tries them, which is that of their names: NotoSerif, then NotoSerifJP.
    """
    weights: dict[str, list[set[int]]] = {}
    for file in sorted(fonts.glob("*.ttf")):
        weights.setdefault(file.stem.partition("-")[0], []).append(code_points(file.read_bytes()))
    return tuple(frozenset(set.intersection(*found)) for found in weights.values())


def code_points(font: bytes) -> set[int]:
    """The code points in the ``cmap`` of a TrueType font; subtables of format 4 and 12 (OpenType 1.9)."""
    tables = (struct.unpack_from(">4s4xII", font, 12 + 16 * i) for i in range(struct.unpack_from(">H", font, 4)[0]))
    cmap = next(offset for tag, offset, _ in tables if tag == b"cmap")
    found: set[int] = set()
    for i in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        platform, _, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * i)
        start = cmap + offset
        kind = struct.unpack_from(">H", font, start)[0]
        if platform in {0, 3} and kind == 4:
            found |= _segments(font, start)
        elif platform in {0, 3} and kind == 12:
            for group in range(struct.unpack_from(">I", font, start + 12)[0]):
                first, last, glyph = struct.unpack_from(">III", font, start + 16 + 12 * group)
                found |= set(range(first + (glyph == 0), last + 1))
    return found


def _segments(font: bytes, start: int) -> set[int]:
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    last, first, delta, offset = (
        struct.unpack_from(f">{count}H", font, start + 14 + 2 * count * column + (2 if column else 0))
        for column in range(4)
    )
    found = set()
    for i in range(count):
        for code in range(first[i], last[i] + 1):
            glyph = code
            if offset[i]:
                at = start + 16 + 6 * count + 2 * i + offset[i] + 2 * (code - first[i])
                glyph = struct.unpack_from(">H", font, at)[0]
                if not glyph:
                    continue
            if (glyph + delta[i]) & 0xFFFF:
                found.add(code)
    return found


def substitute_uncovered(data: Any, fonts: Path) -> tuple[Any, tuple[str, ...]]:
    """``data`` with every string printable in ``fonts``, and the characters that were replaced or dropped, sorted.

    Line breaks and tabs stay. Control characters and marks that turn the reading direction are replaced like any
    other character without a glyph; an invisible character with nothing visible before it is dropped. The strings
    of keys are left alone: they are names in our code, never printed.
    """
    lost: set[str] = set()
    drawn = families(fonts)

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return value if value.isascii() and value.isprintable() else _printable(value, drawn, lost)
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [walk(item) for item in value]
        return value

    return walk(data), tuple(sorted(lost))


def _printable(text: str, drawn: Sequence[frozenset[int]], lost: set[str]) -> str:
    printed = []
    base: list[frozenset[int]] = []  # the families that draw the last visible character with all its marks so far
    for character in text:
        code = ord(character)
        if code in _COMPANIONS:
            if base:
                printed.append(character)
            else:
                lost.add(character)
            continue
        if character in "\n\t":
            base = []
            printed.append(character)
            continue
        able = [] if unicodedata.category(character)[0] == "C" else [family for family in drawn if code in family]
        if able and base and unicodedata.category(character)[0] == "M":
            # A letter and its marks are set in one font, the first that has the mark: without the letter, that
            # font would print the mark alone.
            able = [family for family in able if family in base] if able[0] in base else []
        base = able
        if not able:
            lost.add(character)
        printed.append(character if able else mark(character))
    return "".join(printed)

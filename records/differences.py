"""What changed between two texts, sentence by sentence and word by word, and between two ordered lists.

For Latin, Cyrillic and Japanese, which writes no spaces. Nothing is lost on the way: sentences and words join back
into their text, and the pieces of a comparison into both texts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby, takewhile
from operator import add
from typing import Generic, NamedTuple, TypeVar

SAME, REMOVED, ADDED = "same", "removed", "added"
UNCHANGED, CHANGED, MOVED = "unchanged", "changed", "moved"

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Piece(NamedTuple):
    """A run of text: in both texts (``same``), in the old alone (``removed``) or in the new alone (``added``)."""

    kind: str
    text: str


class Change(NamedTuple, Generic[Key, Value]):
    """What became of one passage of a list.

    ``kind`` is unchanged, changed, added, removed or moved. A passage that was moved and changed is ``changed``, and
    ``moved`` is true. Places count from 0 and are ``None`` in the list that does not have the passage.
    """

    kind: str
    key: Key
    old: Value | None
    new: Value | None
    old_place: int | None
    new_place: int | None
    moved: bool = False


# --- sentences

_CLOSING = "\"'”’»)\\]」』）】〕〉》"
_STOP = {
    "ja": re.compile(f"[。！？｡]+[{_CLOSING}]*|\n"),
    "": re.compile(f"[.!?…]+[{_CLOSING}]*(?=\\s)|\n"),
}
_SPACES = re.compile(r"\s*")
# What was said in brackets and goes on (「はい。」と述べた。) is not yet a whole sentence.
_GOES_ON = re.compile("[だとをはがのにもでや旨趣等など、，]")
_BEGINS = re.compile(r"[\"'“‘„«(\[–—-]*[^\W_a-zа-яё]")
_NUMBER_OF_A_POINT = re.compile(r"\s*[(\[]?(?:\d+|[ivxIVX]+)(?:\.\d+)*")
_LAST_WORD = re.compile(r"[\w.-]*$")
_ABBREVIATIONS = {
    "en": "mr mrs ms messrs dr prof hon rev gov sen gen st no nos art arts para paras vol fig ed pp cf vs viz ca "
    "approx dept min inc corp co jan feb mar apr jun jul aug sep sept oct nov dec e.g i.e h.e u.s u.k u.n",
    "ru": "гг вв др пр см ср ст стр пп рис табл ул пер пл просп корп кв обл респ им проф акад доц канд зам пом мин "
    "руб коп долл млн млрд тыс тел напр прим ред изд г-н г-жа т.е т.д т.п т.к т.н н.э",
}
_END_NOTHING = {language: frozenset(words.split()) for language, words in _ABBREVIATIONS.items()}


def sentences(text: str, language: str) -> list[str]:
    """The sentences of ``text``, each with the space after it, so that joined they are the text again.

    Neither initials nor «г.», “No.” or the number before a point end one; a line break always does.
    """
    ends = _ends_in_japanese if language == "ja" else _ends_elsewhere
    parts, start = [], 0
    for stop in _STOP.get(language, _STOP[""]).finditer(text):
        if stop.start() < start:  # a line break in the space that is already taken
            continue
        spaces = _SPACES.match(text, stop.end())
        end = spaces.end() if spaces else stop.end()
        if end == len(text) or "\n" in text[stop.start() : end] or ends(text, start, stop, end, language):
            parts.append(text[start:end])
            start = end
    return [*parts, text[start:]] if start < len(text) else parts


def _ends_in_japanese(text: str, start: int, stop: re.Match[str], following: int, language: str) -> bool:
    return not (_GOES_ON.match(text, following) and (stop[0][-1] in _CLOSING or text[following] in "、，"))


def _ends_elsewhere(text: str, start: int, stop: re.Match[str], following: int, language: str) -> bool:
    if not _BEGINS.match(text, following):
        return False
    if stop[0] != ".":
        return True
    word = _LAST_WORD.search(text[max(start, stop.start() - 20) : stop.start()])
    last = word[0].casefold() if word else ""
    is_initial = len(last.rpartition(".")[2]) == 1 and not last.isdigit()
    is_number = _NUMBER_OF_A_POINT.fullmatch(text, start, stop.start()) is not None
    return not (is_initial or is_number or last in _END_NOTHING.get(language, ()))


# --- words

# Marks stay with what they stand on, or a variant of a kanji would lose what makes it one.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef"
)
_KANJI = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_KATAKANA = "\u30a1-\u30ff\uff66-\uff9f"
_JAPANESE = f"{_KANJI}{_HIRAGANA}{_KATAKANA}"
_LETTERS = f"(?:[^\\W\\d_{_JAPANESE}][{_MARKS}]*)+"
_NUMBER = "\\d+(?:[.,:/]\\d+)*"
_LATIN_WORD = f"(?:{_LETTERS}|{_NUMBER})+(?:['’‑-](?:{_LETTERS}|{_NUMBER})+)*"
_ANYTHING = f"(?:.[{_MARKS}]*)(?:\u200d.[{_MARKS}]*)*"
_RUNS = "|".join(f"(?:[{script}][{_MARKS}]*)+" for script in (_KANJI, _HIRAGANA, _KATAKANA))
_WORD = {
    "ja": re.compile(f"\\s+|{_NUMBER}|{_LETTERS}|{_RUNS}|{_ANYTHING}", re.DOTALL),
    "": re.compile(f"\\s+|{_LATIN_WORD}|{_RUNS}|{_ANYTHING}", re.DOTALL),
}
_CHARACTER = re.compile(_ANYTHING, re.DOTALL)
_KANJI_AT = re.compile(f"[{_KANJI}]")


def words(text: str, language: str) -> list[str]:
    """The words of ``text``, the spaces and marks between them as words of their own; joined they are the text.

    In Japanese a word is a run of one script: 政府間委員会, を, ハイブリッド, 2020.
    """
    return _WORD.get(language, _WORD[""]).findall(text)


# --- two texts

#: How much two sentences must have in common (0 to 1) to be read as one that was changed.
_ALIKE = {"ja": 0.3, "": 0.4}
_NEARLY = 0.75
_MOST_PAIRS = 2_500  # of sentences, of which each is compared with each
_MOST_STEPS = 300_000  # of difflib's inner loop: beyond, a person would wait
_SEPARATORS = re.compile(r"[\s,、，;；\"'“”‘’«»「」()（）–—-]*")


def compare(old: str, new: str, language: str) -> list[Piece]:
    """Both texts as one. ``same`` and ``removed`` joined are ``old``, ``same`` and ``added`` are ``new``, exactly.

    Where words were replaced, ``removed`` stands before ``added``. Sentences with little in common are not woven into
    each other: one is removed and one is added.
    """
    if old == new:
        return [Piece(SAME, old)] if old else []
    pieces: list[Piece] = []
    for is_same, before, after in _blocks(sentences(old, language), sentences(new, language)):
        if is_same:
            pieces.append(Piece(SAME, "".join(before)))
            continue
        for one, other in _paired(before, after, language):
            pieces += _by_words(one, other, language) if one and other else _replaced(one, other)
    return _tidied(pieces)


def _replaced(old: str, new: str) -> list[Piece]:
    return [Piece(kind, text) for kind, text in ((REMOVED, old), (ADDED, new)) if text]


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """What both have alike and what not, in order."""
    head = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    rest = zip(reversed(old[head:]), reversed(new[head:]), strict=False)
    tail = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], rest))
    if head:
        yield True, old[:head], new[:head]
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    there = Counter(middle_new)
    steps = sum(count * there[word] for word, count in Counter(middle_old).items())
    if steps == 0 or steps > _MOST_STEPS:
        yield False, middle_old, middle_new
    else:
        for kind, a, b, c, d in SequenceMatcher(None, middle_old, middle_new, autojunk=False).get_opcodes():
            yield kind == "equal", middle_old[a:b], middle_new[c:d]
    if tail:
        yield True, old[len(old) - tail :], new[len(new) - tail :]


def _paired(old: Sequence[str], new: Sequence[str], language: str) -> list[tuple[str, str]]:
    """Each old sentence beside the new one that it became, in order; an empty string where there is none."""
    if len(old) * len(new) > _MOST_PAIRS:
        return [("".join(old), ""), ("", "".join(new))]
    marks_old, marks_new = ([_marks_of(each, language) for each in side] for side in (old, new))
    if len(old) == len(new) and all(map(_is_nearly, marks_old, marks_new)):
        return list(zip(old, new, strict=True))
    enough = _ALIKE.get(language, _ALIKE[""])
    likeness = [[_likeness(one, other) for other in marks_new] for one in marks_old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]  # from here to the end
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            joined = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] >= enough else 0.0
            best[i][j] = max(joined, best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if likeness[i][j] >= enough and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((old[i], ""))
            i += 1
        else:
            pairs.append(("", new[j]))
            j += 1
    return [*pairs, *((each, "") for each in old[i:]), *(("", each) for each in new[j:])]


def likeness(one: str, other: str, language: str) -> float:
    """How much two sentences have in common: 1 for the same words, 0 for too little to call one the other, changed."""
    found = _likeness(_marks_of(one, language), _marks_of(other, language))
    return found if found >= _ALIKE.get(language, _ALIKE[""]) else 0.0


def _marks_of(sentence: str, language: str) -> set[str]:
    """What a sentence is recognised by: its words; in Japanese its pairs of characters."""
    if language == "ja":
        return set(map(add, sentence, sentence[1:]))
    return {word for word in words(sentence, language) if word[0].isalnum()}


def _is_nearly(one: set[str], other: set[str]) -> bool:
    """Most edits change a word or two, and then nothing needs to be searched for."""
    return _likeness(one, other) >= _NEARLY


def _likeness(one: set[str], other: set[str]) -> float:
    """0 for nothing in common, 1 for all."""
    whole = len(one) + len(other)
    return 2 * len(one & other) / whole if whole else 1.0


def _by_words(old: str, new: str, language: str) -> Iterator[Piece]:
    """Spaces are kept out of the matching: there are too many of them, and they say nothing."""
    old_words, new_words = _spaced(old, language), _spaced(new, language)
    old_at, new_at = 0, 0
    for is_same, before, after in _blocks([word for word, _ in old_words], [word for word, _ in new_words]):
        gone = old_words[old_at : old_at + len(before)]
        come = new_words[new_at : new_at + len(after)]
        old_at, new_at = old_at + len(before), new_at + len(after)
        if is_same:
            for (word, old_space), (_same, new_space) in zip(gone, come, strict=True):
                yield Piece(SAME, word + (old_space if old_space == new_space else ""))
                if old_space != new_space:
                    yield from _replaced(old_space, new_space)
        else:
            texts = "".join(map("".join, gone)), "".join(map("".join, come))
            yield from _inside_words(*texts) if language == "ja" else _before_space(*texts)


def _spaced(text: str, language: str) -> list[tuple[str, str]]:
    """Each word with the space that follows it."""
    found: list[tuple[str, str]] = []
    for word in words(text, language):
        if word.isspace() and found:
            found[-1] = (found[-1][0], word)
        else:
            found.append((word, ""))
    return found


def _before_space(old: str, new: str) -> list[Piece]:
    """The space behind both is nobody's."""
    space = old[len(old.rstrip()) :]
    if not space or space != new[len(new.rstrip()) :]:
        return _replaced(old, new)
    return [*_replaced(old[: -len(space)], new[: -len(space)]), Piece(SAME, space)]


def _inside_words(old: str, new: str) -> list[Piece]:
    """Runs of kanji are several words: 政府間委員会会合 lost 会合 and is not another word altogether."""
    one, other = _CHARACTER.findall(old), _CHARACTER.findall(new)
    head = _common(one, other)
    tail = _common(one[head:][::-1], other[head:][::-1])
    parts = one[head : len(one) - tail], other[head : len(other) - tail]
    pieces = [
        Piece(SAME, "".join(one[:head])),
        *_replaced(*map("".join, parts)),
        Piece(SAME, "".join(one[len(one) - tail :])),
    ]
    return [piece for piece in pieces if piece.text]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many characters both begin with. A single kanji is no word: 協力 and 協議 have nothing in common."""
    length = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    if length == 1 and all(_KANJI_AT.match("".join(rest[1:2])) for rest in (one, other) if len(rest) > 1):
        return 0 if _KANJI_AT.match(one[0]) else 1
    return length


def _tidied(pieces: Iterable[Piece]) -> list[Piece]:
    """Neighbours of one kind joined, and changes that only a comma or a space kept apart."""
    merged = [
        Piece(kind, "".join(each.text for each in group)) for kind, group in groupby(pieces, key=lambda each: each.kind)
    ]
    tidy: list[Piece] = []
    removed, added = "", ""
    for place, (kind, text) in enumerate(merged):
        is_island = (
            kind == SAME
            and bool(removed or added)
            and place + 1 < len(merged)
            and "\n" not in text
            and _SEPARATORS.fullmatch(text)
        )
        if is_island or kind == REMOVED:
            removed += text
        if is_island or kind == ADDED:
            added += text
        if kind == SAME and not is_island:
            tidy += [*_replaced(removed, added), Piece(SAME, text)]
            removed, added = "", ""
    return [*tidy, *_replaced(removed, added)]


# --- two lists


def compare_lists(old: Sequence[tuple[Key, Value]], new: Sequence[tuple[Key, Value]]) -> list[Change[Key, Value]]:
    """What became of each passage, in the new order, with removed ones where they stood.

    As few passages as possible count as moved: the longest run that kept its order stayed, the others went past it.
    A key that comes twice in a list is paired in order.
    """
    places = {name: place for place, name in enumerate(_names(old))}
    came_from = [places.get(name) for name in _names(new)]
    survived = {place for place in came_from if place is not None}
    stayed = _longest_rising([place for place in came_from if place is not None])
    removed: dict[int, list[Change[Key, Value]]] = {}  # by the place of the last passage before them that stayed
    anchor = -1
    for place, (key, value) in enumerate(old):
        if place in stayed:
            anchor = place
        elif place not in survived:
            removed.setdefault(anchor, []).append(Change(REMOVED, key, value, None, place, None))
    changes = removed.get(-1, [])
    for place, (was, (key, value)) in enumerate(zip(came_from, new, strict=True)):
        if was is None:
            changes.append(Change(ADDED, key, None, value, None, place))
            continue
        moved = was not in stayed
        kind = CHANGED if old[was][1] != value else MOVED if moved else UNCHANGED
        changes.append(Change(kind, key, old[was][1], value, was, place, moved))
        changes += removed.get(was, [])
    return changes


def _names(passages: Sequence[tuple[Key, object]]) -> Iterator[tuple[Key, int]]:
    seen: Counter[Key] = Counter()
    for key, _value in passages:
        yield key, seen[key]
        seen[key] += 1


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The longest of the subsequences that rise (patience sorting, n log n). The numbers are different."""
    tops: list[int] = []  # the smallest number on which a rising run of this length ends
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(tops, number)
        before[number] = tops[length - 1] if length else None
        tops[length : length + 1] = [number]
    rising: set[int] = set()
    last = tops[-1] if tops else None
    while last is not None:
        rising.add(last)
        last = before[last]
    return rising

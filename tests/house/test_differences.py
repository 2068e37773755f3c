"""What changed between two texts and two lists: nothing lost, nothing made up, and readable in three scripts."""

from __future__ import annotations

import random
import time
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.differences import ADDED, CHANGED, REMOVED, SAME, Piece, compare, compare_lists, sentences, words

LANGUAGES = st.sampled_from(["en", "ja", "ru"])
WORDS = st.sampled_from(
    [
        "the ceremony", "co-chairs'", "Mr.", "No. 5", "2020", "1.3", "21.12.2020", " ", ", ", ". ", "? ", "\n", "(A.)",
        "г.", "«Да.»", "А. Л. Оверчук", "церемонию", "т. е.", "双方は、", "一致した。", "「はい。」と", "政府間委員会",
        "会合", "を", "渡邉\U000e0100", "葛\ufe00", "か\u3099", "и\u0306", "👩\u200d🔬", "ー・", "！？",
        "述べ", "まし", "た",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(WORDS, max_size=30).map("".join))


def joined(pieces: list[Piece], *kinds: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


def shown(old: str, new: str, language: str) -> str:
    """The comparison as a person reads it: [-gone-] and {+come+}."""
    marks = {SAME: "{}", REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}
    return "".join(marks[kind].format(text) for kind, text in compare(old, new, language))


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "Mr. Smith met H.E. Mr. Motegi. They agreed on No. 5, i.e. the plan. Why? “It is due.” Done", 5),
        ("en", "1. The sides agreed. 2. They left at 5 p.m. on 1 Dec. 2020.", 2),
        ("en", "A. L. Overchuk spoke for 1.5 hours... Then J. R. R. Tolkien.", 2),
        ("en", "Agenda\n\nOpening remarks\n", 2),
        ("ru", "Выступил А. Л. Оверчук. В 2020 г. Япония, т. е. МИД (см. п. 5) сообщила.", 2),
        ("ru", "«Да.» Нет? Г-н Мотэги: «Согласен». Заседание закрыто!", 4),
        ("ja", "双方は述べた。「はい。」と述べた。「いいえ。」次！そう？終", 6),
        ("ja", "交流年（第1回。）は、Mr. Smithが開いた。", 1),
    ],
)
def test_a_text_is_cut_where_sentences_end(language: str, text: str, count: int) -> None:
    parts = sentences(text, language)
    assert (len(parts), "".join(parts)) == (count, text)


@given(TEXTS, LANGUAGES)
def test_sentences_and_words_join_back_into_their_text(text: str, language: str) -> None:
    assert "".join(sentences(text, language)) == text
    assert "".join(words(text, language)) == text
    assert "" not in sentences(text, language) + words(text, language)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "The co-chairs’ COVID-19 plan, 21.12.2020", "The| |co-chairs|’| |COVID-19| |plan|,| |21.12.2020"),
        ("ru", "Л. А. Годе́ 1,3 млн", "Л|.| |А|.| |Годе́| |1,3| |млн"),
        ("ja", "2020年12月21日にハイブリッドで開催", "2020|年|12|月|21|日|に|ハイブリッド|で|開催"),
        ("ja", "渡邉\U000e0100大臣と葛\ufe00城", "渡邉\U000e0100大臣|と|葛\ufe00城"),
        ("ja", "か\u3099き、👩\u200d🔬", "か\u3099き|、|👩\u200d🔬"),
    ],
)
def test_words_are_those_of_the_script(language: str, text: str, expected: str) -> None:
    assert words(text, language) == expected.split("|")


@given(TEXTS, TEXTS, LANGUAGES)
def test_both_texts_can_be_read_from_their_comparison(old: str, new: str, language: str) -> None:
    pieces = compare(old, new, language)
    assert (joined(pieces, SAME, REMOVED), joined(pieces, SAME, ADDED)) == (old, new)
    assert all(piece.text for piece in pieces)
    assert all(one.kind != other.kind for one, other in pairwise(pieces))


@given(TEXTS, LANGUAGES)
def test_a_text_is_the_same_as_itself(text: str, language: str) -> None:
    assert compare(text, text, language) == ([Piece(SAME, text)] if text else [])


@given(st.lists(WORDS, min_size=1, max_size=30), st.integers(0, 29), LANGUAGES)
def test_marks_are_never_parted_from_their_letter(parts: list[str], place: int, language: str) -> None:
    changed = [*parts[:place], "渡邉", *parts[place + 1 :]]
    for piece in compare("".join(parts), "".join(changed), language):
        assert piece.text[0] not in "\U000e0100\ufe00\u3099\u0306\u200d"


@pytest.mark.parametrize(
    ("language", "old", "new", "expected"),
    [
        ("en", "Held in May. Agreed.", "Held in June. Agreed.", "Held in [-May-]{+June+}. Agreed."),
        (
            "ru",
            "Стороны договорились провести заседание в удобное время.",
            "Стороны договорились провести очередное заседание в ближайшее время.",
            "Стороны договорились провести {+очередное +}заседание в [-удобное-]{+ближайшее+} время.",
        ),
        (
            "ja",
            "双方は、政府間委員会会合を開催することで一致した。",
            "双方は、政府間委員会を2021年に開催することで一致しました。",
            "双方は、政府間委員会[-会合-]を{+2021年に+}開催することで一致し{+まし+}た。",
        ),
        ("ja", "協力を述べた。", "協議を述べた。", "[-協力-]{+協議+}を述べた。"),
        ("en", "It was said. And so on.", "It was said.", "It was said.[- And so on.-]"),
        ("en", "one two, three four", "one five, six four", "one [-two, three-]{+five, six+} four"),
        ("en", "It was warm.", "The minister left for Osaka.", "[-It was warm.-]{+The minister left for Osaka.+}"),
    ],
)
def test_a_change_is_shown_by_words(language: str, old: str, new: str, expected: str) -> None:
    assert shown(old, new, language) == expected


def test_a_new_sentence_leaves_its_neighbours_alone() -> None:
    old = "The co-chairs met by video. They agreed to hold the ceremony in Sapporo."
    new = "The co-chairs met by video. Nobody objected at all. They agreed to hold the ceremony in Tokyo."
    assert shown(old, new, "en") == (
        "The co-chairs met by video. {+Nobody objected at all. +}They agreed to hold the ceremony in "
        "[-Sapporo-]{+Tokyo+}."
    )


def outline(old: str, new: str) -> str:
    """Each letter is a passage, its case its text: a capital has changed."""
    changes = compare_lists([(key.lower(), key) for key in old], [(key.lower(), key) for key in new])
    return ", ".join(
        f"{each.kind}{' and moved' * (each.moved and each.kind == CHANGED)}:{each.key}"
        for each in changes
        if each.kind != "unchanged"
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("abc", "abc", ""),
        ("abc", "axbc", "added:x"),
        ("abcd", "ad", "removed:b, removed:c"),
        ("abcde", "acdeb", "moved:b"),
        ("abcde", "eabcd", "moved:e"),
        ("abcd", "aCbd", "changed and moved:c"),
        ("abcd", "abCx", "changed:c, removed:d, added:x"),
        ("abcdef", "acxdebg", "added:x, removed:f, moved:b, added:g"),
        ("", "ab", "added:a, added:b"),
        ("ab", "", "removed:a, removed:b"),
        ("aab", "aba", "moved:b"),
    ],
)
def test_each_passage_of_a_list_is_told(old: str, new: str, expected: str) -> None:
    assert outline(old, new) == expected


def test_a_change_says_where_the_passage_stood_and_stands() -> None:
    changes = compare_lists([("a", "one"), ("b", "two"), ("c", "three")], [("c", "3"), ("a", "one"), ("d", "four")])
    assert [tuple(change) for change in changes] == [
        ("changed", "c", "three", "3", 2, 0, True),
        ("unchanged", "a", "one", "one", 0, 1, False),
        ("removed", "b", "two", None, 1, None, False),
        ("added", "d", None, "four", None, 2, False),
    ]


LISTS = st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(0, 1)), max_size=7, unique_by=lambda each: each[0])


@given(LISTS, LISTS)
def test_both_lists_can_be_read_from_their_changes(old: list[tuple[str, int]], new: list[tuple[str, int]]) -> None:
    changes = compare_lists(old, new)
    assert [(each.key, each.new) for each in changes if each.new_place is not None] == new
    before = sorted((each for each in changes if each.old_place is not None), key=lambda each: each.old_place or 0)
    assert [(each.key, each.old) for each in before] == old
    assert all((each.kind == CHANGED) == (each.old != each.new) for each in before if each.new_place is not None)


@given(st.permutations("abcdef"))
def test_as_few_passages_as_possible_are_moved(order: list[str]) -> None:
    changes = compare_lists([(key, 0) for key in "abcdef"], [(key, 0) for key in order])
    stayed = sum(1 for each in changes if not each.moved)
    assert stayed == max(size for size in range(7) for kept in combinations(order, size) if list(kept) == sorted(kept))


@pytest.mark.parametrize(
    ("language", "sentence", "gone", "come"),
    [
        ("en", "The co-chairs agreed to hold the ceremony of the exchange year on that occasion. ", "agreed", "wished"),
        (
            "ja",
            "双方は、新型コロナの状況を踏まえ、都合の良い時期に、政府間委員会を開催することで一致した。",
            "一致",
            "合意",
        ),
        ("ru", "Стороны договорились провести церемонию открытия Года обменов в удобное время. ", "Года", "сего"),
    ],
)
def test_300_entries_are_compared_in_half_a_second(language: str, sentence: str, gone: str, come: str) -> None:
    """Half of the sentences changed in every entry, and the entries shuffled. The processor's time is taken, for the
    machine may be busy with something else."""
    count = 600 // len(sentence)
    old = [(key, "".join(f"{key}-{number} {sentence}" for number in range(count))) for key in range(300)]
    new = [(key, text.replace(gone, come, count // 2)) for key, text in old]
    random.Random(21).shuffle(new)
    started = time.process_time()
    changes = compare_lists(old, new)
    pieces = [compare(each.old or "", each.new or "", language) for each in changes if each.kind == CHANGED]
    assert time.process_time() - started < 0.5
    assert len(pieces) == 300


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("the cat. " * 9_000, "the dog. the cat. " * 9_000),
        ("a " * 40_000, "b a " * 40_000),
        ("(" * 40_000, "\n" * 40_000),
    ],
    ids=["sentences", "words", "marks"],
)
def test_texts_that_repeat_themselves_do_not_take_for_ever(old: str, new: str) -> None:
    started = time.process_time()
    pieces = compare(old, new, "en")
    assert time.process_time() - started < 3
    assert (joined(pieces, SAME, REMOVED), joined(pieces, SAME, ADDED)) == (old, new)

"""Text as it comes in: what a person sees stays, what nobody sees goes, what cannot be meant is refused."""

from __future__ import annotations

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from records.fields import TextBlockField, TextLineField
from records.text import clean_text, folded, is_visible

LETTERS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]))


@pytest.mark.parametrize(
    "name",
    [
        "葛\U000e0100城",
        "渡邉",
        "髙橋",
        "山﨑",
        "𠮷田",
        "﨑山",
        "神\ufa19社",
        "Решетников",
        "Ё",
        "👩\u200d🔬",
        "か\u3099"[:1],
    ],
)
def test_names_come_out_as_they_went_in(name: str) -> None:
    assert clean_text(name) == name


def test_a_letter_and_its_mark_become_one() -> None:
    assert clean_text("и\u0306") == "й"
    assert clean_text("か\u3099") == "が"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("a\x00b", "nul"),
        ("a\ud800b", "surrogate"),
        ("invoice\u202egpj.exe", "bidi"),
        ("\u2066a", "bidi"),
        ("\u200b", "invisible"),
        ("\u200d\ufe0f", "invisible"),
        ("\u3000 \u00a0", "invisible"),
    ],
)
def test_what_cannot_be_meant_is_refused(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        clean_text(typed)
    assert refusal.value.code == code


def test_control_characters_go_and_their_neighbours_stay() -> None:
    assert clean_text("a\x07b\x9fc\ufeffd") == "abcd"


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_line_breaks_become_one_kind(line_break: str) -> None:
    assert clean_text(f"first{line_break}second", lines=True) == "first\nsecond"
    assert clean_text(f"first{line_break}second") == "first second"


@given(LETTERS)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean_text(text, lines=True)
    except ValidationError:
        return
    assert clean_text(once, lines=True) == once


@given(st.text())
def test_whatever_is_typed_is_cleaned_or_refused(text: str) -> None:
    """Nothing that PostgreSQL, a PDF or a terminal chokes on gets through."""
    for field in (TextLineField(required=False), TextBlockField(required=False)):
        try:
            cleaned = field.clean(text)
        except ValidationError:
            continue
        assert not [c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FF, exclude_categories=["Cc", "Cf"])))
def test_nothing_visible_is_lost(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    if any(is_visible(c) for c in composed):
        assert clean_text(text) == composed


def test_searches_compare_without_case_width_or_dots() -> None:
    assert folded("Алёна ＡＢＣ ﾃﾚﾋﾞ") == folded("алена abc テレビ")

"""One timing said in three languages: its words in each, its dates once."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agreements.models import TimingKind
from agreements.timing import in_parallel, left_open

SPOKEN_ON = date(2020, 12, 21)
DEMO = Path(__file__).parents[2] / "secretariat" / "demo" / "content"


def agreements_of(reference: str) -> list[dict[str, str]]:
    minutes = tomllib.loads((DEMO / "minutes.toml").read_text(encoding="utf-8"))["minutes"]
    entries: list[dict[str, Any]] = next(each["entries"] for each in minutes if each["meeting"] == reference)
    return [dict(zip(("en", "ja", "ru"), e["text"], strict=True)) for e in entries if e["kind"] == "agreement"]


def test_the_agreements_of_21_december_2020_say_their_timing_in_all_three_languages() -> None:
    said = [in_parallel(texts, spoken_on=SPOKEN_ON)[0] for texts in agreements_of("JR-2020-12-21-CC")]
    assert [(timing.kind, timing.review_on, dict(timing.phrases)) for timing in said] == [
        (TimingKind.OPEN, date(2021, 6, 21), {"en": "continue", "ja": "引き続き", "ru": "продолжать"}),
        (
            TimingKind.OCCASION,
            date(2021, 6, 21),
            {
                "en": "together with a visit of Minister Reshetnikov to Japan, at a convenient time, taking account of "
                "the COVID-19 situation",
                "ja": "新型コロナの状況を踏まえ、都合の良い時期に、レシェトニコフ大臣の訪日に合わせて",
                "ru": "приурочив его к визиту министра Решетникова в Японию, в удобное время с учётом ситуации с "
                "COVID-19",
            },
        ),
        (
            TimingKind.OCCASION,
            date(2021, 6, 21),
            {"en": "on that occasion", "ja": "その機会に", "ru": "в связи с этим заседанием"},
        ),
    ]


def test_what_is_less_specific_is_offered_with_what_qualifies_it() -> None:
    second = agreements_of("JR-2020-12-21-CC")[1]
    offered = [(timing.kind, timing.phrases["en"]) for timing in in_parallel(second, spoken_on=SPOKEN_ON)[1:]]
    assert offered == [
        (TimingKind.CONDITION, "at a convenient time, taking account of the COVID-19 situation"),
        (TimingKind.OPEN, "at a convenient time"),
    ]


def test_languages_that_say_different_days_are_not_made_to_agree() -> None:
    texts = {"en": "Submit the list by 31 March 2021.", "ja": "2021年3月30日までに一覧を提出する。"}
    said = [(timing.due_on, dict(timing.phrases)) for timing in in_parallel(texts, spoken_on=SPOKEN_ON)]
    assert said == [
        (date(2021, 3, 31), {"en": "by 31 March 2021"}),
        (date(2021, 3, 30), {"ja": "2021年3月30日までに"}),
    ]


def test_what_is_past_is_not_offered() -> None:
    assert in_parallel({"en": "The plan agreed on 18 December 2019 was noted."}, spoken_on=SPOKEN_ON) == []


@pytest.mark.parametrize(
    ("language", "text", "points_back"),
    [
        ("en", "Hold the ceremony on that occasion.", True),
        ("ja", "その際に開会式を行う。", True),
        ("ru", "Провести церемонию в связи с этим заседанием.", True),
        ("en", "Hold the session together with a visit of the Minister to Japan.", False),
    ],
)
def test_an_occasion_may_point_back_to_what_was_said_before(language: str, text: str, points_back: bool) -> None:
    assert [timing.points_back for timing in in_parallel({language: text}, spoken_on=SPOKEN_ON)] == [points_back]


def test_what_was_left_open_has_no_date_but_is_looked_at_again() -> None:
    open_ = left_open(spoken_on=SPOKEN_ON)
    assert (open_.kind, open_.due_on, open_.review_on, open_.phrases) == ("open", None, date(2021, 6, 21), {})
    assert left_open(spoken_on=date(9999, 12, 1)).review_on == date.max

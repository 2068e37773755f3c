"""Timing as said: what a sentence of minutes says about when, in three languages, and nothing that it does not say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agreements.models import TimingKind
from agreements.timing import Timing, best, in_full, recognise

SPOKEN_ON = date(2020, 12, 21)
DEMO = Path(__file__).parents[2] / "secretariat" / "demo" / "content"


def told(timing: Timing | None) -> str:
    """A timing in short: the due date, the window, the day of review of what is open, or what kind it is."""
    if timing is None:
        return "nothing"
    if timing.due_on:
        return f"due {timing.due_on}"
    if timing.window_ends_on:
        return f"{timing.window_starts_on or ''}/{timing.window_ends_on}"
    return f"{timing.kind} {timing.review_on}" if timing.review_on != date(2021, 6, 21) else str(timing.kind)


def said(text: str, language: str, spoken_on: date = SPOKEN_ON) -> list[tuple[str, str]]:
    return [(told(timing), timing.phrase) for timing in recognise(text, language, spoken_on=spoken_on)]


@pytest.mark.parametrize(
    ("language", "phrase", "expected"),
    [
        ("en", "on 21 December 2020", "due 2020-12-21"),
        ("en", "by 31 March 2021", "due 2021-03-31"),
        ("en", "no later than March 31st, 2021", "due 2021-03-31"),
        ("en", "on or before Wednesday, 31 March 2021", "due 2021-03-31"),
        ("en", "by the 31st of March 2021 at the latest", "due 2021-03-31"),
        ("en", "on 15 January", "due 2021-01-15"),
        ("en", "on 21 December", "due 2020-12-21"),
        ("en", "on 29 February", "due 2024-02-29"),
        ("en", "on the 25th of next month", "due 2021-01-25"),
        ("en", "in the first half of 2020", "2020-01-01/2020-06-30"),
        ("en", "in the second half of next year", "2021-07-01/2021-12-31"),
        ("en", "in the first half of March", "2021-03-01/2021-03-15"),
        ("en", "in the fourth quarter of 2021", "2021-10-01/2021-12-31"),
        ("en", "by the end of Q1 2022", "/2022-03-31"),
        ("en", "by the end of 2022", "/2022-12-31"),
        ("en", "to the end of October 2021", "/2021-10-31"),
        ("en", "before the end of the year", "/2020-12-31"),
        ("en", "by year-end", "/2020-12-31"),
        ("en", "late in 2021", "/2021-12-31"),
        ("en", "later this year", "/2020-12-31"),
        ("en", "this year", "2020-01-01/2020-12-31"),
        ("en", "next year", "2021-01-01/2021-12-31"),
        ("en", "in January", "2021-01-01/2021-01-31"),
        ("en", "in December", "2020-12-01/2020-12-31"),
        ("en", "by March 2021", "/2021-03-31"),
        ("en", "before March 2021", "/2021-02-28"),
        ("en", "before 31 March 2021", "/2021-03-30"),
        ("en", "from 1 to 4 November 2021", "2021-11-01/2021-11-04"),
        ("en", "from 1 April to 31 March 2022", "2021-04-01/2022-03-31"),
        ("en", "between April and June 2021", "2021-04-01/2021-06-30"),
        ("en", "April–June 2021", "2021-04-01/2021-06-30"),
        ("en", "in 2021–2022", "2021-01-01/2022-12-31"),
        ("en", "in FY2021", "2021-04-01/2022-03-31"),
        ("en", "in the second half of fiscal year 2021", "2021-10-01/2022-03-31"),
        ("en", "in the spring of 2021", "2021-03-01/2021-05-31"),
        ("en", "within three months", "2020-12-21/2021-03-21"),
        ("en", "within 30 days", "2020-12-21/2021-01-20"),
        ("en", "next week", "2020-12-28/2021-01-03"),
        ("en", "by the end of next month", "/2021-01-31"),
        ("ja", "令和2年12月21日に", "due 2020-12-21"),
        ("ja", "令和元年5月1日", "due 2019-05-01"),
        ("ja", "平成31年4月30日", "due 2019-04-30"),
        ("ja", "令和三年三月三十一日までに", "due 2021-03-31"),
        ("ja", "２０２１年３月３１日（水）までに", "due 2021-03-31"),
        ("ja", "R3.3.31", "due 2021-03-31"),
        ("ja", "12月21日", "due 2020-12-21"),
        ("ja", "本年12月21日に", "due 2020-12-21"),
        ("ja", "1月15日に", "due 2021-01-15"),
        ("ja", "来月15日に", "due 2021-01-15"),
        ("ja", "来年1月に", "2021-01-01/2021-01-31"),
        ("ja", "遅くとも3月末までに", "/2021-03-31"),
        ("ja", "2020年前半に", "2020-01-01/2020-06-30"),
        ("ja", "2020年上半期に", "2020-01-01/2020-06-30"),
        ("ja", "本年後半に", "2020-07-01/2020-12-31"),
        ("ja", "2021年第1四半期に", "2021-01-01/2021-03-31"),
        ("ja", "2022年末まで", "/2022-12-31"),
        ("ja", "22年末までに", "/2022-12-31"),
        ("ja", "年内に", "/2020-12-31"),
        ("ja", "令和3年度に", "2021-04-01/2022-03-31"),
        ("ja", "本年度末までに", "/2021-03-31"),
        ("ja", "来年度前半に", "2021-04-01/2021-09-30"),
        ("ja", "2021年春に", "2021-03-01/2021-05-31"),
        ("ja", "3月上旬に", "2021-03-01/2021-03-10"),
        ("ja", "来月中旬までに", "/2021-01-20"),
        ("ja", "3か月以内に", "2020-12-21/2021-03-21"),
        ("ja", "11月1日から4日まで", "2021-11-01/2021-11-04"),
        ("ja", "2021年4月から6月まで", "2021-04-01/2021-06-30"),
        ("ja", "2021年3月31日より前に", "/2021-03-30"),
        ("ru", "21 декабря 2020 г.", "due 2020-12-21"),
        ("ru", "до 31 марта 2021 года включительно", "due 2021-03-31"),
        ("ru", "не позднее 31 марта", "due 2021-03-31"),
        ("ru", "21.12.2020 г.", "due 2020-12-21"),
        ("ru", "25 числа следующего месяца", "due 2021-01-25"),
        ("ru", "в первой половине 2020 года", "2020-01-01/2020-06-30"),
        ("ru", "во втором полугодии текущего года", "2020-07-01/2020-12-31"),
        ("ru", "во II полугодии 2021 г.", "2021-07-01/2021-12-31"),
        ("ru", "в первом квартале следующего года", "2021-01-01/2021-03-31"),
        ("ru", "до конца III квартала 2021 года", "/2021-09-30"),
        ("ru", "до конца 2022 года", "/2022-12-31"),
        ("ru", "к концу года", "/2020-12-31"),
        ("ru", "до марта 2021 года", "/2021-02-28"),
        ("ru", "в марте", "2021-03-01/2021-03-31"),
        ("ru", "весной 2021 года", "2021-03-01/2021-05-31"),
        ("ru", "в следующем году", "2021-01-01/2021-12-31"),
        ("ru", "с 1 по 4 ноября 2021 г.", "2021-11-01/2021-11-04"),
        ("ru", "с апреля по июнь 2021 г.", "2021-04-01/2021-06-30"),
        ("ru", "в 2021 японском финансовом году", "2021-04-01/2022-03-31"),
        ("ru", "в течение трёх месяцев", "2020-12-21/2021-03-21"),
        ("ru", "в месячный срок", "2020-12-21/2021-01-21"),
        ("ru", "в первой декаде марта 2021 г.", "2021-03-01/2021-03-10"),
    ],
)  # fmt: skip
def test_days_and_windows_are_read_as_they_are_said(language: str, phrase: str, expected: str) -> None:
    assert said(phrase, language) == [(expected, phrase)]


@pytest.mark.parametrize(
    ("language", "phrase", "expected"),
    [
        ("en", "in early 2022", "open 2022-04-30"),
        ("en", "in mid-2021", "open 2021-08-31"),
        ("en", "around the end of May 2021", "open 2021-05-31"),
        ("en", "from April 2021", "open 2021-04-01"),
        ("en", "in the winter of 2021", "open 2022-02-28"),
        ("en", "since 2019", "open"),
        ("ja", "2022年初めに", "open 2022-04-30"),
        ("ja", "年明けに", "open 2021-04-30"),
        ("ja", "2021年3月末を目途に", "open 2021-03-31"),
        ("ja", "2021年4月以降", "open 2021-04-01"),
        ("ru", "в начале 2022 года", "open 2022-04-30"),
        ("ru", "ориентировочно в мае 2021 года", "open 2021-05-31"),
        ("ru", "с апреля 2021 года", "open 2021-04-01"),
        ("ru", "в 2021 финансовом году", "open 2021-12-31"),
    ],
)
def test_words_without_a_last_day_get_a_day_of_review_and_no_other(language: str, phrase: str, expected: str) -> None:
    assert said(phrase, language) == [(expected, phrase)]


@pytest.mark.parametrize(
    ("kind", "language", "phrase"),
    [
        ("occasion", "en", "on that occasion"),
        ("occasion", "en", "on the occasion of the visit of the Minister for Economy, Trade and Industry to Moscow"),
        ("occasion", "en", "with Minister Reshetnikov's visit"),
        ("occasion", "en", "in the margins of the Eastern Economic Forum"),
        ("occasion", "en", "at the next session of the Intergovernmental Committee in Tokyo"),
        ("occasion", "en", "no later than three months before the next meeting of the Committee"),
        ("occasion", "ja", "レシェトニコフ大臣の訪日に合わせて"),
        ("occasion", "ja", "その機会に"),
        ("occasion", "ja", "開会式に合わせて"),
        ("occasion", "ja", "次回会合において"),
        ("occasion", "ja", "次回会合の3か月前までに"),
        ("occasion", "ja", "APECの機会に"),
        ("occasion", "ru", "в ходе визита министра экономического развития М. Г. Решетникова в Токио"),
        ("occasion", "ru", "приурочив его к визиту министра Решетникова в Японию"),
        ("occasion", "ru", "на следующем заседании Межправительственной комиссии"),
        ("occasion", "ru", "на полях Восточного экономического форума"),
        ("occasion", "ru", "не позднее чем за три месяца до следующего заседания Комиссии"),
        ("condition", "en", "taking account of the COVID-19 situation"),
        ("condition", "en", "considering the epidemiological situation in both countries"),
        ("condition", "en", "if circumstances permit"),
        ("condition", "en", "as soon as the epidemic situation allows"),
        ("condition", "en", "once the Joint Committee has adopted its rules of procedure"),
        ("condition", "en", "subject to the approval of the Governments"),
        ("condition", "en", "within three months of the signing of the memorandum"),
        ("condition", "ja", "新型コロナの感染状況を踏まえて"),
        ("condition", "ja", "諸般の事情が許せば"),
        ("condition", "ja", "準備が整い次第、速やかに"),
        ("condition", "ja", "合意が採択された後に"),
        ("condition", "ja", "署名から3か月以内に"),
        ("condition", "ru", "с учётом ситуации с COVID-19"),
        ("condition", "ru", "с учетом развития эпидемиологической ситуации в обеих странах"),
        ("condition", "ru", "если позволят обстоятельства"),
        ("condition", "ru", "как только позволит ситуация"),
        ("condition", "ru", "после принятия решения Комиссией"),
        ("condition", "ru", "в течение трёх месяцев со дня подписания"),
        ("open", "en", "at a mutually convenient time"),
        ("open", "en", "at mutually convenient dates"),
        ("open", "en", "at a time convenient to both sides"),
        ("open", "en", "as soon as possible"),
        ("open", "en", "continue"),
        ("open", "ja", "都合の良い時期に"),
        ("open", "ja", "双方にとって都合の良い時期に"),
        ("open", "ja", "早期に"),
        ("open", "ja", "可能な限り早期に"),
        ("open", "ja", "引き続き"),
        ("open", "ru", "в удобное для обеих сторон время"),
        ("open", "ru", "во взаимоприемлемые сроки"),
        ("open", "ru", "в ближайшее время"),
        ("open", "ru", "как можно скорее"),
        ("open", "ru", "продолжать"),
    ],
)
def test_what_has_no_date_is_named_and_gets_none(kind: str, language: str, phrase: str) -> None:
    assert said(phrase, language) == [(kind, phrase)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "They may march with 21 companies; a budget of 2000 roubles, items 3 to 5, Article 12.3, 03/04/2021."),
        ("en", "The protocol dated 18 December 2019, agreed at the 15th session, without a visit of the Minister."),
        ("en", "On 31 February 2021 nothing happens."),
        ("ja", "第15回会合では、8項目の「協力プラン」325件、10年間の今後の方向性について次第に議論した。"),
        ("ja", "2021年2月30日は存在しない。2020年12月21日付けの覚書。交流年の開会式。"),
        ("ru", "План из восьми пунктов, в 2000 рублей, в Токио и в Москве; протокол от 18 декабря 2019 г."),
        ("ru", "31 февраля 2021 г. ничего не будет."),
        ("de", "am 31. März 2021"),
        ("en", ""),
    ],
)
def test_other_numbers_and_words_are_left_alone(language: str, text: str) -> None:
    assert said(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "The co-chairs agreed to hold the session together with a visit of Minister Reshetnikov to Japan, at a "
            "convenient time, taking account of the COVID-19 situation.",
            [
                ("occasion", "together with a visit of Minister Reshetnikov to Japan"),
                ("condition", "taking account of the COVID-19 situation"),
                ("open", "at a convenient time"),
            ],
        ),
        (
            "ja",
            "双方は、開会式を2021年春のレシェトニコフ大臣の訪日に合わせて行い、引き続き協議することで一致した。",
            [
                ("2021-03-01/2021-05-31", "2021年春"),
                ("occasion", "レシェトニコフ大臣の訪日に合わせて"),
                ("open", "引き続き"),
            ],
        ),
        (
            "ru",
            "Представить проект не позднее 1 марта 2021 г. Провести заседание в ходе визита министра в Токио в мае.",
            [
                ("due 2021-03-01", "не позднее 1 марта 2021 г."),
                ("2021-05-01/2021-05-31", "в мае"),
                ("occasion", "в ходе визита министра в Токио"),
            ],
        ),
    ],
)
def test_a_text_may_hold_several_and_the_most_specific_comes_first(
    language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert said(text, language) == expected


def test_the_best_is_the_most_specific_that_is_not_past() -> None:
    text = "As was agreed on 18 December 2019, the ceremony is to be held on that occasion, at a convenient time."
    timings = recognise(text, "en", spoken_on=SPOKEN_ON)
    chosen = best(timings)
    assert [(timing.phrase, timing.is_past) for timing in timings] == [
        ("on 18 December 2019", True),
        ("on that occasion", False),
        ("at a convenient time", False),
    ]
    assert chosen
    assert chosen.phrase == "on that occasion"
    assert best([]) is None


def test_a_timing_is_quoted_in_full_with_what_qualifies_it() -> None:
    text = "Hold it at a convenient time, taking account of the COVID-19 situation, and report in March 2021."
    timings = recognise(text, "en", spoken_on=SPOKEN_ON)
    condition = next(timing for timing in timings if timing.kind == TimingKind.CONDITION)
    assert in_full(text, timings, condition) == "at a convenient time, taking account of the COVID-19 situation"


def test_dates_that_hang_on_the_day_of_speaking_say_so() -> None:
    def relative(text: str, language: str) -> list[bool]:
        return [timing.is_relative for timing in recognise(text, language, spoken_on=SPOKEN_ON)]

    assert relative("by 31 March 2021, or next year, or on 3 May", "en") == [False, True, True]
    assert relative("令和3年3月31日、来年1月、年内", "ja") == [False, True, True]


# --- the demonstration's own sentences


def demo_commitments() -> list[dict[str, Any]]:
    return list(tomllib.loads((DEMO / "commitments.toml").read_text(encoding="utf-8"))["commitments"])


def demo_sentences() -> Iterator[list[str]]:
    for commitment in demo_commitments():
        yield commitment["text"]
        yield from (report["text"] for report in commitment["reports"])
    for minutes in tomllib.loads((DEMO / "minutes.toml").read_text(encoding="utf-8"))["minutes"]:
        yield from (entry["text"] for entry in minutes["entries"])


@pytest.mark.parametrize("language", ["en", "ja", "ru"])
@pytest.mark.parametrize("commitment", demo_commitments(), ids=lambda commitment: commitment["reference"])
def test_the_timings_of_the_demonstration_are_recognised(commitment: dict[str, Any], language: str) -> None:
    phrase = commitment["phrase"][("en", "ja", "ru").index(language)]
    timings = recognise(phrase, language, spoken_on=date(2019, 12, 18))
    chosen = best(timings)
    assert chosen
    assert (chosen.kind, chosen.window_starts_on, chosen.window_ends_on) == (
        commitment["timing_kind"],
        commitment.get("window_starts_on"),
        commitment.get("window_ends_on"),
    )
    assert in_full(phrase, timings, chosen) == phrase


def test_a_sentence_says_the_same_in_all_three_languages() -> None:
    found = []
    for texts in demo_sentences():
        en, ja, ru = (
            [told(timing) for timing in recognise(text, language, spoken_on=SPOKEN_ON)]
            for text, language in zip(texts, ("en", "ja", "ru"), strict=True)
        )
        assert en == ja == ru, texts[0]
        found += en
    assert len(found) > 30

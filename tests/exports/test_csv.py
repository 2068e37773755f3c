"""Tables that a spreadsheet opens right, and in which nothing is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.exports.csv import Column, inert, stream_csv


def table(*cells: object) -> bytes:
    """One row of ``cells`` below heads A, B, C…"""
    columns = [Column(chr(65 + i), lambda row, i=i: row[i]) for i in range(len(cells))]
    return b"".join(stream_csv(columns, [cells]))


def parsed(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_table_begins_with_a_byte_order_mark_and_its_lines_end_in_crlf() -> None:
    assert table("a", "日本") == '\ufeff"A","B"\r\n"a","日本"\r\n'.encode()


def test_quotes_are_doubled_and_line_breaks_stay_inside_quotes_as_lf() -> None:
    assert table('say "yes", twice\r\nthen\rno') == '\ufeff"A"\r\n"say ""yes"", twice\nthen\nno"\r\n'.encode()


@pytest.mark.parametrize(
    "payload",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\nrest",
        "\ttext",
        "=cmd|'/C calc'!A0",
        '=HYPERLINK("http://example.org","x")',
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "  =1",
        "\u3000=1",
        "\xa0+1",
        "\u200b=1",
        "\ufeff=1",
        " \u3000－1",
    ],
)
def test_text_that_begins_like_a_formula_is_made_inert(payload: str) -> None:
    _, [cell] = parsed(table(payload))
    assert cell == "'" + payload.replace("\r", "\n")


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "– a dash", "−1", "' =1", '"=1"', "100 %", " spaced", "、=", "#1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_numbers_and_days_of_ours_stay_numbers_and_days() -> None:
    assert parsed(table(-5, 2.5, date(2020, 12, 21), None))[1] == ["-5", "2.5", "2020-12-21", ""]


def test_a_head_is_text_like_any_other() -> None:
    assert b"".join(stream_csv([Column("=1", lambda row: row)], [])) == '\ufeff"\'=1"\r\n'.encode()


def test_half_a_character_does_not_end_the_file() -> None:
    assert parsed(table("half \ud83d", "whole"))[1] == ["half ?", "whole"]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r")), min_size=1, max_size=4))
def test_every_text_comes_back_and_none_begins_like_a_formula(cells: list[str]) -> None:
    _, row = parsed(table(*cells))
    assert [cell.removeprefix("'") for cell in row] == [cell.removeprefix("'") for cell in cells]
    assert not any(cell.strip()[:1] in tuple("=+-@＝＋－＠") for cell in row)


def test_rows_are_written_as_they_come() -> None:
    taken = []

    def rows() -> Iterator[int]:
        for number in range(10_000):
            taken.append(number)
            yield number

    parts = stream_csv([Column("N", lambda row: row)], rows())
    assert next(parts) == '\ufeff"N"\r\n'.encode()
    assert taken == []
    next(parts)
    assert len(taken) < 1_000

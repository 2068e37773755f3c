"""Tables for spreadsheets: UTF-8 with a byte order mark, CRLF, and no cell a formula (RFC 4180 otherwise).

Text is in quotes, quotes in it are doubled; numbers and days are bare.

A spreadsheet runs a cell that begins like a formula, whoever wrote it. OWASP ("CSV Injection"; ASVS 5.0, 1.2.10)
names ``= + - @``, tab and carriage return at the beginning of a cell, and a leading apostrophe as the remedy. The
full-width forms are added because a Japanese spreadsheet reads them as their narrow ones, and leading blanks are
looked through because an import may trim them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from django.utils.functional import Promise

Row = TypeVar("Row")

BYTE_ORDER_MARK = "\ufeff"
_ROWS_AT_ONCE = 500
_QUOTE, _TWO_QUOTES = '"', '""'
_FORMULA = frozenset("=+-@＝＋－＠")
_BREAK = frozenset("\t\r\n")
_INVISIBLE = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u180e\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, [*range(0x2000, 0x2010), 0x2060, 0xFEFF])
)
_SUSPECT = _FORMULA | frozenset(_INVISIBLE)


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column: what its head says, and how its value is read from a row."""

    header: str | Promise
    value: Callable[[Row], Any]


def inert(text: str) -> str:
    """``text`` as a cell no spreadsheet takes for a formula, its line breaks all LF."""
    if text[:1] in _SUSPECT and (text[0] in _BREAK or text.lstrip(_INVISIBLE)[:1] in _FORMULA):
        text = f"'{text}"
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def stream_csv(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Iterator[bytes]:
    """The table, some hundred rows at a time. Nothing is read from ``rows`` before the heads have been sent.

    Text is made inert; numbers, days and ``None`` are written as they are. The heads are put into words at once, in
    the language of the caller: by the time the rows are sent, that language is another request's.
    """
    heads = [str(column.header) for column in columns]
    return _stream(heads, [column.value for column in columns], iter(rows))


def _stream(heads: list[str], values: list[Callable[[Row], Any]], rows: Iterator[Row]) -> Iterator[bytes]:
    yield f"{BYTE_ORDER_MARK}{_line(heads)}".encode("utf-8", "replace")
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        # A lone surrogate cannot be encoded: a question mark rather than half a file.
        yield "".join([_line([value(row) for value in values]) for row in some]).encode("utf-8", "replace")


def _line(cells: list[Any]) -> str:
    return ",".join([_quoted(cell) if isinstance(cell, str) else _plain(cell) for cell in cells]) + "\r\n"


def _quoted(text: str) -> str:
    # csv.writer looks at every character in turn; for long texts this takes a tenth of its time.
    return f'"{inert(text).replace(_QUOTE, _TWO_QUOTES)}"'


def _plain(value: Any) -> str:
    return "" if value is None else str(value)

"""Documents for Word: real styles, every run tagged with its language, the same bytes for the same input.

Text goes in as text nodes, so it can never become markup or a field. What XML cannot hold, and marks that turn the
reading direction, are replaced by their numbers, as on the PDFs (``glyphs.mark``).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from records.exports import glyphs

#: What Word calls our languages.
LOCALES = {"en": "en-GB", "ja": "ja-JP", "ru": "ru-RU"}
#: Every Word has the first, every Word that writes Japanese the second.
WESTERN, JAPANESE = "Times New Roman", "Yu Mincho"
INK, QUIET = RGBColor(0x1B, 0x2E, 0x4B), RGBColor(0x56, 0x5C, 0x66)

#: Of the blank document's parts: a picture, another program's name and data that nobody reads.
_NEEDLESS = ("/thumbnail", "/extended-properties", "/customXml", "/stylesWithEffects", "/webSettings")
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNFIT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)  # XML 1.0, 2.2, and the overrides
_LONGEST_PROPERTY = 255  # characters; Word refuses to show more
_PAGE_WIDTH = 210  # mm


class Words(NamedTuple):
    """A run of text in one language; ``style`` names a character style."""

    language: str
    text: str
    style: str = ""


class Field(NamedTuple):
    """A number that Word counts, ``PAGE`` or ``NUMPAGES``, in a line of that language."""

    language: str
    instruction: str


Line = Sequence[Words | Field]


class Look(NamedTuple):
    """A paragraph style: sizes and distances in points, indents in millimetres."""

    size: float
    before: float = 0
    after: float = 4
    bold: bool = False
    colour: RGBColor | None = None
    hanging: float = 0
    indent: float = 0
    with_next: bool = False
    together: bool = False


LOOKS = {
    "Normal": Look(10.5),
    "Title": Look(20, before=14, after=4, bold=True, colour=INK, with_next=True),
    "Subtitle": Look(12, after=4, colour=INK, with_next=True),
    "Imprint": Look(9.5, after=14),
    "Heading 1": Look(13, before=18, after=6, bold=True, colour=INK, with_next=True),
    "Heading 2": Look(11.5, before=12, after=4, bold=True, colour=INK, with_next=True),
    "Heading 3": Look(10.5, before=8, after=3, bold=True, colour=INK, with_next=True),
    "Header": Look(8, colour=INK),
    "Footer": Look(8, colour=QUIET),
    "Fact": Look(10.5, hanging=36, together=True),
    "Person": Look(10.5, after=5, together=True),
    "Numbered": Look(10.5, hanging=9),
    "Entry": Look(9.5, before=9, after=2, bold=True, colour=INK, hanging=9, with_next=True),
    "Speaker": Look(10.5, after=3, indent=9, with_next=True),
    "Passage": Look(10.5, after=5, indent=9),
    "Cell": Look(10, after=4),
    "Cell label": Look(8.5, after=1, bold=True, colour=INK),
}
#: Character styles: bold or not, colour.
ACCENTS = {"Strong": (True, None), "Quiet": (False, QUIET)}


@dataclass(frozen=True)
class Properties:
    """What the file says of itself. ``dated`` is aware; it is when the contents were last changed, not the clock's."""

    language: str
    title: str
    author: str
    reference: str
    dated: datetime


class Manuscript:
    """A document on A4 in the making, from top to bottom; ``save`` gives the file.

    ``margin`` is the one at the left and right, in millimetres.
    """

    def __init__(self, properties: Properties, *, margin: int = 23) -> None:
        self.document = Document()
        self.width = _PAGE_WIDTH - 2 * margin
        _strip(self.document)
        _describe(self.document, properties)
        _dress(self.document, properties.language)
        # By name Word's styles are searched one by one, and there are a hundred.
        self._keys = {name: self.document.styles[name].style_id for name in (*LOOKS, *ACCENTS)}
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(_PAGE_WIDTH), Mm(297)
        section.left_margin = section.right_margin = Mm(margin)
        section.top_margin, section.bottom_margin = Mm(27), Mm(25)
        section.header_distance = section.footer_distance = Mm(12)
        section.different_first_page_header_footer = True

    def heading(self, level: int, line: Line) -> None:
        self.paragraph(line, style=f"Heading {level}")

    def paragraph(self, line: Line, *, style: str = "Normal", into: Any = None) -> None:
        """At the end of the document, or of a cell, a header or a footer."""
        paragraph = self.document.add_paragraph() if into is None else _next(into)
        paragraph._p.style = self._keys[style]
        for part in line:
            if isinstance(part, Field):
                _count(paragraph, part)
            else:
                self._write(paragraph, part)

    def prose(self, words: Words, *, style: str = "Normal", into: Any = None) -> None:
        """Text as it was typed: an empty line starts a paragraph, a line break is kept."""
        for text in re.split(r"\n[ \t]*\n\s*", _LINE_BREAKS.sub("\n", words.text).strip()):
            self.paragraph([words._replace(text=text)], style=style, into=into)

    def table(self, widths: Sequence[float], head: Sequence[Line], *, name: str) -> Table:
        """A table under a row of heads that is repeated on each page. ``name`` is what a screen reader calls it."""
        table = self.document.add_table(rows=1, cols=len(widths))
        _frame(table, widths, name)
        properties = table.rows[0]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        properties.append(OxmlElement("w:tblHeader"))
        for cell, line in zip(table.rows[0].cells, head, strict=True):
            self.paragraph(line, style="Cell label", into=cell)
        return table

    def row(self, table: Table, *, torn: bool = True) -> tuple[_Cell, ...]:
        """The cells of a new row, which a page break may tear or not."""
        row = table.add_row()
        if not torn:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        return row.cells

    def margins(self, *, first_head: tuple[Line, Line], head: tuple[Line, Line], foot: tuple[Line, Line]) -> None:
        """What stands above and below each page, at its left and at its right."""
        section = self.document.sections[0]
        for place, sides, style in (
            (section.first_page_header, first_head, "Header"),
            (section.header, head, "Header"),
            (section.first_page_footer, foot, "Footer"),
            (section.footer, foot, "Footer"),
        ):
            left, right = sides
            self.paragraph([*left, Words(left[0].language, "\t"), *right], style=style, into=place)
            tabs = place.paragraphs[0].paragraph_format.tab_stops
            tabs.add_tab_stop(Mm(self.width), WD_TAB_ALIGNMENT.RIGHT)

    def _write(self, paragraph: Paragraph, words: Words) -> None:
        if not words.text:
            return
        run = paragraph.add_run(fit(words.text))  # line breaks and tabs become Word's own
        if words.style:
            run._r.style = self._keys[words.style]
        _tag(run._r, words.language)

    def save(self) -> bytes:
        made = io.BytesIO()
        self.document.save(made)
        return _timeless(made)


def fit(text: str) -> str:
    """``text`` as XML can hold it, with one kind of line break."""
    return _UNFIT.sub(lambda found: glyphs.mark(found[0]), _LINE_BREAKS.sub("\n", text))


def joined(lines: Iterable[Line], separator: str = " · ") -> list[Words | Field]:
    """The lines as one, with the separator between them."""
    parts: list[Words | Field] = []
    for line in lines:
        if parts and line:
            parts.append(Words(line[0].language, separator))
        parts.extend(line)
    return parts


def _count(paragraph: Paragraph, field: Field) -> None:
    simple = OxmlElement("w:fldSimple", {qn("w:instr"): field.instruction})
    run = paragraph.add_run("1")  # until Word counts
    _tag(run._r, field.language)
    simple.append(run._r)
    paragraph._p.append(simple)


def _tag(run: Any, language: str) -> None:
    """Say which language a run is in: for spelling, for screen readers, and for the shapes of its characters."""
    properties = run.get_or_add_rPr()
    if language == "ja":
        # Quotation marks and dashes that both scripts have are the Japanese ones here.
        fonts = OxmlElement("w:rFonts", {qn("w:hint"): "eastAsia"})
        properties.insert_element_before(fonts, *_AFTER_FONTS)
    properties.append(OxmlElement("w:lang", {qn("w:val"): LOCALES[language], qn("w:eastAsia"): LOCALES["ja"]}))


#: What may follow ``w:rFonts`` in a run as it is written here (ECMA-376, CT_RPr).
_AFTER_FONTS = ("w:b", "w:color", "w:sz", "w:lang")


def _next(place: Any) -> Paragraph:
    """The paragraph that a new cell, header or footer begins with; after it, another one."""
    first = place.paragraphs[0]
    return place.add_paragraph() if first.runs or len(place.paragraphs) > 1 else first


def _strip(document: Any) -> None:
    for relations in (document.part.package.rels, document.part.rels):
        for key in [key for key, relation in relations.items() if relation.reltype.endswith(_NEEDLESS)]:
            relations.pop(key)
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:default")) != "1":
            styles.remove(style)
    zoom = document.settings.element.find(qn("w:zoom"))
    zoom.attrib.clear()
    zoom.set(qn("w:percent"), "100")  # which the standard asks for, and the blank document has not
    for mode in document.settings.element.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")  # Word 2013 and later, without the old ones' layout


def _describe(document: Any, facts: Properties) -> None:
    properties = document.core_properties
    dated = facts.dated.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    for name, value in {
        "title": facts.title,
        "author": facts.author,
        "last_modified_by": facts.author,
        "identifier": facts.reference,
        "keywords": facts.reference,
        "language": LOCALES[facts.language],
        "subject": "",
        "comments": "",
        "category": "",
    }.items():
        setattr(properties, name, fit(value)[:_LONGEST_PROPERTY])
    properties.created = properties.modified = dated
    properties.revision = 1


def _dress(document: Any, language: str) -> None:
    styles = document.styles
    for fonts in list(styles.element.iter(qn("w:rFonts"))):
        fonts.getparent().remove(fonts)
    defaults = styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    faces = {"ascii": WESTERN, "hAnsi": WESTERN, "cs": WESTERN, "eastAsia": JAPANESE}
    defaults.insert(0, OxmlElement("w:rFonts", {qn(f"w:{name}"): face for name, face in faces.items()}))
    spoken = defaults.find(qn("w:lang"))
    spoken.set(qn("w:val"), LOCALES[language])
    spoken.set(qn("w:eastAsia"), LOCALES["ja"])
    for name, look in LOOKS.items():
        _style(styles, name, look)
    for name, (bold, colour) in ACCENTS.items():
        style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        style.font.bold = bold
        if colour is not None:
            style.font.color.rgb = colour


def _style(styles: Any, name: str, look: Look) -> None:
    known = name in styles
    style = styles[name] if known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if not known:
        style.base_style = styles["Normal"]
        style.quick_style = True
    for inherited in style.element.xpath("w:pPr/w:pBdr | w:pPr/w:numPr | w:pPr/w:tabs | w:rPr/w:spacing"):
        inherited.getparent().remove(inherited)
    font, shape = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(look.size), look.bold, False
    if look.colour is not None:
        font.color.rgb = look.colour
    shape.space_before, shape.space_after, shape.line_spacing = Pt(look.before), Pt(look.after), 1.1
    shape.keep_with_next, shape.keep_together, shape.widow_control = look.with_next, look.together, True
    if look.hanging:
        shape.left_indent, shape.first_line_indent = Mm(look.hanging), Mm(-look.hanging)
        shape.tab_stops.add_tab_stop(Mm(look.hanging))
    elif look.indent:
        shape.left_indent = Mm(look.indent)


def _frame(table: Table, widths: Sequence[float], name: str) -> None:
    """Rules between the rows and none between the columns; columns as wide as they are told, in millimetres."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        column.cells[0].width = Mm(width)
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for edge, weight, colour in (("top", "6", "1B2E4B"), ("bottom", "4", "C9CED6"), ("insideH", "4", "C9CED6")):
        rule = {"val": "single", "sz": weight, "space": "0", "color": colour}
        borders.append(OxmlElement(f"w:{edge}", {qn(f"w:{key}"): value for key, value in rule.items()}))
    margins = OxmlElement("w:tblCellMar")
    for edge, twips in (("top", "60"), ("left", "0"), ("bottom", "60"), ("right", "170")):
        margins.append(OxmlElement(f"w:{edge}", {qn("w:w"): twips, qn("w:type"): "dxa"}))
    caption = OxmlElement("w:tblCaption", {qn("w:val"): fit(name)})
    look = properties.find(qn("w:tblLook"))
    properties.find(qn("w:tblLayout")).addprevious(borders)
    look.addprevious(margins)
    look.addnext(caption)


def _timeless(made: io.BytesIO) -> bytes:
    """The same package without the hour it was packed at, the same on every system."""
    packed = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            new.writestr(entry, old.read(name))
    return packed.getvalue()

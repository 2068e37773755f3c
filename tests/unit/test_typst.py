"""Documents on paper: what goes in comes out, safely, identically, and readable by every reader."""

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest

from records.exports import glyphs
from records.exports.typst import CompileError, CompileTimeout, Document, Typesetter, compile_pdf, substitute_uncovered
from tests.rig import verapdf
from tests.rig.sample_minutes import long_minutes, sample_minutes

ROOT = Path(__file__).parents[2] / "templates" / "typst"
FONTS = ROOT / "fonts"
WHEN = datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)
EDITIONS = [(("en",), "public"), (("ja",), "shared"), (("ru",), "internal"), (("en", "ja"), "internal")]

PROBE = """
#import "letterhead.typ": japanese
#let data = json(bytes(sys.inputs.data))
#set document(title: "Probe", date: auto)
#set text(lang: "ja", font: japanese, fallback: false)
#data.text
"""


@pytest.fixture(scope="module")
def typesetter() -> Iterator[Typesetter]:
    with_worker = Typesetter(ROOT)
    yield with_worker
    with_worker.close()


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typesetter]:
    """A typesetter with our fonts and letterhead, and a template that prints one text."""
    root = tmp_path_factory.mktemp("typst")
    (root / "fonts").symlink_to(FONTS)
    (root / "letterhead.typ").write_bytes((ROOT / "letterhead.typ").read_bytes())
    (root / "probe.typ").write_text(PROBE)
    (root / "fetching.typ").write_text('#import "@preview/example:0.1.0"')
    (root / "peeking.typ").write_text('#read("/../../../../../etc/hostname")')
    (root / "endless.typ").write_text("#for a in range(1000000) { for b in range(1000000) {} }")
    with_worker = Typesetter(root)
    yield with_worker
    with_worker.close()


def minutes(
    typesetter: Typesetter, languages: tuple[str, ...] = ("en",), edition: str = "public", **changes: Any
) -> Document:
    return typesetter.compile("minutes", sample_minutes(languages, edition) | changes, timestamp=WHEN)


def printed(document: Document) -> str:
    """The text as a reader copies it from the page, line ends as spaces."""
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document.pdf, capture_output=True, check=True)
    return " ".join(run.stdout.decode().split())


def reader(document: Document) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(document.pdf))


def tags(node: Any) -> Iterator[tuple[str, str | None]]:
    """Every structure element below ``node``: its type, and its language where it has one."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from tags(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node["/S"], node.get("/Lang")
        if "/K" in node:
            yield from tags(node["/K"])


# -- the document ------------------------------------------------------------------------------------------------


def test_the_same_minutes_give_the_same_bytes_from_another_process(typesetter: Typesetter) -> None:
    first = minutes(typesetter, ("en", "ja"))
    minutes(typesetter, ("ru",))
    typesetter.close()
    assert minutes(typesetter, ("en", "ja")) == first


def test_compile_pdf_finds_the_templates_of_the_project(typesetter: Typesetter) -> None:
    assert compile_pdf("minutes", sample_minutes(), timestamp=WHEN) == minutes(typesetter)


@pytest.mark.parametrize(("languages", "edition"), EDITIONS)
def test_the_page_count_is_the_readers(typesetter: Typesetter, languages: tuple[str, ...], edition: str) -> None:
    document = minutes(typesetter, languages, edition)
    assert document.pages == len(reader(document).pages) > 1


def test_japanese_and_russian_words_can_be_copied_from_the_page(typesetter: Typesetter) -> None:
    japanese = printed(minutes(typesetter, ("ja",)))
    russian = printed(minutes(typesetter, ("ru",)))
    assert "貿易経済に関する日露政府間委員会" in japanese
    assert "レシェトニコフ、マクシム・ゲンナジエヴィチ" in japanese
    assert "Министр экономического развития Российской Федерации" in russian
    assert "Договорённость" in russian


def test_every_page_says_which_it_is_of_how_many_and_of_what(typesetter: Typesetter) -> None:
    pages = [page.extract_text() for page in reader(minutes(typesetter)).pages]
    assert [f"Page {number} of 2" in text for number, text in enumerate(pages, 1)] == [True, True]
    assert all("JR-2020-12-21-CC" in text for text in pages)
    assert all("9f2c1e7ab03d54886c0f7de1a94b35c2e81d6f07b7a2490c5d3e8f160a7b24c9" in text for text in pages)


def test_a_screen_reader_finds_title_language_headings_lists_and_table_headers(typesetter: Typesetter) -> None:
    root = reader(document := minutes(typesetter, ("ja",))).root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ja-JP"
    assert reader(document).metadata.title == "共同議長間会合 議事録"
    kinds = [kind for kind, _ in tags(root["/StructTreeRoot"])]
    assert kinds.count("/H1") == 4
    assert kinds.count("/TH") == 3
    assert {"/Title", "/H2", "/L", "/LI", "/Lbl", "/LBody", "/Table", "/P"} <= set(kinds)


def test_parallel_columns_say_which_language_each_text_is_in(typesetter: Typesetter) -> None:
    document = minutes(typesetter, ("en", "ja"))
    root = reader(document).root_object
    assert root["/Lang"] == "en"
    assert "ja-JP" in {language for _, language in tags(root["/StructTreeRoot"])}
    assert "Minutes of the co-chairs’" in printed(document)
    assert "共同議長間会合" in printed(document)


def test_the_date_of_the_document_is_the_one_given(typesetter: Typesetter) -> None:
    assert reader(minutes(typesetter)).metadata.creation_date == WHEN


def test_a_text_missing_in_a_language_is_said_to_be_missing(typesetter: Typesetter) -> None:
    assert "〔この言語の本文はありません〕" in printed(minutes(typesetter, ("en", "ja"), "internal"))


def test_sections_without_content_are_left_out(typesetter: Typesetter) -> None:
    sides = [side | {"people": []} for side in sample_minutes()["sides"]]
    text = printed(minutes(typesetter, sides=sides, agenda=[], entries=[], agreements=[], facts=[], subtitle=None))
    assert not any(heading in text for heading in ("Attendance", "Agenda", "Proceedings", "What was agreed"))


def test_entries_outside_the_agenda_keep_their_place(typesetter: Typesetter) -> None:
    entries = sample_minutes()["entries"]
    entries[1]["agenda_number"] = None
    text = printed(minutes(typesetter, entries=entries, agreements=[]))
    beginnings = [text.index(start) for start in ("Stated that the leaders", "Stated that it had", "pointed out")]
    assert beginnings == sorted(beginnings)


def test_long_minutes_with_one_endless_entry_are_set_in_full(typesetter: Typesetter) -> None:
    data = long_minutes(100, ("en", "ja"))
    data["entries"][0]["text"] = {"en": "word " * 1000, "ja": ""}
    document = typesetter.compile("minutes", data, timestamp=WHEN)
    assert document.pages > 10
    assert printed(document).count("word") == 1000


# -- text is never markup, and never breaks the document -------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "#import sys",
        "$x^2$ and $y$",
        "*bold* _soft_ `code`",
        '"<script>alert(1)</script>',
        "= Heading",
        "a \\ b // c",
        "@ref <label>",
    ],
)
def test_markup_in_a_text_is_printed_as_typed(typesetter: Typesetter, text: str) -> None:
    entries = sample_minutes()["entries"]
    entries[0]["text"]["en"] = text
    assert text in printed(minutes(typesetter, entries=entries))


@pytest.mark.parametrize(
    ("text", "expected", "lost"),
    [
        ("plain, naïve, 日本 и Россия", "plain, naïve, 日本 и Россия", ()),
        ("葛\U000e0100城、渡邉、髙﨑、𠮷田", "葛\U000e0100城、渡邉、髙﨑、𠮷田", ()),
        ("two\nlines\tand a tab", "two\nlines\tand a tab", ()),
        ("smile 😀!", "smile 〓[U+1F600]!", ("😀",)),
        ("sun 🌞\ufe0f!", "sun 〓[U+1F31E]!", ("\ufe0f", "🌞")),
        ("family 👨\u200d👩", "family 〓[U+1F468]〓[U+1F469]", ("\u200d", "👨", "👩")),
        ("bell \x07, mark \ufeff", "bell 〓[U+0007], mark 〓[U+FEFF]", ("\x07", "\ufeff")),
        ("turned \u202egnp.exe", "turned 〓[U+202E]gnp.exe", ("\u202e",)),
        ("half \ud83d", "half 〓[U+D83D]", ("\ud83d",)),
        ("own \ue000", "own 〓[U+E000]", ("\ue000",)),
        ("日\u0301", "日〓[U+0301]", ("\u0301",)),
        ("и\u0306 е\u0301 か\u3099", "и\u0306 е\u0301 か\u3099", ()),
        ("\ufe0fbare", "bare", ("\ufe0f",)),
    ],
)
def test_what_no_font_draws_is_replaced_where_everybody_sees_it(
    text: str, expected: str, lost: tuple[str, ...]
) -> None:
    assert substitute_uncovered({"deep": [text, 1, None]}) == ({"deep": [expected, 1, None]}, lost)


def test_an_emoji_in_a_name_does_not_break_the_minutes(typesetter: Typesetter) -> None:
    entries = sample_minutes()["entries"]
    entries[0]["text"]["en"] = "Thanked everybody 😀 and ended.\x00"
    document = minutes(typesetter, entries=entries)
    assert document.substituted == ("\x00", "😀")
    assert "Thanked everybody 〓[U+1F600] and ended.〓[U+0000]" in printed(document)


def test_everything_said_to_be_covered_can_be_set(probe: Typesetter) -> None:
    """All 19,000 characters at once, each beside a space: one glyph missing and the compile fails."""
    covered = " ".join(
        chr(code) for code in sorted(set().union(*glyphs.families(FONTS))) if not 0xD800 <= code < 0xE000
    )
    kept, _ = glyphs.substitute_uncovered(covered, FONTS)
    assert len(kept) > 30_000
    assert probe.compile("probe", {"text": kept}, timestamp=WHEN).substituted == ()


def test_names_with_rare_characters_and_variants_are_copied_whole(probe: Typesetter) -> None:
    names = "葛\U000e0100城 渡邉 渡邊\U000e0101 髙﨑 𠮷田 辻\U000e0100"
    assert printed(probe.compile("probe", {"text": names}, timestamp=WHEN)) == names


# -- the process that compiles ---------------------------------------------------------------------------------------


def test_a_compile_over_its_deadline_is_killed_and_the_next_one_works(probe: Typesetter) -> None:
    probe.deadline, before = 0.2, probe.deadline
    with pytest.raises(CompileTimeout, match=r"longer than 0\.2 seconds"):
        probe.compile("endless", {}, timestamp=WHEN)
    probe.deadline = before
    assert probe.compile("probe", {"text": "after"}, timestamp=WHEN).pages == 1


def test_an_interrupted_compile_leaves_no_answer_for_the_next_one(probe: Typesetter) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    with pytest.raises(KeyboardInterrupt):
        probe.compile("endless", {}, timestamp=WHEN)
    signal.signal(signal.SIGALRM, before)
    assert printed(probe.compile("probe", {"text": "next"}, timestamp=WHEN)) == "next"


def test_a_worker_killed_from_outside_has_a_successor(probe: Typesetter, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING")
    first = probe.compile("probe", {"text": "same"}, timestamp=WHEN)
    assert probe._worker
    os.kill(probe._worker.pid, signal.SIGKILL)
    assert probe.compile("probe", {"text": "same"}, timestamp=WHEN) == first
    assert "ended with status -9; starting another" in caplog.text


def test_a_worker_without_the_memory_it_needs_is_an_error_and_not_a_hang() -> None:
    small = Typesetter(ROOT, memory=64 << 20)
    with pytest.raises(CompileError, match="ended twice"):
        minutes(small)
    assert small._worker is None


def test_the_worker_is_replaced_after_so_many_documents_or_pages() -> None:
    for limit in ({"most_documents": 2}, {"most_pages": 4}):
        typesetter = Typesetter(ROOT, **limit)
        minutes(typesetter)
        assert typesetter._worker is not None
        minutes(typesetter)
        assert typesetter._worker is None


def test_threads_each_get_their_own_document(probe: Typesetter) -> None:
    made: dict[int, str] = {}

    def make(number: int) -> None:
        made[number] = printed(probe.compile("probe", {"text": f"thread {number}"}, timestamp=WHEN))

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == {number: f"thread {number}" for number in range(8)}


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_starts_a_worker_of_its_own(probe: Typesetter) -> None:
    document = probe.compile("probe", {"text": "parent"}, timestamp=WHEN)
    if (child := os.fork()) == 0:
        same = probe.compile("probe", {"text": "parent"}, timestamp=WHEN) == document
        os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert probe.compile("probe", {"text": "parent"}, timestamp=WHEN) == document


def test_nothing_is_left_behind_when_the_process_ends() -> None:
    script = (
        "from datetime import UTC, datetime; from pathlib import Path; from records.exports.typst import Typesetter\n"
        "from tests.rig.sample_minutes import sample_minutes\n"
        f"t = Typesetter(Path({str(ROOT)!r})); t.compile('minutes', sample_minutes(), timestamp=datetime.now(UTC))\n"
        "print(t._worker.pid)"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=ROOT.parents[1], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(run.stdout), 0)


@pytest.mark.parametrize("template", ["fetching", "peeking", "absent"])
def test_a_template_reaches_neither_the_network_nor_files_outside_its_folder(probe: Typesetter, template: str) -> None:
    with pytest.raises(CompileError):
        probe.compile(template, {}, timestamp=WHEN)


@pytest.mark.parametrize("template", ["../minutes", "/etc/passwd", "minutes.typ", ""])
def test_a_template_is_named_and_not_located(typesetter: Typesetter, template: str) -> None:
    with pytest.raises(ValueError, match="does not name a template"):
        typesetter.compile(template, {}, timestamp=WHEN)


def test_a_timestamp_without_a_zone_is_refused(typesetter: Typesetter) -> None:
    with pytest.raises(ValueError, match="time zone"):
        typesetter.compile("minutes", {}, timestamp=datetime(2021, 2, 3))


# -- the standards ---------------------------------------------------------------------------------------------------


@pytest.mark.verapdf
@pytest.mark.skipif(bool(verapdf.available()), reason=verapdf.available() or "")
class TestVeraPDF:
    def test_every_edition_is_both_pdf_ua_1_and_pdf_a_2a(self, typesetter: Typesetter, tmp_path: Path) -> None:
        files = []
        for languages, edition in [*EDITIONS, (("en", "ru"), "public"), (("ja",), "public"), (("en",), "shared")]:
            file = tmp_path / f"{'-'.join(languages)}-{edition}.pdf"
            file.write_bytes(minutes(typesetter, languages, edition).pdf)
            files.append(file)
        assert verapdf.validate(files) == []

    def test_the_validator_reports_a_file_that_promises_nothing(self, probe: Typesetter, tmp_path: Path) -> None:
        file = tmp_path / "plain.pdf"
        file.write_bytes(probe.compile("probe", {"text": "plain"}, timestamp=WHEN, standards=["1.7"]).pdf)
        problems = verapdf.validate([file])
        assert any("ua1" in problem for problem in problems)
        assert any("2a" in problem for problem in problems)

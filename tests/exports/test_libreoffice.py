"""Files for Word, opened by another program: LibreOffice makes a PDF of each, and the same words stand on its pages.

Starting LibreOffice takes far longer than a file does: one start for all of them.
"""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pypdf
import pytest
from django.utils.translation import override

from meetings.exports.communique import communique_docx
from meetings.exports.docx import agenda_docx, minutes_docx
from meetings.exports.editions import OPERATOR
from meetings.exports.labels import sentence
from records.access import Edition
from tests.exports.reading import printed
from tests.exports.scene import SECRETS, make_scene
from tests.factories import make_committee, make_communique, make_entry, make_sentence

pytestmark = [pytest.mark.django_db, pytest.mark.libreoffice, pytest.mark.poppler]
LONG_NAMES = {
    "name_en": "Intergovernmental Committee on Trade and Economic Issues between two Governments",
    "name_ja": "貿易経済に関する政府間委員会",
    "name_ru": "Межправительственная комиссия по торгово-экономическим вопросам двух правительств",
}


def converted(files: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """Each file as PDF, by LibreOffice, with a profile of its own and without a word of complaint."""
    for name, content in files.items():
        (folder / f"{name}.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    sources = [str(folder / f"{name}.docx") for name in files]
    run = subprocess.run(
        [
            "soffice",
            profile,
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder / "pdf"),
            *sources,
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert (run.returncode, [line for line in run.stderr.splitlines() if "rror" in line]) == (0, [])
    return {name: (folder / "pdf" / f"{name}.pdf").read_bytes() for name in files}


def headings(pdf: bytes) -> list[str]:
    """The outline, which LibreOffice makes of real headings and of nothing else."""

    def titles(items: list[object]) -> list[str]:
        return [
            title
            for item in items
            for title in (titles(item) if isinstance(item, list) else [str(getattr(item, "title", ""))])
        ]

    return titles(list(pypdf.PdfReader(io.BytesIO(pdf)).outline))


def test_minutes_agendas_and_communiques_open_in_libreoffice_and_say_the_same(tmp_path: Path) -> None:
    make_committee(**LONG_NAMES)
    scene = make_scene()
    minutes, communique = scene.minutes, make_communique(scene.meeting)
    for number in range(20):  # to a second page, with its own head
        make_entry(
            scene.meeting, "discussion", f"Item {number} was discussed.", text_ja="議論した。", text_ru="Обсудили."
        )
    make_sentence(
        communique, text_en="The co-chairs met.", text_ja="共同議長は会談した。", text_ru="Сопредседатели встретились."
    )
    pages = converted(
        {
            "minutes": minutes_docx(minutes, edition=Edition.INTERNAL, languages=("en",), user=OPERATOR),
            "columns": minutes_docx(minutes, edition=Edition.SHARED, languages=("ja", "ru"), user=OPERATOR),
            "agenda": agenda_docx(minutes, edition=Edition.SHARED, languages=("ru",), user=OPERATOR),
            "communique": communique_docx(communique, languages=("ja", "en"), user=OPERATOR),
        },
        tmp_path,
    )
    text = {name: printed(pdf) for name, pdf in pages.items()}
    assert "Stated that consultations went on." in text["minutes"]
    assert "Zeppelin." in text["minutes"]
    for expected in ("協議が続いたと述べた。", "консультации продолжались.", "経済関係", "Министр иностранных дел"):
        assert expected in text["columns"]
    assert [secret for secret in SECRETS if secret in text["columns"] + text["agenda"]] == []
    for expected in ("Экономика", "Решетников", "15:00–15:50 JST (UTC+9)"):
        assert expected in text["agenda"]
    assert "共同議長は会談した。" in text["communique"]
    assert "The co-chairs met." in text["communique"]
    for name in ("Attendance", "Japan", "Agenda", "Proceedings", "1. Economic relations", "What was agreed"):
        assert name in headings(pages["minutes"])
    # The running head keeps its two names and the edition on lines of their own.
    second = pypdf.PdfReader(io.BytesIO(pages["columns"])).pages[1].extract_text()
    with override("ru"):
        edition = sentence(Edition.SHARED.label)
    for expected in (LONG_NAMES["name_ja"], LONG_NAMES["name_ru"], edition):
        assert expected in second

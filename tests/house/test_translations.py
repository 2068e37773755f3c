"""Every string of the interface is translated into Japanese and Russian."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PARTS = ("secretariat", "meetings", "exchanges", "agreements", "directory", "records", "templates", "locale")
LANGUAGES = ("ja", "ru")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Catalog]:
    """The catalogues after all strings were collected anew, in a copy of the tree."""
    if not shutil.which("xgettext"):
        pytest.skip("needs xgettext (Debian: gettext)")
    copy = tmp_path_factory.mktemp("tree")
    for part in PARTS:
        if (ROOT / part).exists():
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__", "fonts", "*.mo"))
    (copy / "locale").mkdir(exist_ok=True)
    languages = [f"--locale={language}" for language in LANGUAGES]
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", *languages, "--no-obsolete", "--verbosity=0"],
        cwd=copy,
        check=True,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )
    found = {}
    for language in LANGUAGES:
        with (copy / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
            found[language] = read_po(file, locale=language)
    return found


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_untranslated(catalogues: dict[str, Catalog], language: str) -> None:
    missing = [message.id for message in messages(catalogues[language]) if not all(texts(message.string))]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_only_guessed(catalogues: dict[str, Catalog], language: str) -> None:
    assert [message.id for message in messages(catalogues[language]) if message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_kept(catalogues: dict[str, Catalog], language: str) -> None:
    wrong = [
        message.id
        for message in messages(catalogues[language])
        for text in texts(message.string)
        if text and not set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(" ".join(texts(message.id))))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_really_that_language(catalogues: dict[str, Catalog], language: str) -> None:
    """A translation that repeats the English was forgotten, abbreviations and formats aside."""
    words = re.compile(r"[a-z]{4,}")
    same = [
        message.id
        for message in messages(catalogues[language])
        if texts(message.id) == texts(message.string) and words.search(PLACEHOLDER.sub("", str(message.id)))
    ]
    assert same == []

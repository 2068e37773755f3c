"""The documents tell the truth, as far as a test can see."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

ROOT = Path(__file__).parents[2]
STOREYS = ("secretariat", "meetings", "exchanges", "agreements", "directory", "records")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_glossary_has_every_model_and_no_other() -> None:
    models = {model.__name__ for model in apps.get_models() if model._meta.app_label in STOREYS}
    assert set(re.findall(r"^\| `(\w+)` \|", text("docs/glossary.md"), re.MULTILINE)) == models


def test_every_model_is_named_in_three_languages() -> None:
    rows = [line.split("|") for line in text("docs/glossary.md").splitlines() if line.startswith("| `")]
    assert [row[1] for row in rows if not all(cell.strip() for cell in row[2:6])] == []


def test_the_readme_is_short() -> None:
    assert len(text("README.md").splitlines()) <= 150


def test_every_command_is_documented() -> None:
    own = {name for name, app in get_commands().items() if app in STOREYS}
    missing = {name for name in own if f"manage.py {name}" not in text("docs/operations.md")}
    assert missing == set()


def test_every_target_of_make_is_in_the_help() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE)) - {"translations"}
    assert targets == set(re.findall(r"^([a-z]+):.*## ", text("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", document.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith("http")]
    assert [target for target in local if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_are_named_exist(document: Path) -> None:
    """``tests/house/test_docs.py`` and ``records.engine`` are where the text says they are."""
    content = document.read_text(encoding="utf-8")
    files = re.findall(
        r"`((?:tests|docs|deploy|secretariat|records|templates|directory|meetings)/[\w./-]+\.\w+)`", content
    )
    assert [name for name in files if not (ROOT / name).exists()] == []
    modules = re.findall(rf"`((?:{'|'.join(STOREYS)})\.\w+)`", content)
    wrong = [name for name in modules if not _is_module(name.replace(".", "/"))]
    assert wrong == []


def _is_module(path: str) -> bool:
    return (ROOT / f"{path}.py").exists() or (ROOT / path / "__init__.py").exists()


def test_each_decision_is_listed() -> None:
    pages = {path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")}
    assert set(re.findall(r"\((\d{4}-[\w-]+\.md)\)", text("docs/decisions/README.md"))) == pages


def test_tests_named_in_the_security_page_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text("docs/security.md"))
    missing = [f"{file}::{name}" for file, name in named if name and f"def {name}(" not in text(file)]
    assert missing == []

"""The six storeys: imports run downwards only."""

from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STOREYS = ["secretariat", "meetings", "exchanges", "agreements", "directory", "records"]
#: Inside an app, left to right: a file imports only from those to its left.
STEPS = ["models", "workflow", "actions", "exports", "forms", "views", "urls"]


def modules(storey: str) -> list[Path]:
    return sorted(path for path in (ROOT / storey).rglob("*.py") if "migrations" not in path.parts)


def imports(path: Path) -> set[str]:
    """Every module that the file imports, inside functions too, by its full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written out in full"
            found.update(f"{node.module}.{name.name}" for name in node.names)
    return found


@pytest.mark.parametrize("storey", STOREYS)
def test_a_storey_imports_from_below_only(storey: str) -> None:
    above = STOREYS[: STOREYS.index(storey)]
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules(storey)
        for name in imports(path)
        if name.partition(".")[0] in above
    }
    assert not wrong


@pytest.mark.parametrize("storey", STOREYS)
def test_no_storey_imports_the_tests_or_the_bench(storey: str) -> None:
    assert not {name for path in modules(storey) for name in imports(path) if name.split(".")[0] in ("tests", "bench")}


@pytest.mark.parametrize("app", STOREYS[1:-1])
def test_inside_an_app_models_know_no_actions_and_actions_know_no_views(app: str) -> None:
    def step(dotted: str) -> int:
        parts = dotted.split(".")
        return STEPS.index(parts[1]) if parts[0] == app and len(parts) > 1 and parts[1] in STEPS else -1

    wrong = set()
    for path in modules(app):
        here = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if step(here) >= 0:
            wrong |= {f"{here} imports {name}" for name in imports(path) if step(name) > step(here)}
    assert not wrong


def test_every_folder_with_python_is_a_storey_or_stands_beside_the_house() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert folders - {"tests", "bench"} == set(STOREYS)


def test_engine_differences_live_in_one_module() -> None:
    """Nobody else asks which database it is."""
    asking = {
        str(path.relative_to(ROOT))
        for storey in STOREYS
        for path in modules(storey)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "vendor"
    }
    assert asking == {"records/engine.py"}


def test_the_storeys_stand_in_the_documented_order() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    places = [text.index(f"\n{storey}/") for storey in STOREYS]
    assert all(higher < lower for higher, lower in pairwise(places))

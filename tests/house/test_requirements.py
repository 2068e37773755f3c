"""What is installed is what was chosen: pinned, hashed, recent enough. No network needed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
WANTED = {
    "run": PROJECT["dependencies"],
    "test": [*PROJECT["dependencies"], *EXTRAS["test"]],
    "check": [*PROJECT["dependencies"], *EXTRAS["check"]],
}


def locked(name: str) -> dict[str, str]:
    """Each package of the lock file with its version."""
    lines = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    found = [re.match(r"([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", line) for line in lines]
    return {canonicalize_name(match[1]): match[2] for match in found if match}


@pytest.mark.parametrize("name", WANTED)
def test_every_requirement_is_locked_within_its_bounds(name: str) -> None:
    versions = locked(name)
    for line in WANTED[name]:
        wanted = Requirement(line)
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), line


@pytest.mark.parametrize("name", WANTED)
def test_every_locked_package_has_a_hash(name: str) -> None:
    blocks = re.split(r"\n(?=[\w-])", (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8"))
    packages = [block for block in blocks if "==" in block.splitlines()[0]]
    assert [block.splitlines()[0] for block in packages if "--hash=sha256:" not in block] == []
    assert len(packages) == len(locked(name))


def test_the_three_locks_agree() -> None:
    """They are installed on top of each other, into one environment."""
    run, test, check = locked("run"), locked("test"), locked("check")
    assert run.items() <= test.items()
    assert run.items() <= check.items()
    assert {name: check[name] for name in check.keys() & test.keys()} == {
        name: test[name] for name in check.keys() & test.keys()
    }


@pytest.mark.parametrize("line", PROJECT["dependencies"])
def test_the_newest_patch_known_here_is_pinned(line: str) -> None:
    """The lower bound in pyproject.toml names the series; the lock stands at it or above, in the same major version
    where releases are not named by year."""
    wanted = Requirement(line)
    bounds = [Version(each.version) for each in wanted.specifier if each.operator == ">="]
    version = Version(locked("run")[canonicalize_name(wanted.name)])
    assert bounds
    assert version >= max(bounds)


def test_every_requirement_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    without = [line for line in re.findall(r'^    "[A-Za-z][\w\[\],-]*[<>=].*$', text, re.MULTILINE) if "#" not in line]
    assert without == []

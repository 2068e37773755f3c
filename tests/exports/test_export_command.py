"""``manage.py export_minutes``: the same files, for whoever keeps the server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from records.models import AuditEvent
from tests.exports.reading import printed, rows_of
from tests.exports.scene import make_scene
from tests.factories import make_meeting

pytestmark = pytest.mark.django_db
REFERENCE = "JR-2020-12-21-CC"


def export(target: Path, *options: str) -> bytes:
    call_command("export_minutes", REFERENCE, "--output", str(target), *options)
    return target.read_bytes()


@pytest.mark.parametrize("language", ["en", "ja", "ru", "en+ja", "ja+ru", "ru+en"])
def test_minutes_are_written_in_any_language_and_pair(tmp_path: Path, language: str) -> None:
    make_scene()
    assert export(tmp_path / "minutes.pdf", "--language", language).startswith(b"%PDF")


@pytest.mark.parametrize(("edition", "count"), [("internal", 5), ("shared", 2), ("public", 1)])
def test_each_edition_has_its_entries(tmp_path: Path, edition: str, count: int) -> None:
    make_scene()
    assert len(rows_of(export(tmp_path / "minutes.csv", "--format", "csv", "--edition", edition))) == count


def test_the_trail_says_that_an_operator_took_them(tmp_path: Path) -> None:
    make_scene()
    export(tmp_path / "minutes.csv", "--format", "csv")
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.actor, event.title) == ("downloaded", None, f"Minutes of {REFERENCE}")
    assert event.changes == {"edition": [None, "shared"], "language": [None, "en"], "format": [None, "csv"]}


def test_a_dash_is_standard_output(capfdbinary: Any) -> None:
    make_scene()
    call_command("export_minutes", REFERENCE, "--output", "-", "--edition", "public")
    content = capfdbinary.readouterr().out
    assert "Agreed to hold the session." in printed(content)


def test_an_unknown_reference_names_those_near_to_it(tmp_path: Path) -> None:
    make_meeting()
    make_meeting(kind="session", ordinal=15)
    with pytest.raises(CommandError, match="Near to it: JR-2020-12-21-CC, JR-2020-12-21-S15") as error:
        call_command("export_minutes", "jr-2020-12-22-cc", "--output", str(tmp_path / "minutes.pdf"))
    assert error.value.returncode == 1
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_replaced_whole(tmp_path: Path) -> None:
    make_scene()
    target = tmp_path / "minutes.csv"
    target.write_text("yesterday's")
    export(target, "--format", "csv")
    assert "yesterday's" not in target.read_text()
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    make_scene()
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        export(tmp_path / "nowhere" / "minutes.pdf")
    assert not AuditEvent.objects.filter(verb="downloaded").exists()


@pytest.mark.parametrize("wrong", ["--language=de", "--language=en+en", "--edition=x", "--format=x"])
def test_a_wrong_option_is_refused_with_what_is_possible(wrong: str) -> None:
    with pytest.raises(CommandError, match=r"en, ja or ru|choose from"):
        call_command("export_minutes", REFERENCE, wrong)


def test_the_shell_hears_of_an_unknown_reference_by_status_1(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    environment = os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    manage = [sys.executable, str(root / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True, capture_output=True)
    run = subprocess.run(
        [*manage, "export_minutes", "JR-1"], env=environment, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert "No meeting has the reference 'JR-1'. There are no meetings yet." in run.stderr

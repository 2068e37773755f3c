from __future__ import annotations

import stat
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.models import User
from meetings.models import Meeting
from secretariat.demo.logins import new_password
from secretariat.demo.seeding import seed
from tests.demo.conftest import TODAY


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_a_second_seeding_finds_out_with_one_query_and_changes_nothing(passwords: Any, demo_mode: Any) -> None:
    before = rows(), Path(demo_mode.DATA_DIR, "demonstration-logins.json").read_bytes()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert seed(today=TODAY + timedelta(days=1)) is None
    assert len(queries) == 1
    assert (rows(), Path(demo_mode.DATA_DIR, "demonstration-logins.json").read_bytes()) == before


@pytest.mark.parametrize("command", ["seed_demo", "demo_logins"])
def test_outside_demonstration_mode_both_commands_refuse(db: None, settings: Any, command: str) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="demonstration mode only"):
        call_command(command)
    assert rows()["directory.Committee"] == rows()["directory.User"] == 0


def test_a_seeding_that_fails_leaves_nothing_behind(db: None, demo_mode: Any) -> None:
    User.objects.create_user("reader", password="somebody who was here before")
    with pytest.raises(Exception, match=r"(?i)unique"):
        seed(today=TODAY)
    assert (rows()["directory.Committee"], rows()["records.AuditEvent"]) == (0, 0)
    assert list(Path(demo_mode.DATA_DIR).iterdir()) == []


def test_seed_demo_prints_the_log_ins_and_demo_logins_prints_them_again(db: None, demo_mode: Any) -> None:
    first, again = StringIO(), StringIO()
    call_command("seed_demo", stdout=first)
    call_command("demo_logins", stdout=again)
    assert again.getvalue().splitlines() == first.getvalue().splitlines()[1:]
    assert [line.split()[0] for line in again.getvalue().splitlines()[2:]] == [
        "administrator",
        "secretary",
        "approver",
        "reader",
        "delegate",
    ]


def test_demo_logins_before_seed_demo_says_what_to_do(db: None, demo_mode: Any) -> None:
    with pytest.raises(CommandError, match="run seed_demo first"):
        call_command("demo_logins")


def test_the_passwords_are_kept_in_a_file_that_only_its_owner_reads(passwords: Any, demo_mode: Any) -> None:
    [file] = Path(demo_mode.DATA_DIR).iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_passwords_work_and_meet_the_rules(passwords: dict[str, str]) -> None:
    for username, password in passwords.items():
        user = User.objects.get(username=username)
        assert user.check_password(password)
        validate_password(password, user)
    assert len(set(passwords.values())) == len(passwords)


def test_no_two_seedings_make_the_same_passwords() -> None:
    assert len({new_password() for _ in range(1000)}) == 1000


def test_an_example_that_would_fall_on_a_saturday_is_put_on_the_monday(db: None, demo_mode: Any) -> None:
    seed(today=date(2026, 11, 21))
    assert Meeting.objects.filter(committee__code="JR", state="scheduled").get().date == date(2026, 12, 14)

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
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from directory.models import Committee, User
from meetings.models import Entry, Meeting
from records.audit import broken_links
from records.models import AuditEvent, Record, Sourced
from secretariat.demo import reading
from secretariat.demo.logins import new_password
from secretariat.demo.seeding import seed
from tests.demo.conftest import TODAY


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def general_knowledge(facts: Any) -> int:
    """How many facts in a content file are marked K."""
    if isinstance(facts, dict):
        return (facts.get("confidence") == "K") + sum(general_knowledge(each) for each in facts.values())
    if isinstance(facts, list):
        return (facts[-1:] == ["K"]) + sum(general_knowledge(each) for each in facts)
    return 0


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


def test_every_record_that_was_made_has_its_event_and_the_chain_holds(passwords: Any) -> None:
    made = sum(model._default_manager.count() for model in apps.get_models() if issubclass(model, Record))
    assert AuditEvent.objects.filter(verb="created", actor=None).count() == made + User.objects.count()
    assert list(broken_links()) == []


def test_every_record_passes_its_own_rules(passwords: Any) -> None:
    for model in apps.get_models():
        if issubclass(model, Record):
            references = [field.name for field in model._meta.fields if isinstance(field, models.ForeignKey)]
            for record in model._default_manager.all():
                record.clean_fields(exclude=references)
                record.clean()


def test_what_is_general_knowledge_is_unverified_and_nothing_else_but_the_examples(passwords: Any) -> None:
    marked = sum(
        general_knowledge(reading.content(file.stem)) for file in Path(reading.__file__).parent.glob("content/*.toml")
    )
    unverified = [
        record
        for model in apps.get_models()
        if issubclass(model, Sourced)
        for record in model._default_manager.filter(unverified=True)
    ]
    examples = [record for record in unverified if record.source.startswith(("Example", "Invented"))]
    assert len(examples) == 4
    assert len(unverified) - len(examples) == marked > 0


def test_who_sees_which_committee(passwords: Any) -> None:
    def committees(username: str) -> list[str]:
        user = User.objects.get(username=username)
        return list(Committee.objects.visible_to(user).values_list("code", flat=True))

    own = ["JR", "JR-IR", "JR-TI", "JR-WB", "JR-WU"]
    assert committees("administrator") == [*own, "XA"]
    assert [committees(name) for name in ("secretary", "approver", "reader", "delegate")] == [own] * 4


def test_what_is_internal_is_not_for_the_other_side_and_the_draft_not_for_the_reader(passwords: Any) -> None:
    def sees(username: str) -> tuple[int, int]:
        user = User.objects.get(username=username)
        internal = Entry.objects.visible_to(user).filter(audience="internal")
        return internal.count(), Meeting.objects.visible_to(user).filter(state="draft").count()

    assert [sees(name) for name in ("secretary", "reader", "delegate")] == [(2, 1), (2, 0), (0, 0)]


def test_the_examples_lie_ahead_on_working_days_and_say_what_they_are(passwords: Any) -> None:
    coming = Meeting.objects.filter(date__gt=TODAY).order_by("date")
    assert [(meeting.reference, meeting.state) for meeting in coming] == [
        ("JR-2026-12-11-WL", "scheduled"),
        ("XA-2026-12-18-WL", "scheduled"),
        ("JR-2027-01-15-CC", "draft"),
    ]
    assert all(meeting.unverified and "Example" in meeting.source for meeting in coming)


def test_an_example_that_would_fall_on_a_saturday_is_put_on_the_monday(db: None, demo_mode: Any) -> None:
    seed(today=date(2026, 11, 21))
    assert Meeting.objects.filter(committee__code="JR", state="scheduled").get().date == date(2026, 12, 14)

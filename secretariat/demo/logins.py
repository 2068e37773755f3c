"""The people who try the program out. Their passwords are made on the spot and kept in one file, its owner's alone."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from directory.models import Assignment, User
from records import actions, audit
from records.access import Classification, Role
from secretariat.demo.reading import words
from secretariat.demo.shelf import REASON, Shelf, store

_COMMITTEES = ("JR", "JR-TI", "JR-IR", "JR-WB", "JR-WU")


@dataclass(frozen=True)
class DemoPerson:
    username: str
    last_name: str
    role: Role
    clearance: Classification
    can: str
    side: str = "JP"
    language: str = "en"
    time_zone: str = "Asia/Tokyo"
    committees: tuple[str, ...] = _COMMITTEES

    @property
    def enters_admin(self) -> bool:
        return self.role in (Role.ADMINISTRATOR, Role.SECRETARY)


PEOPLE = (
    DemoPerson(
        "administrator",
        "Administrator",
        Role.ADMINISTRATOR,
        Classification.CONFIDENTIAL,
        "runs the house, sees both committees",
        committees=(*_COMMITTEES, "XA"),
    ),
    DemoPerson(
        "secretary", "Secretary", Role.SECRETARY, Classification.CONFIDENTIAL, "calls meetings, takes the minutes"
    ),
    DemoPerson("approver", "Approver", Role.APPROVER, Classification.CONFIDENTIAL, "speaks for the Japanese side"),
    DemoPerson("reader", "Reader", Role.READER, Classification.OPEN, "reads what is open"),
    DemoPerson(
        "delegate",
        "Delegate",
        Role.APPROVER,
        Classification.OPEN,
        "speaks for the Russian side, reads the shared edition",
        side="RU",
        language="ru",
        time_zone="Europe/Moscow",
    ),
)


def add_people(shelf: Shelf) -> dict[str, str]:
    """Make the users and give them their committees. Returns their passwords, which are kept nowhere else."""
    passwords = {person.username: new_password() for person in PEOPLE}
    for person in PEOPLE:
        user = User.objects.create_user(
            person.username,
            password=passwords[person.username],
            first_name="Demonstration",
            last_name=person.last_name,
            email=f"{person.username}@{'example.org' if person.side == 'JP' else 'example.com'}",
            is_staff=person.enters_admin,
            language=person.language,
            time_zone=person.time_zone,
        )
        shelf["user", person.username] = user
        actions.note(audit.Event("created", user, None, audit.differences(None, audit.snapshot(user)), REASON))
        for code in person.committees:
            store(
                Assignment(
                    user=user,
                    committee=shelf["committee", code],
                    side=shelf["side", person.side],
                    role=person.role,
                    clearance=person.clearance,
                )
            )
    return passwords


def new_password() -> str:
    """Four words and four digits, as in amber-river-lantern-copper-4821: some 45 bits."""
    chosen = [secrets.choice(words()) for _ in range(4)]
    return "-".join([*chosen, f"{secrets.randbelow(10_000):04}"])


def keep(passwords: dict[str, str]) -> None:
    """Write the passwords beside the data, readable by the owner alone."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(passwords, file, indent=1)
    unfinished.replace(path)


def kept() -> dict[str, str]:
    """The passwords as they were made. Raises ``FileNotFoundError`` where none are kept."""
    return dict(json.loads(_path().read_text(encoding="utf-8")))


def table(passwords: dict[str, str]) -> str:
    """The log-ins, one a line, in columns."""
    rows = [("user name", "password", "may"), *((p.username, passwords[p.username], p.can) for p in PEOPLE)]
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    lines = [f"  {name:<{first}}  {password:<{second}}  {can}" for name, password, can in rows]
    return "\n".join([lines[0], f"  {'-' * first}  {'-' * second}  {'-' * len(rows[0][2])}", *lines[1:]])


def _path() -> Path:
    return Path(settings.DATA_DIR) / "demonstration-logins.json"

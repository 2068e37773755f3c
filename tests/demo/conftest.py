from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from secretariat.demo.seeding import seed

TODAY = date(2026, 11, 20)


@pytest.fixture
def demo_mode(settings: Any, tmp_path: Path) -> Any:
    """Demonstration mode, with a folder of its own."""
    settings.DEMO = True
    settings.DATA_DIR = tmp_path
    return settings


@pytest.fixture
def passwords(db: None, demo_mode: Any) -> dict[str, str]:
    """The demonstration, made on a Friday in November 2026; the passwords it made."""
    made = seed(today=TODAY)
    assert made is not None
    return made


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The demonstration, made once for a module of tests that only read, and taken back after the last of them."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), override_settings(DEMO=True, DATA_DIR=folder), transaction.atomic():
        seed(today=TODAY)
        yield
        transaction.set_rollback(True)

"""What every test may ask for: people who are logged in, a browser that stays at home, an accessibility check."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from tests.rig import append_only, verapdf
from tests.rig.browser import Stage

_DATABASE = {"db", "transactional_db", "django_db_setup"}
CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"


def _missing() -> dict[str, str | None]:
    """For each marker, why its tests cannot run here; ``None`` where they can."""
    return {
        "postgres": None if connection.vendor == "postgresql" else "needs PostgreSQL: set DATABASE_URL",
        "browser": None if Path(CHROMIUM).exists() else "needs Chromium (Debian: chromium)",
        "verapdf": verapdf.available(),
        "poppler": None if shutil.which("pdftotext") else "needs pdftotext (Debian: poppler-utils)",
        "libreoffice": None if shutil.which("soffice") else "needs LibreOffice (Debian: libreoffice-writer-nogui)",
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What cannot run here is skipped, by name. What asks a database is marked, to be run on each engine."""
    for item in items:
        if item.get_closest_marker("django_db") or not _DATABASE.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("database")
    missing = {marker: reason for marker, reason in _missing().items() if reason}
    for item in items:
        for marker, reason in missing.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Where everything is said to be installed (``CI=true``), a skip is a failure."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr[2]}"
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """After the test database is made: let it be emptied between tests in spite of its append-only tables."""
    append_only.let_flush_through(connection)


@pytest.fixture
def client_for(db: None) -> Callable[..., Client]:
    """``client_for(user)`` is a client that is logged in as the user; ``client_for(None)`` as nobody."""

    def make(user: Any, **options: Any) -> Client:
        client = Client(**options)
        if user is not None:
            client.force_login(user)
        return client

    return make


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread, in which Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()
        connections.close_all()  # beside a running event loop this thread had connections of its own


@pytest.fixture
def stage(browser: Any, live_server: Any) -> Iterator[Stage]:
    """Pages of the running program, for one test. Fails the test when a page asks another machine for something,
    breaks the content security policy or raises an error in a script."""
    stage = Stage(browser, live_server.url)
    yield stage
    stage.close()


@pytest.fixture
def page_as(stage: Stage) -> Callable[..., Any]:
    """``page_as(user, width=390, dark=True, language="ja", javascript=False)`` is a Playwright page, logged in.

    ``page.goto("/meetings/")`` takes paths. ``page_as(None)`` is nobody's.
    """

    def open_page(user: Any, **options: Any) -> Any:
        cookies = {}
        if user is not None:
            client = Client()
            client.force_login(user)
            cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        return stage.open_page(cookies, **options)

    return open_page


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], None]:
    """``axe(page)`` fails with a readable list when the page is not accessible (WCAG 2.2 AA and axe's own advice)."""
    from tests.rig.browser import check_accessibility

    return check_accessibility

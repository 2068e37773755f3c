"""What every test may ask for: people who are logged in, a browser that stays at home, an accessibility check."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from tests.rig import append_only
from tests.rig.browser import Stage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need PostgreSQL run there only."""
    if connection.vendor != "postgresql":
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip(reason="runs on PostgreSQL"))


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
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
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

"""A real browser that is kept at home and watched."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest


class Stage:
    """The pages of one test, each in a context of its own."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address
        self.contexts: list[Any] = []
        self.complaints: list[str] = []

    def open_page(
        self,
        cookies: dict[str, str],
        *,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        javascript: bool = True,
        **options: Any,
    ) -> Any:
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
            **options,
        )
        self.contexts.append(context)
        context.add_cookies([{"name": name, "value": cookies[name], "url": self.address} for name in cookies])
        context.route("**/*", self._keep_home)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("console", self._listen)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        if self.complaints:
            pytest.fail("\n".join(dict.fromkeys(self.complaints)), pytrace=False)

    def _keep_home(self, route: Any) -> None:
        url = urlsplit(route.request.url)
        if url.scheme in ("data", "blob") or f"{url.scheme}://{url.netloc}" == self.address:
            route.continue_()
        else:
            self.complaints.append(f"left the machine: {route.request.url}")
            route.abort()

    def _listen(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"console: {message.text}")


def check_accessibility(page: Any) -> None:
    """Fail with a readable list when axe finds something on the page as it is now."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    if found:
        lines = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
            + "\n    ".join(f"{' '.join(node['target'])}: {node['html'][:200]}" for node in violation["nodes"][:5])
            for violation in found
        ]
        pytest.fail(f"axe on {page.url}:\n" + "\n".join(lines), pytrace=False)

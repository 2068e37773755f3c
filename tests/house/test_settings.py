"""The settings: each documented, none unsafe by default."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
#: What a real installation sets.
PRODUCTION = {"SECRET_KEY": "k" * 30 + "0123456789abcdefghij-ABCDEFGHIJ", "ALLOWED_HOSTS": "secretariat.example.org"}


def read_by_the_settings() -> set[str]:
    """The names that settings.py asks the environment for."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / "secretariat" / "settings.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.environ.get", "_flag", "_list"):
            first = node.args[0]
            if isinstance(first, ast.Constant):
                names.add(str(first.value))
            elif isinstance(first, ast.JoinedStr):
                names.update(f"MINISTRY_{code}" for code in ("EN", "JA", "RU"))
    return names


def documented() -> set[str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return {line.partition("=")[0] for line in lines if "=" in line and not line.startswith("#")}


def settings_with(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What ``code`` prints in a process whose settings are made from ``environment`` alone."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", f"from secretariat import settings\n{code}"],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert documented() == read_by_the_settings()


def test_without_a_secret_it_does_not_start() -> None:
    answer = settings_with("", SECRET_KEY="")
    assert answer.returncode != 0
    assert "Set SECRET_KEY or SECRET_KEY_FILE" in answer.stderr


def test_by_default_it_is_safe() -> None:
    names = ["DEBUG", "DEMO", "HTTPS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"]
    answer = settings_with(f"print([getattr(settings, name) for name in {names}])", **PRODUCTION)
    assert answer.stdout.strip() == "[False, False, True, True, True, True]"
    cookies = settings_with("print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)", **PRODUCTION)
    assert cookies.stdout.split() == ["__Host-session", "__Host-csrf"]


def test_forwarded_headers_are_believed_only_behind_a_proxy() -> None:
    alone = settings_with("print(settings.SECURE_PROXY_SSL_HEADER)", **PRODUCTION)
    behind = settings_with("print(settings.SECURE_PROXY_SSL_HEADER)", **PRODUCTION, TRUSTED_PROXIES="1")
    assert (alone.stdout.strip(), behind.stdout.strip()) == ("None", "('HTTP_X_FORWARDED_PROTO', 'https')")


@pytest.mark.parametrize("name", ["DEBUG", "DEMO", "HTTPS"])
def test_a_mistyped_switch_is_refused(name: str) -> None:
    answer = settings_with("", **PRODUCTION, **{name: "maybe"})
    assert answer.returncode != 0
    assert f"{name} is yes or no, not 'maybe'." in answer.stderr


def test_a_key_can_lie_in_a_file(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("from a file\n", encoding="ascii")
    answer = settings_with("print(settings.SECRET_KEY)", SECRET_KEY_FILE=str(key))
    assert answer.stdout.strip() == "from a file"


def test_mail_leaves_only_where_a_server_is_named_and_never_from_a_demonstration() -> None:
    def is_sent(**more: str) -> str:
        return settings_with("print(settings.MAIL_IS_SENT)", **PRODUCTION, **more).stdout.strip()

    assert [is_sent(), is_sent(EMAIL_HOST="mail.example.org"), is_sent(EMAIL_HOST="mail.example.org", DEMO="yes")] == [
        "False",
        "True",
        "False",
    ]


@pytest.mark.parametrize(("name", "value"), [("PUBLIC_URL", "example.org"), ("EMAIL_TLS", "maybe")])
def test_mistyped_settings_of_mail_are_refused(name: str, value: str) -> None:
    answer = settings_with("", **PRODUCTION, **{name: value})
    assert answer.returncode != 0
    assert name in answer.stderr


def test_no_setting_of_django_is_misspelt(settings: Any) -> None:
    from django.conf import global_settings

    prefixes = (
        "SESSION_",
        "CSRF_",
        "SECURE_",
        "LANGUAGE_",
        "DATA_UPLOAD_",
        "FILE_UPLOAD_",
        "STATIC",
        "MEDIA_",
        "EMAIL_",
    )
    known = set(dir(global_settings)) | {"STATICFILES_DIRS"}
    own = {name for name in dir(settings) if name.isupper() and name.startswith(prefixes)}
    assert own <= known

#!/usr/bin/env python3
"""Django's command line for Secretariat.

After ``make run`` it works as it is: with the Python of ``.venv``, and with the settings that were written beside the
data (``DATA_DIR``, or ``var``) – unless the environment names a secret key of its own.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def use_own_python() -> None:
    """Go on with the Python that has Django, where this one has not."""
    own = HERE / ".venv" / "bin" / "python"
    if Path(sys.prefix) != HERE / ".venv" and own.exists():
        os.execv(own, [str(own), *sys.argv])  # noqa: S606 - our own interpreter, our own arguments


def use_settings_beside_the_data() -> None:
    if os.environ.get("SECRET_KEY") or os.environ.get("SECRET_KEY_FILE"):
        return
    kept = Path(os.environ.get("DATA_DIR") or HERE / "var") / "environment"
    if kept.exists():
        for line in kept.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            os.environ.setdefault(name, value)


if __name__ == "__main__":
    try:
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError:
        use_own_python()
        raise
    use_settings_beside_the_data()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secretariat.settings")
    execute_from_command_line(sys.argv)

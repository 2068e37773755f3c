"""What every page may print."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from records import languages


def house(request: HttpRequest) -> dict[str, Any]:
    return {
        "ministry": settings.MINISTRY[languages.current()] or settings.MINISTRY["en"],
        "is_demonstration": settings.DEMO,
    }

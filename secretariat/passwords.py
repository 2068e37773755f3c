"""Passwords that are long and yet guessed first."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class PatternValidator(CommonPasswordValidator):
    """Refuses what a length alone lets through: a short thing repeated, and common passwords strung together."""

    def validate(self, password: str, user: Any = None) -> None:
        folded = password.casefold().strip()
        if _repeats(folded) or len(set(folded)) < 6 or self._is_strung_together(folded):
            raise ValidationError(
                _("This is long, but built of a repetition or of common passwords: it would be guessed early."),
                code="password_pattern",
            )

    def get_help_text(self) -> str:
        return _("It is no repetition and no string of common passwords.")

    def _is_strung_together(self, text: str) -> bool:
        common = self.passwords
        return any(text[:cut] in common and text[cut:] in common for cut in range(3, len(text) - 2))


def _repeats(text: str) -> bool:
    """Whether the whole is something shorter said again and again (the last time perhaps cut off)."""
    return any((text[:size] * (len(text) // size + 1))[: len(text)] == text for size in range(1, len(text) // 2 + 1))
